package import SQL
package import Workflow

extension DroppedTableBlueprint: RenderedBlueprint {
    private var names: SyncNames { SyncNames(plan: plan) }

    package var functions: [QualifiedName] { [names.function("watch")] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        let function = names.function("watch")
        let source = use.sources[function.quoted + "()"] ?? .none
        return TemplateContext([
            "table": .name(table), "table_text": try .text(table.quoted), "relation": .identifier(table.name),
            "retired": .identifier(retired), "aside": .name(setAside), "aside_text": try .text(setAside.quoted),
            "function": .name(function), "function_text": try .text(function.quoted + "()"),
            "function_source": try .text(source.expected),
            "trigger": .identifier(names.trigger("watch")), "trigger_text": try .text(names.trigger("watch").name),
            "key": .condition(try KeyText(columns: keyColumns).expression),
            "foreign_keys": .list(try foreignKeys.variables { $0 }),
            "other_tables": .list(foreignKeys.parents(but: table)),
            "artefact_comment": try .text("Crossfade: watches \(table) (plan \(plan))"),
        ])
    }

    package static let specimen: DroppedTableBlueprint = {
        let name = Identifier(shortening: "name")
        let table = QualifiedName(schema: nil, name: name)
        let column = ColumnFacts(name: name, type: ServerText("int"), comparison: .plain)
        let facts = TableFacts(name: table, kind: .table, serverVersion: 180_000, column: column)
        return DroppedTableBlueprint(plan: "specimen", facts: facts, retired: name, foreignKeys: [.specimen])
    }()
}
