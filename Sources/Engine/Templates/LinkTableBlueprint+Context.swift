package import SQL
package import Workflow

extension LinkTableBlueprint: RenderedBlueprint {
    private var names: SyncNames { SyncNames(plan: plan) }

    package var functions: [QualifiedName] {
        var functions = ["old", "new", "truncate"].map(names.function)
        if column.isNotNull, checksAtCommit { functions.append(names.function("required")) }
        if placeholder != nil { functions.append(names.function("placeholder")) }
        if refusesSecond { functions.append(names.function("second")) }
        return functions
    }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var values: [String: TemplateValue] = [
            "old_table": .name(old.table), "old_table_text": try .text(old.table.quoted),
            "old_relation_text": try .text(old.table.name.name),
            "old_key": .identifier(old.key), "old_key_text": try .text(old.key.name),
            "old_key_type": .verbatim(old.keyType),
            "old_ref": .identifier(old.reference), "old_ref_text": try .text(old.reference.name),
            "old_ref_type": .verbatim(old.referenceType),
            "target": .name(target), "target_key": .identifier(targetKey),
            "retired": .identifier(retired), "retired_text": try .text(retired.name),
            "link": .name(link), "link_text": try .text(link.quoted), "link_relation_text": try .text(link.name.name),
            "link_schema_text": try .text(link.schema?.name ?? ""),
            "near": .identifier(near?.name ?? old.key), "far": .identifier(far?.name ?? old.key),
            "near_text": try .text((near?.name ?? old.key).name), "far_text": try .text((far?.name ?? old.key).name),
            "primary_key": .identifier(primaryKey), "key_columns": .names(columns.map(\.name)),
            "index": .identifier(index), "second_column": .identifier(columns.last?.name ?? old.key),
            "not_null": .flag(column.isNotNull), "checks_at_commit": .flag(column.isNotNull && checksAtCommit),
            "refuses_second": .flag(refusesSecond),
            "not_null_check": .identifier(names.trigger("not_null")),
            "not_null_check_text": try .text(names.trigger("not_null").name),
            "has_not_null_name": .flag(column.notNullName != nil && column.isNotNull),
            "not_null_name_text": try .text(column.notNullName ?? ""),
            "has_foreign_key": .flag(foreignKey != nil),
            "foreign_key": .identifier(foreignKey?.name ?? primaryKey),
            "foreign_key_text": try .text((foreignKey?.name ?? primaryKey).name),
            "foreign_key_clauses": .verbatim(foreignKey?.clauses ?? ServerText("")),
            "has_foreign_key_comment": .flag(foreignKey?.comment != nil),
            "foreign_key_comment": try .text(foreignKey?.comment ?? ""),
            "owner": .identifier(rights.owner),
            "caller_path": SyncExpression.callerPath, "member_path": SyncExpression.memberPath,
            "own_o": SyncExpression.isOwn("o"),
            "row_security": .flag(rights.rowSecurity.isEnabled),
            "forces_row_security": .flag(rights.rowSecurity.isForced),
            "still_used": try .text("another object still contains \(retired) of \(old.table): drop it first"),
            "artefact_comment": try .text(comment(givenUp)),
            "second_message": try .text(
                "\(old.table.name) %s may have one link in \(link.name) only until contract".replacing("%", with: "%%")
                    .replacing("%%s", with: "%s")
            ),
            "second_hint": try .text("The plan \(plan) says second_link: refuse."),
            "required_message": try .text(
                "null value in column \"\(old.reference)\" of relation \"\(old.table.name)\" violates not-null constraint"
            ),
            "required_hint": try .text(
                "Checked at commit while the plan \(plan) runs: link the row in the same transaction."
            ),
        ]
        for part in ["old", "new", "truncate", "required", "second", "back"] {
            values["\(part)_function"] = .name(names.function(part))
            values["\(part)_function_text"] = try .text(names.function(part).quoted + "()")
        }
        for part in ["i", "u", "d", "t", "required", "second"] {
            values["\(part)_trigger"] = .identifier(names.trigger(part))
            values["\(part)_trigger_text"] = try .text(names.trigger(part).name)
        }
        let former = use.former as? LinkTableBlueprint
        values["columns"] = .list(try columnVariables(since: former))
        values.merge(try changedRights(since: former?.rights)) { $1 }
        values["grants"] = Self.variables(rights.grants)
        values.merge(try names.variables(placeholder, foreignKey, linked: target, targetKey)) { $1 }
        values["sources"] = .list(try sources(use))
        return TemplateContext(values)
    }

    private func columnVariables(since former: LinkTableBlueprint?) throws(InvalidName) -> [[String: TemplateValue]] {
        var list: [[String: TemplateValue]] = []
        for column in columns {
            let before = former?.columns.first { $0.name == column.name }?.grants
            list.append([
                "column": .identifier(column.name), "column_text": try .text(column.name.name),
                "column_type": .verbatim(column.type), "column_table": .name(column.table),
                "column_key": .identifier(column.key), "column_foreign_key": .identifier(column.foreignKey),
                "column_grants": Self.variables(column.grants),
                "column_revoked": .list(try (before.map(column.grants.revoked) ?? column.grants).variables()),
                "column_granted": .list(try (before.map(column.grants.granted) ?? column.grants).variables()),
            ])
        }
        return list
    }

    /// What has been changed of the rights on the old table since; all of it without a resolution of before.
    private func changedRights(since former: Rights?) throws(InvalidName) -> [String: TemplateValue] {
        [
            "changed_owner": .flag(former?.owner != rights.owner), "owner_text": try .text(rights.owner.name),
            "changed_row_security": .flag(former?.rowSecurity != rights.rowSecurity),
            "row_security_text": try .text(rights.rowSecurity.isEnabled ? "true" : "false"),
            "forces_row_security_text": try .text(rights.rowSecurity.isForced ? "true" : "false"),
            "revoked": .list(try (former.map { rights.grants.revoked(since: $0.grants) } ?? rights.grants).variables()),
            "granted": .list(try (former.map { rights.grants.granted(since: $0.grants) } ?? rights.grants).variables()),
        ]
    }

    private static func variables(_ grants: [ColumnFacts.Grant]) -> TemplateValue {
        .list(
            grants.map {
                [
                    "privilege": .verbatim(ServerText($0.privilege)), "to_public": .flag($0.grantee == nil),
                    "grantee": .identifier($0.grantee ?? $0.grantor), "grantable": .flag($0.isGrantable),
                ]
            }
        )
    }

    private func sources(_ use: TemplateUse) throws(InvalidName) -> [[String: TemplateValue]] {
        var list: [[String: TemplateValue]] = []
        for function in functions {
            let source = use.sources[function.quoted + "()"] ?? .none
            list.append([
                "function_text": try .text(function.quoted + "()"),
                "expected": try .text(source.expected), "settled": try .text(source.settled),
            ])
        }
        return list
    }

    package static let specimen: LinkTableBlueprint = {
        let table = QualifiedName(schema: nil, name: Identifier(shortening: "a"))
        let other = QualifiedName(schema: nil, name: Identifier(shortening: "b"))
        let name = Identifier(shortening: "name")
        let text = ServerText("int")
        var column = ColumnFacts(name: name, type: text, comparison: .plain)
        column.isNotNull = true
        let end = MoveRelation.End(table: table, column: name, references: ColumnReference(table: other, column: name))
        let grants = [
            ColumnFacts.Grant(grantor: name, grantee: nil, privilege: "SELECT", isGrantable: true, isByOwner: true)
        ]
        return LinkTableBlueprint(
            plan: "specimen",
            old: .init(table: table, key: name, keyType: text, reference: name, referenceType: text),
            target: other,
            targetKey: name,
            targetKeyType: text,
            column: column,
            foreignKey: nil,
            change: LinkTable(from: end),
            rights: .init(owner: name, grants: grants, onKey: grants, onColumn: grants, rowSecurity: .off)
        )
    }()
}
