import SQL
import Workflow

/// What the other table is given while both live, because the old one was changed.
extension MovedColumnsBlueprint {
    /// The variables of what has been changed of the table as a whole; without a resolution of before all of it has been.
    func changedVariables(since former: MovedColumnsBlueprint?) throws(InvalidName) -> [String: TemplateValue] {
        [
            "changed_owner": .flag(former?.owner != owner), "owner_text": try .text(owner.name),
            "changed_row_security": .flag(former?.rowSecurity != rowSecurity),
            "row_security_text": try .text(rowSecurity.isEnabled ? "true" : "false"),
            "forces_row_security_text": try .text(rowSecurity.isForced ? "true" : "false"),
            "table_revoked": .list(try (former.map { grants.revoked(since: $0.grants) } ?? grants).variables()),
            "table_granted": .list(try (former.map { grants.granted(since: $0.grants) } ?? grants).variables()),
            "changed_check_comments": .list(try changedCheckComments(since: former)),
            "changed_index_comments": .list(try changedIndexComments(since: former)),
        ]
    }

    private func changedCheckComments(since former: MovedColumnsBlueprint?) throws(InvalidName) -> [[String:
        TemplateValue]]
    {
        var list: [[String: TemplateValue]] = []
        for check in checks {
            let before = former?.checks.first { $0.name == check.name }
            if let before, before.facts.comment == check.facts.comment { continue }
            list.append([
                "constraint": .identifier(check.name), "constraint_text": try .text(check.name.name),
                "has_new_comment": .flag(check.facts.comment != nil),
                "new_comment": try .text(check.facts.comment ?? ""),
            ])
        }
        return list
    }

    private func changedIndexComments(since former: MovedColumnsBlueprint?) throws(InvalidName) -> [[String:
        TemplateValue]]
    {
        var list: [[String: TemplateValue]] = []
        for index in indexes {
            let before = former?.indexes.first { $0.name == index.name }
            if let before, before.facts.comment == index.facts.comment { continue }
            let name = QualifiedName(schema: target.schema, name: index.name)
            list.append([
                "index_name": .name(name), "index_text": try .text(name.quoted),
                "has_new_comment": .flag(index.facts.comment != nil),
                "new_comment": try .text(index.facts.comment ?? ""),
            ])
        }
        return list
    }
}
