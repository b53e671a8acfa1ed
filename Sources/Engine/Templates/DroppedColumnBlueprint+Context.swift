package import SQL
package import Workflow

extension DroppedColumnBlueprint: RenderedBlueprint {
    private var names: SyncNames { SyncNames(plan: plan) }

    package var functions: [QualifiedName] { [names.function("watch")] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        let function = names.function("watch")
        let check = names.trigger("not_null")
        let source = use.sources[function.quoted + "()"] ?? .none
        let (present, former) = ("NEW.\(column.name.quoted)", "OLD.\(column.name.quoted)")
        var written = "\(present) IS NOT NULL"
        if let value = column.default, column.defaultIsConstant {
            written += " AND \(column.comparison.differs(present, "(\(value.text))"))"
        }
        return TemplateContext([
            "table": .name(table), "table_text": try .text(table.quoted),
            // The foreign keys are those of the column while it is set aside.
            "aside": .name(table), "aside_text": try .text(table.quoted),
            "column": .identifier(column.name), "column_text": try .text(column.name.name),
            "retired": .identifier(retired), "retired_text": try .text(retired.name),
            "relaxes": .flag(relaxes), "tells_inserts": .flag(tellsInserts),
            "changed": .condition(column.comparison.differs(present, former)), "written": .condition(written),
            "function": .name(function), "function_text": try .text(function.quoted + "()"),
            "function_source": try .text(source.expected),
            "u_trigger": .identifier(names.last("u")), "u_trigger_text": try .text(names.last("u").name),
            "i_trigger": .identifier(names.last("i")),
            "check": .identifier(check), "check_text": try .text(check.name),
            "has_not_null_name": .flag(column.notNullName != nil),
            "not_null_name_text": try .text(column.notNullName ?? ""),
            "key": .condition(try KeyText(columns: keyColumns).expression),
            "foreign_keys": .list(
                try foreignKeys.variables { $0 == column.name ? retired : $0 }
            ),
            "other_tables": .list(foreignKeys.parents(but: table)),
            "goes_with": .condition(try Self.array(goesWith)),
            "still_used": try .text("another object contains \(retired) of \(table): drop it first"),
            "artefact_comment": try .text(comment(relaxes ? GivenUp() : nil)),
        ])
    }

    private static func array(_ names: [Identifier]) throws(InvalidName) -> String {
        var literals: [String] = []
        for name in names { literals.append(try Literal(name.name).quoted) }
        return "ARRAY[\(literals.joined(separator: ", "))]::name[]"
    }

    package static let specimen: DroppedColumnBlueprint = {
        let name = Identifier(shortening: "name")
        let table = QualifiedName(schema: nil, name: name)
        var column = ColumnFacts(name: name, type: ServerText("int"), comparison: .plain)
        column.isNotNull = true
        column.notNullName = "name"
        var facts = TableFacts(name: table, kind: .table, serverVersion: 180_000, column: column)
        facts.foreignKeys = [.specimen]
        return DroppedColumnBlueprint(plan: "specimen", facts: facts, retired: name, goesWith: [name])
    }()
}
