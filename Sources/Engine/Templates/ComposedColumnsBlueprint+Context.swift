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
            "back_trigger": .identifier(names.last("back")),
            // The plan's loss is that of the way there and back: without a way back nothing of a new version's write is left.
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
            "forward_values": .condition(values(true, "")), "forward_values_t": .condition(values(true, "t.")),
            "backward_values": .condition(values(false, "")),
            "ahead": .condition(ahead(isRetired: false, Scope(use))),
            "ahead_retired": .condition(ahead(isRetired: true, Scope(use))),
            "refilled": .condition(off("", isRetired: true, Scope(use))),
            "valueless": .condition(valueless("", Scope(use))),
            "all_optional": .flag(hasWayBack && !old.contains(where: \.isRequired)),
            "without_counterpart": .condition(withoutCounterpart),
            "valueless_new": .condition(allNull("")),
            "unheld_new": .condition(unheld("NEW.")),
        ]
        values.merge(try conditions(use)) { $1 }
        values["left"] = .condition(isRetired ? unfilled("") : uncopied(""))
        values["left_t"] = .condition(isRetired ? unfilled("t.") : uncopied("t."))
        return TemplateContext(values)
    }

    private func columns(_ side: [Column], _ use: TemplateUse) throws(InvalidName) -> [[String: TemplateValue]] {
        let (isNew, other) = (side == new, side == new ? old : new)
        var list: [[String: TemplateValue]] = []
        let nothing = try Expression.null
        for (place, column) in side.enumerated() {
            let retired = column.retired ?? column.name
            let probe = "pg_temp.\(call(isNew, place).name.quoted)"
            let made = call(isNew, place)
            let check = names.trigger("not_null\(place)")
            list.append([
                "column": .identifier(column.name), "column_text": try .text(column.name.name),
                "retired": .identifier(retired), "retired_text": try .text(retired.name),
                "type": .verbatim(column.facts.type), "type_text": try .text(column.facts.type.text),
                "required": .flag(column.isRequired),
                "has_default": .flag(column.facts.default != nil),
                "default": .verbatim(column.facts.default ?? ServerText("NULL")),
                "has_not_null_name": .flag(column.facts.notNullName != nil),
                "not_null_name_text": try .text(column.facts.notNullName ?? ""),
                "check": .identifier(check), "check_text": try .text(check.name),
                "value": .expression(column.value ?? nothing),
                "value_function": .name(made), "probe_function": .condition(probe),
                "problem_function": .condition("pg_temp.\(problem(isNew, place).quoted)"),
                "arguments": .condition(
                    other.map { "\($0.name.quoted) \($0.facts.type.text)" }.joined(separator: ", ")
                ),
                "argument_types": .condition(other.map(\.facts.type.text).joined(separator: ", ")),
                "given": .condition(other.map(\.name.quoted).joined(separator: ", ")),
                "probe_value": .condition(value(isNew, place, "", isRetired: false, Scope(use))),
                "written": .condition(value(isNew, place, "NEW.", isRetired: false)),
                "round_trip_differs": .condition(roundTripDiffers(isNew, place)),
            ])
        }
        return list
    }

    private func call(_ isNew: Bool, _ place: Int) -> QualifiedName {
        names.function("\(isNew ? "forward" : "backward")\(place + 1)")
    }

    private func problem(_ isNew: Bool, _ place: Int) -> Identifier {
        Identifier(shortening: "crossfade_problem_\(isNew ? "forward" : "backward")\(place + 1)")
    }

    /// Where the expressions' functions are.
    private enum Scope {
        /// In Crossfade's schema, from expand to contract and while contract is undone.
        case schema
        /// In the transaction of those who look meanwhile: contract drops the others.
        case transaction

        init(_ use: TemplateUse) { self = use.hasFunctions ? .schema : .transaction }
    }

    /// The value of a column, made of the other side's.
    private func value(
        _ isNew: Bool,
        _ place: Int,
        _ prefix: String,
        isRetired: Bool,
        _ scope: Scope = .schema
    ) -> String {
        let other = isNew ? old.map { isRetired ? $0.retired ?? $0.name : $0.name } : new.map(\.name)
        let function = call(isNew, place)
        let name = scope == .schema ? function.quoted : "pg_temp.\(function.name.quoted)"
        return "\(name)(\(other.map { prefix + $0.quoted }.joined(separator: ", ")))"
    }

    private func roundTripDiffers(_ isNew: Bool, _ place: Int) -> String {
        guard !isNew, hasWayBack else { return "false" }
        let there = new.indices.map { index in
            "pg_temp.\(call(true, index).name.quoted)(\(old.map(\.name.quoted).joined(separator: ", ")))"
        }
        let back = "pg_temp.\(call(false, place).name.quoted)(\(there.joined(separator: ", ")))"
        return old[place].facts.comparison.differs(old[place].name.quoted, back)
    }

    /// The new columns, each with the SQL of its value.
    var fillings: [(column: Identifier, value: String)] {
        new.indices.map { (new[$0].name, value(true, $0, "", isRetired: false)) }
    }

    private func values(_ isNew: Bool, _ prefix: String) -> String {
        (isNew ? new : old).indices.map { value(isNew, $0, prefix, isRetired: false) }.joined(separator: ", ")
    }

    /// Whether a row holds what the old columns, under the names they have, do not.
    private func ahead(isRetired: Bool, _ scope: Scope) -> String {
        let news = new.map(\.name.quoted).joined(separator: ", ")
        func name(_ isNew: Bool, _ place: Int) -> String {
            let function = call(isNew, place)
            return scope == .schema ? function.quoted : "pg_temp.\(function.name.quoted)"
        }
        let there = old.indices.map { "\(name(false, $0))(\(news))" }.joined(separator: ", ")
        let parts = new.enumerated().map { place, column in
            column.facts.comparison.differs(column.name.quoted, "\(name(true, place))(\(there))")
        }
        let differs = forwardOff("", isRetired: isRetired, scope)
        return hasWayBack ? "\(differs) AND (\(parts.joined(separator: " OR ")))" : differs
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

// MARK: - Conditions

extension ComposedColumnsBlueprint {
    private func conditions(_ use: TemplateUse) throws(InvalidName) -> [String: TemplateValue] {
        let written = old.map { column in
            let value = "NEW.\(column.name.quoted)"
            guard let text = column.facts.default, column.facts.defaultIsConstant else { return "\(value) IS NOT NULL" }
            return "(\(value) IS NOT NULL AND \(column.facts.comparison.differs(value, "(\(text.text))")))"
        }
        let isObserving = keeper == .application && use.body == .copying
        return [
            "differs": .condition(
                isObserving ? off("NEW.", isRetired: false) : forwardOff("NEW.", isRetired: false)
            ),
            "backward_holds": .condition(hasWayBack ? "NOT \(backwardOff("NEW.", isRetired: false))" : "false"),
            "new_changed": .condition(changed(new)), "old_changed": .condition(changed(old)),
            "old_written": .condition("(\(written.joined(separator: " OR ")))"),
            "all_null": .condition(allNull("NEW.")),
            "some_old": .condition("(\(old.map { "NEW.\($0.name.quoted) IS NOT NULL" }.joined(separator: " OR ")))"),
            "observed": .flag(keeper == .application), "observing": .flag(isObserving),
            "still_copying": SyncBody.stillCopying,
            "key_new": .condition(
                keyColumns.isEmpty ? "NULL" : try KeyText(columns: keyColumns, alias: "NEW").expression
            ),
            "uncopied": .condition(uncopied("")),
            "unfilled": .condition(unfilled("")), "unfilled_new": .condition(off("NEW.", isRetired: true)),
            "violates": .condition(try violates(use.body)),
        ]
    }

    private func changed(_ side: [Column]) -> String {
        let parts = side.map { column in
            column.facts.comparison.differs("NEW.\(column.name.quoted)", "OLD.\(column.name.quoted)")
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    private func forwardOff(_ prefix: String, isRetired: Bool, _ scope: Scope = .schema) -> String {
        let parts = new.enumerated().map { place, column in
            column.facts.comparison.differs(
                prefix + column.name.quoted,
                value(true, place, prefix, isRetired: isRetired, scope)
            )
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    private func backwardOff(_ prefix: String, isRetired: Bool, _ scope: Scope = .schema) -> String {
        let parts = old.enumerated().map { place, column in
            let name = isRetired ? column.retired ?? column.name : column.name
            return column.facts.comparison.differs(
                prefix + name.quoted,
                value(false, place, prefix, isRetired: isRetired, scope)
            )
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    /// Expressions may lose: a row is right when either side comes from the other.
    private func off(_ prefix: String, isRetired: Bool, _ scope: Scope = .schema) -> String {
        let forward = forwardOff(prefix, isRetired: isRetired, scope)
        return hasWayBack ? "(\(forward) AND \(backwardOff(prefix, isRetired: isRetired, scope)))" : forward
    }

    /// Rows that rollback fills; one that the old columns cannot hold keeps what is set aside, and is refused.
    private func unfilled(_ prefix: String) -> String {
        let off = off(prefix, isRetired: true)
        return hasWayBack ? "(\(off) AND NOT \(unheld(prefix)))" : off
    }

    /// Rows that leave an old column that was NOT NULL without a value, or, where none was, give none to any.
    private func unheld(_ prefix: String) -> String {
        guard hasWayBack else { return "false" }
        let missing = old.indices.filter { old[$0].isRequired }.map {
            "\(value(false, $0, prefix, isRetired: false)) IS NULL"
        }
        return missing.isEmpty ? valueless(prefix) : "(\(missing.joined(separator: " OR ")))"
    }

    /// Rows that hold something and give no old column a value.
    private func valueless(_ prefix: String, _ scope: Scope = .schema) -> String {
        guard hasWayBack else { return "false" }
        let none = old.indices.map { "\(value(false, $0, prefix, isRetired: false, scope)) IS NULL" }
        return "(NOT \(allNull(prefix)) AND \(none.joined(separator: " AND ")))"
    }

    /// Rows that hold something and give no new column a value.
    private var withoutCounterpart: String {
        let some = old.map { "\($0.name.quoted) IS NOT NULL" }.joined(separator: " OR ")
        let none = new.indices.map { "\(value(true, $0, "", isRetired: false)) IS NULL" }.joined(separator: " AND ")
        return "((\(some)) AND \(none))"
    }

    private func allNull(_ prefix: String) -> String {
        "(\(new.map { "\(prefix)\($0.name.quoted) IS NULL" }.joined(separator: " AND ")))"
    }

    func uncopied(_ prefix: String) -> String {
        let some = new.indices.map { "\(value(true, $0, prefix, isRetired: false)) IS NOT NULL" }
        return "(\(allNull(prefix)) AND (\(some.joined(separator: " OR "))))"
    }

    private func violates(_ body: SyncBody) throws(InvalidName) -> String {
        var violation = off("", isRetired: false)
        if !hasWayBack {
            // Without a way back a value that a new version wrote looks like a wrong one; until one is known to have written,
            // every difference is wrong.
            let plan = try Literal(plan).quoted
            violation = """
                (\(uncopied("")) OR (\(violation) AND NOT EXISTS (SELECT FROM crossfade.observation o WHERE o.plan = \(plan) AND o.side = 'new' \
                AND o.seen_at >= (SELECT max(r.created_at) FROM crossfade.run r WHERE r.plan = split_part(\(plan), '\(PlanName.mark)', 1)))))
                """
        }
        if hasWayBack, !isLossy {
            // An expression that failed gave NULL, as for a row without any value; the old side tells them apart.
            let some = old.map { "\($0.name.quoted) IS NOT NULL" }.joined(separator: " OR ")
            violation = "(\(violation) OR (\(allNull("")) AND (\(some)) AND \(backwardOff("", isRetired: false))))"
        }
        // Before the copy is done a row without any new value is work, not a violation.
        return body == .copying ? "(NOT \(allNull("")) AND \(violation))" : violation
    }

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
