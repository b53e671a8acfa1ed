package import SQL
package import Workflow

extension ComposedColumnsBlueprint: RenderedBlueprint {
    private var names: SyncNames { SyncNames(plan: plan) }

    package var functions: [QualifiedName] { [names.function("sync")] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        let function = names.function("sync")
        let back = names.function("back")
        let source = use.sources[function.quoted + "()"] ?? .none
        let isRetired = use.isRefilling
        let isProbed = !use.hasFunctions
        var values: [String: TemplateValue] = [
            "table": .name(table), "table_text": try .text(table.quoted),
            "schema": .identifier(table.schema ?? table.name),
            "schema_text": try .text(table.schema?.name ?? ""), "relname_text": try .text(table.name.name),
            "shown_old": .names(old.map(\.name)), "shown_new": .names(new.map(\.name)),
            "old_count": .number(old.count), "new_count": .number(new.count),
            "function": .name(function), "function_text": try .text(function.quoted + "()"),
            "function_source": try .text(source.expected), "settled_source": try .text(source.settled),
            "interim_source": try .text(source.interim),
            "back_function": .name(back), "back_function_text": try .text(back.quoted + "()"),
            "trigger": .identifier(names.last("sync")), "trigger_text": try .text(names.last("sync").name),
            "first_trigger": .identifier(names.first("sync")),
            "first_trigger_text": try .text(names.first("sync").name),
            "has_pair": .flag(isPaired),
            "column_triggers": .list(
                (columnTriggers ?? []).map {
                    [
                        "with_old": .verbatim($0.withOld), "with_both": .verbatim($0.withBoth),
                        "with_new": .verbatim($0.withNew),
                    ]
                }
            ),
            "mappings": .list(mappingFunctions.map(\.variables)),
            "back_trigger": .identifier(names.last("back")),
            // The plan's loss is that of the way there and back: without a way back nothing of a new version's write is left.
            "nulls_come_back": .flag(hasWayBack && mapsNull),
            "counts_ahead": .flag(!isLossy || !hasWayBack),
            "has_way_back": .flag(hasWayBack), "is_lossy": .flag(isLossy), "tells_inserts": .flag(tellsInserts),
            "rejects": .flag(conflict == .reject), "old_wins": .flag(conflict == .oldWins),
            "conflict_message": try .text("old and new columns of \(table) were set to different values"),
            "conflict_hint": try .text("Set one side, or both to fit: the plan \(plan) rejects conflicts."),
            "still_used": try .text("another object contains a column of \(table) that was set aside: drop it first"),
            "artefact_comment": try .text("Crossfade: keeps columns of \(table) equal (plan \(plan))"),
            "olds": .list(try columns(old, use)), "news": .list(try columns(new, use)),
            "key": .condition(try KeyText(columns: keyColumns).expression),
            "goes_with": .condition(try Self.array(goesWith)),
            "new_texts": .condition(try Self.literals(new.map(\.name))),
            "old_texts": .condition(try Self.literals(old.map(\.name))),
            "retired_texts": .condition(try Self.literals(old.map { $0.retired ?? $0.name })),
            "retired_names": .names(old.map { $0.retired ?? $0.name }),
            "forward_values": .condition(values(isNew: true, "")),
            "forward_values_t": .condition(values(isNew: true, "t.")),
            "backward_values": .condition(values(isNew: false, "")),
            "ahead": .condition(ahead(isRetired: false, isProbed: isProbed)),
            "ahead_retired": .condition(ahead(isRetired: true, isProbed: isProbed)),
            "refilled": .condition(unmade(ComposedRow(isRetired: true, isProbed: isProbed))),
            "valueless": .condition(valueless(ComposedRow(isProbed: isProbed))),
            "all_optional": .flag(hasWayBack && !old.contains(where: \.isRequired)),
            "refuses_null": .flag(new.contains(where: \.isRequired)),
            "without_counterpart": .condition(withoutCounterpart),
            "valueless_new": .condition(allNull("")),
            "unheld_new": .condition(unheld(.written)),
        ]
        values.merge(try conditions(use)) { $1 }
        values.merge(evaluations(.written).variables) { $1 }
        values["reverse"] = .list([evaluations(.writtenBack).values])
        values["left"] = .condition(isRetired ? unfilled("") : uncopied(ComposedRow()))
        values["left_t"] = .condition(isRetired ? unfilled("t.") : uncopied(ComposedRow(prefix: "t.")))
        return TemplateContext(values)
    }

