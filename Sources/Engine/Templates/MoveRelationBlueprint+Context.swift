package import SQL
package import Workflow

extension MoveRelationBlueprint: RenderedBlueprint {
    private var names: SyncNames { SyncNames(plan: plan) }

    package var functions: [QualifiedName] {
        var functions = [names.function("old"), names.function("new"), names.function("truncate")]
        if column.isNotNull, checksAtCommit { functions.append(names.function("required")) }
        if placeholder != nil { functions.append(names.function("placeholder")) }
        if pulls { functions.append(names.function("pull")) }
        return functions
    }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var values: [String: TemplateValue] = [
            "retired": .identifier(retired), "retired_text": try .text(retired.name),
            "not_null": .flag(column.isNotNull), "checks_at_commit": .flag(column.isNotNull && checksAtCommit),
            "not_null_check": .identifier(names.trigger("not_null")),
            "not_null_check_text": try .text(names.trigger("not_null").name),
            "caller_path": SyncExpression.callerPath, "member_path": SyncExpression.memberPath,
            "pulls": .flag(pulls), "is_required": .flag(isRequired),
            "on_delete": .verbatim(ServerText(onDelete)), "on_update": .verbatim(ServerText(onUpdate)),
            "changes_actions": .flag(onDelete != "SET NULL" || onUpdate != "CASCADE"),
            "artefact_comment": try .text(comment(givenUp)),
            "still_used": try .text("another object still contains \(retired) of \(old.table): drop it first"),
        ]
        values.merge(try side(old, "old")) { $1 }
        values.merge(try side(new, "new")) { $1 }
        values.merge(try triggers()) { $1 }
        values.merge(try constraints()) { $1 }
        values.merge(try names.variables(placeholder, foreignKey, linked: new.table, new.key)) { $1 }
        values["sources"] = .list(try sources(use))
        return TemplateContext(values)
    }

    private func side(_ side: Side, _ prefix: String) throws(InvalidName) -> [String: TemplateValue] {
        [
            "\(prefix)_table": .name(side.table), "\(prefix)_table_text": try .text(side.table.quoted),
            "\(prefix)_schema_text": try .text(side.table.schema?.name ?? ""),
            "\(prefix)_relname_text": try .text(side.table.name.name),
            "\(prefix)_key": .identifier(side.key), "\(prefix)_key_text": try .text(side.key.name),
            "\(prefix)_key_type": .verbatim(side.keyType),
            "\(prefix)_ref": .identifier(side.reference), "\(prefix)_ref_text": try .text(side.reference.name),
            "\(prefix)_ref_type": .verbatim(side.referenceType),
        ]
    }

    private func triggers() throws(InvalidName) -> [String: TemplateValue] {
        var values: [String: TemplateValue] = [:]
        for part in ["old", "new", "truncate", "required", "pull", "back", "gone"] {
            values["\(part)_function"] = .name(names.function(part))
            values["\(part)_function_text"] = try .text(names.function(part).quoted + "()")
        }
        for part in ["i", "u", "d", "t", "pull", "rekey", "required"] {
            values["\(part)_trigger"] = .identifier(names.trigger(part))
            values["\(part)_trigger_text"] = try .text(names.trigger(part).name)
        }
        return values
    }

    private func constraints() throws(InvalidName) -> [String: TemplateValue] {
        let index = QualifiedName(schema: new.table.schema, name: newIndex)
        let restored = QualifiedName(schema: old.table.schema, name: unique.name)
        let quotedReference = new.reference.quoted
        return [
            "new_index": .identifier(newIndex), "new_index_name": .name(index),
            "new_index_text": try .text(index.quoted),
            "new_foreign_key": .identifier(newForeignKey), "new_foreign_key_text": try .text(newForeignKey.name),
            "unique": .identifier(unique.name), "unique_name": .name(restored),
            "unique_text": try .text(restored.quoted), "unique_constraint_text": try .text(unique.name.name),
            "is_unique_constraint": .flag(unique.role == .uniqueConstraint),
            "deferrable": .flag(unique.isDeferrable), "initially_deferred": .flag(unique.isInitiallyDeferred),
            "has_foreign_key": .flag(foreignKey != nil),
            "foreign_key": .identifier(foreignKey?.name ?? newForeignKey),
            "foreign_key_text": try .text((foreignKey?.name ?? newForeignKey).name),
            "foreign_key_clauses": .verbatim(foreignKey?.clauses ?? ServerText("")),
            "has_foreign_key_comment": .flag(foreignKey?.comment != nil),
            "foreign_key_comment": try .text(foreignKey?.comment ?? ""),
            "has_not_null_name": .flag(column.notNullName != nil && column.isNotNull),
            "not_null_name_text": try .text(column.notNullName ?? ""),
            "fk_message": try .text(
                "insert or update on table \"\(new.table.name)\" violates foreign key constraint \"\(newForeignKey)\""
            ),
            "fk_detail": try .text(
                "Key (\(new.reference))=(%s) is not present in table \"\(old.table.name)\".".replacing("%", with: "%%")
                    .replacing("(%%s)", with: "(%s)")
            ),
            "unique_message": try .text("duplicate key value violates unique constraint \"\(newIndex)\""),
            "unique_detail": try .text(
                "Key (\(quotedReference))=(%s) already exists.".replacing("%", with: "%%").replacing(
                    "(%%s)",
                    with: "(%s)"
                )
            ),
            "required_message": try .text(
                "null value in column \"\(old.reference)\" of relation \"\(old.table.name)\" violates not-null constraint"
            ),
            "required_hint": try .text(
                "Checked at commit while the plan \(plan) runs: create both rows in one transaction."
            ),
            "new_index_name_text": try .text(newIndex.name),
            "new_relation_text": try .text(new.table.name.name), "old_relation_text": try .text(old.table.name.name),
        ]
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

    package static let specimen: MoveRelationBlueprint = {
        let table = QualifiedName(schema: nil, name: Identifier(shortening: "table"))
        let name = Identifier(shortening: "name")
        let text = ServerText("int")
        let side = Side(table: table, key: name, keyType: text, reference: name, referenceType: text)
        var column = ColumnFacts(name: name, type: text, comparison: .plain)
        column.isNotNull = true
        let rewritten = Rewritten(old: text, new: text, retired: text)
        let end = MoveRelation.End(table: table, column: name, references: ColumnReference(table: table, column: name))
        return MoveRelationBlueprint(
            plan: "specimen",
            old: side,
            new: side,
            column: column,
            foreignKey: nil,
            unique: IndexFacts(name: name, role: .uniqueConstraint, isUnique: true, definition: rewritten),
            change: MoveRelation(from: end, to: end, onDelete: .setNull, required: .atCommit)
        )
    }()
}
