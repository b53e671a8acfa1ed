package import SQL
package import Workflow

extension AddedConstraintBlueprint: RenderedBlueprint {
    package var functions: [QualifiedName] { [] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        let check = SyncNames(plan: plan).trigger("not_null")
        let qualified = QualifiedName(schema: table.schema, name: name)
        let key = KeyText(columns: keyColumns, alias: "t")
        return TemplateContext([
            "table": .name(table), "table_text": try .text(table.quoted),
            "name": .identifier(name), "name_text": try .text(name.name),
            "qualified": .name(qualified), "qualified_text": try .text(qualified.quoted),
            "definition": .verbatim(definition),
            "is_unique": .flag(form == .unique), "is_foreign_key": .flag(form == .foreignKey),
            "is_check": .flag(form == .check), "is_not_null": .flag(form == .notNull),
            "is_index": .flag(form == .index), "is_exclusion": .flag(form == .exclusion),
            "unique_index": .flag(isUnique),
            "column": .identifier(column ?? name), "column_text": try .text(column?.name ?? ""),
            "check": .identifier(check), "check_text": try .text(check.name),
            "was_there": .flag(wasThere == true), "renames_not_null": .flag(renamesNotNull),
            "parent": .name(parent ?? table), "has_other_parent": .flag(parent != nil && parent != table),
            "has_violation": .flag(violation != nil), "violation": .condition("(\(violation?.text ?? "false"))"),
            "key": .condition(try key.expression),
        ])
    }

    package static let specimen: AddedConstraintBlueprint = {
        let name = Identifier(shortening: "name")
        return AddedConstraintBlueprint(
            plan: "specimen",
            table: QualifiedName(schema: nil, name: name),
            isPartitioned: false,
            keyColumns: [name],
            form: .unique,
            name: name,
            definition: ServerText("(name)"),
            violation: ServerText("false")
        )
    }()
}