    private func columns(_ side: [Column], _ use: TemplateUse) throws(InvalidName) -> [[String: TemplateValue]] {
        let (isNew, other) = (side == new, side == new ? old : new)
        var list: [[String: TemplateValue]] = []
        for (place, column) in side.enumerated() {
            let retired = column.retired ?? column.name
            let function = mappingFunction(isNew: isNew, place)
            let probed = ComposedRow(isProbed: !use.hasFunctions)
            let check = names.trigger("not_null\(place)")
            list.append([
                "column": .identifier(column.name), "column_text": try .text(column.name.name),
                "retired": .identifier(retired), "retired_text": try .text(retired.name),
                "type": .verbatim(column.facts.type), "type_text": try .text(column.facts.type.text),
                "required": .flag(column.isRequired),
                "has_default": .flag(column.facts.default != nil),
                "default": .verbatim(column.facts.default ?? ServerText("NULL")),
                "has_collation": .flag(column.facts.collation != nil),
                "collation": .name(column.facts.collation ?? table),
                "has_final_default": .flag(column.finalDefault?.text != nil),
                "final_default": .verbatim(column.finalDefault?.text ?? ServerText("NULL")),
                "has_not_null_name": .flag(column.facts.notNullName != nil),
                "not_null_name_text": try .text(column.facts.notNullName ?? ""),
                "check": .identifier(check), "check_text": try .text(check.name),
                "problem_function": .condition(function.problem),
                "given": .condition(other.map(\.name.quoted).joined(separator: ", ")),
                "probe_value": .condition(value(isNew: isNew, place, probed)),
                "written": .condition(value(isNew: isNew, place, .written)),
                "round_trip_differs": .condition(
                    isNew || !hasWayBack
                        ? "false"
                        : column.facts.comparison.differs(column.name.quoted, thereAndBack(place))
                ),
                "null_and_back": .condition(isNew || !hasWayBack ? "NULL" : thereAndBack(place, fromNull: true)),
            ])
        }
        return list
    }

    private static func array(_ names: [Identifier]) throws(InvalidName) -> String {
        "ARRAY[\(try literals(names))]::name[]"
    }

    private static func literals(_ names: [Identifier]) throws(InvalidName) -> String {
        var literals: [String] = []
        for name in names { literals.append(try Literal(name.name).quoted) }
        return literals.joined(separator: ", ")
    }
}

extension ComposedColumnsBlueprint {
    package static let specimen: ComposedColumnsBlueprint = {
        // "1" is an expression; the specimen of a build where it were none would have no variables, which a test tells.
        guard let value = try? Expression(parsing: "1") else { preconditionFailure("1 is an expression") }
        let name = Identifier(shortening: "name")
        var facts = ColumnFacts(name: name, type: ServerText("int"), comparison: .plain)
        facts.default = ServerText("1")
        facts.notNullName = "name"
        return ComposedColumnsBlueprint(
            plan: "specimen",
            table: QualifiedName(schema: nil, name: name),
            isPartitioned: false,
            keyColumns: [name],
            old: [Column(facts: facts, retired: Identifier(shortening: "retired"), isRequired: true, value: value)],
            new: [
                Column(
                    facts: ColumnFacts(
                        name: Identifier(shortening: "new"),
                        type: ServerText("int"),
                        comparison: .plain
                    ),
                    isRequired: true,
                    value: value
                )
            ],
            conflict: .reject,
            isLossy: false,
            goesWith: [name]
        )
    }()
}
