import SQL
import Workflow

/// What the table is given because its view was changed: it has one of the two names, and a step for each.
extension RenamedTableBlueprint {
    /// The variables of what has been changed since another resolution; without one all of it has been.
    func changedVariables(since former: RenamedTableBlueprint?) throws(InvalidName) -> [String: TemplateValue] {
        var bearers: [[String: TemplateValue]] = []
        for name in [table, settled] {
            bearers.append(["bearer": .name(name), "bearer_text": try .text(name.quoted)])
        }
        var (given, taken): ([[String: TemplateValue]], [[String: TemplateValue]]) = ([], [])
        for grant in former.map({ granted(since: $0) }) ?? grants { given.append(try right(grant)) }
        for (grant, isOptionOnly) in former.map({ revoked(since: $0) }) ?? grants.map({ ($0, true) }) {
            taken.append(try right(grant, isOptionOnly))
        }
        return [
            "bearers": .list(bearers),
            "owner_text": try .text(owner.name),
            "changed_owner": .flag(former?.owner != owner),
            "changed_table_comment": .flag(former.map { $0.comment != comment } ?? true),
            "table_comment": comment == nil ? .verbatim(ServerText("NULL")) : try .text(comment ?? ""),
            "changed_defaults": .list(try changedColumns(since: former) { $0.default != $1.default }),
            "changed_comments": .list(try changedColumns(since: former) { $0.comment != $1.comment }),
            "granted": .list(given), "revoked": .list(taken),
        ]
    }

    private func changedColumns(
        since former: RenamedTableBlueprint?,
        _ differ: (Column, Column) -> Bool
    ) throws(InvalidName) -> [[String: TemplateValue]] {
        var list: [[String: TemplateValue]] = []
        for column in columns {
            if let former {
                guard let before = former.columns.first(where: { $0.name == column.name }), differ(column, before)
                else { continue }
            }
            list.append([
                "column": .identifier(column.name), "column_text": try .text(column.name.name),
                "has_default": .flag(column.default != nil),
                "default": .verbatim(column.default ?? ServerText("NULL")),
                "default_text": column.default == nil
                    ? .verbatim(ServerText("NULL")) : try .text(column.default?.text ?? ""),
                "comment": column.comment == nil ? .verbatim(ServerText("NULL")) : try .text(column.comment ?? ""),
            ])
        }
        return list
    }

    private func right(_ grant: Grant, _ isOptionOnly: Bool = false) throws(InvalidName) -> [String: TemplateValue] {
        [
            "privilege": .verbatim(grant.privilege), "privilege_text": try .text(grant.privilege.text),
            "to_public": .flag(grant.grantee == nil), "grantee": .identifier(grant.grantee ?? owner),
            "grantee_text": try .text(grant.grantee?.name ?? ""), "grantable": .flag(grant.isGrantable),
            "grantable_text": try .text(grant.isGrantable ? "true" : "false"), "option_only": .flag(isOptionOnly),
        ]
    }
}
