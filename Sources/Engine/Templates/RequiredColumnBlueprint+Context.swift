package import SQL
package import Workflow

extension RequiredColumnBlueprint: RenderedBlueprint {
    private var names: SyncNames { SyncNames(plan: plan) }

    package var functions: [QualifiedName] { [names.function("fill")] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        let function = names.function("fill")
        let check = names.trigger("not_null")
        let source = use.sources[function.quoted + "()"] ?? .none
        return TemplateContext([
            "table": .name(table), "table_text": try .text(table.quoted), "relation": .identifier(table.name),
            "schema_text": try .text(table.schema?.name ?? ""), "relname_text": try .text(table.name.name),
            "column": .identifier(column), "column_text": try .text(column.name),
            "is_new": .flag(type != nil), "type": .verbatim(type ?? ServerText("text")),
            "type_text": try .text(type?.text ?? ""),
            "fill": .expression(fill),
            "settings": .list(fillReadsSettings == false ? [] : MappingFunction.pinned),
            "function": .name(function), "function_text": try .text(function.quoted + "()"),
            "function_source": try .text(source.expected),
            "trigger": .identifier(names.last("fill")), "trigger_text": try .text(names.last("fill").name),
            "check": .identifier(check), "check_text": try .text(check.name),
            "key": .condition(try KeyText(columns: keyColumns).expression),
            "artefact_comment": try .text("Crossfade: fills \(column) of \(table) where it is left out (plan \(plan))"),
        ])
    }

    package static let specimen: RequiredColumnBlueprint = {
        let name = Identifier(shortening: "name")
        // "1" is an expression; the specimen of a build where it were none would have no variables, which a test tells.
        guard let fill = try? Expression(parsing: "1") else { preconditionFailure("1 is an expression") }
        return RequiredColumnBlueprint(
            plan: "specimen",
            table: QualifiedName(schema: nil, name: name),
            isPartitioned: false,
            keyColumns: [name],
            column: name,
            type: ServerText("int"),
            fill: fill
        )
    }()
}
