import SQL
import Workflow

/// A row as a condition names it.
struct ComposedRow {
    /// `NEW.`, an alias, or nothing.
    var prefix = ""
    /// Whether the old columns have the names they have between retire and purge.
    var isRetired = false
    /// Whether the functions are those that last for a transaction: contract drops the others.
    var isProbed = false
    /// Whether the values are those of a sync function's variables.
    var isEvaluated = false

    /// In the body of a sync function, which has computed the values.
    static let written = ComposedRow(prefix: "NEW.", isEvaluated: true)
    /// The same while the old columns are set aside.
    static let writtenBack = ComposedRow(prefix: "NEW.", isRetired: true, isEvaluated: true)
}

// MARK: - Values

extension ComposedColumnsBlueprint {
    /// The functions that make the new columns' values, and where there is a way back, those of the old ones.
    package var mappingFunctions: [MappingFunction] {
        new.indices.map { mappingFunction(isNew: true, $0) }
            + (hasWayBack ? old.indices.map { mappingFunction(isNew: false, $0) } : [])
    }

    func mappingFunction(isNew: Bool, _ place: Int) -> MappingFunction {
        let names = SyncNames(plan: plan)
        let part = "\(isNew ? "forward" : "backward")\(place + 1)"
        let column = isNew ? new[place] : old[place]
        // "NULL" is an expression; one that is not there has no function either.
        guard let value = column.value ?? (try? Expression.null) else { preconditionFailure("NULL is an expression") }
        return MappingFunction(
            name: names.function(part),
            inner: names.function("\(part)_value"),
            sources: (isNew ? old : new).map { ($0.name, $0.facts.type) },
            type: column.facts.type,
            expression: value,
            facts: column.valueFacts,
            variable: "crossfade_\(part)",
            variableType: column.facts.domainBase ?? column.facts.type,
            mayFail: true,
            schema: table.schema ?? table.name
        )
    }

    private func call(isNew: Bool, _ place: Int, _ row: ComposedRow, _ arguments: [String]) -> String {
        let function = mappingFunction(isNew: isNew, place)
        if row.isEvaluated { return function.variable }
        return "\(row.isProbed ? function.probe : function.name.quoted)(\(arguments.joined(separator: ", ")))"
    }

    private func names(isNew: Bool, _ row: ComposedRow) -> [String] {
        isNew
            ? new.map { row.prefix + $0.name.quoted }
            : old.map { row.prefix + (row.isRetired ? $0.retired ?? $0.name : $0.name).quoted }
    }

    /// The value of a column, made of the other side's.
    func value(isNew: Bool, _ place: Int, _ row: ComposedRow) -> String {
        call(isNew: isNew, place, row, names(isNew: !isNew, row))
    }

    /// The value of a column where every column it is made of is NULL.
    func valueOfNull(isNew: Bool, _ place: Int, _ row: ComposedRow) -> String {
        guard !row.isEvaluated else { return mappingFunction(isNew: isNew, place).variableOfNull }
        return call(isNew: isNew, place, row, (isNew ? old : new).map { "NULL::\($0.facts.type.text)" })
    }

    func values(isNew: Bool, _ prefix: String) -> String {
        (isNew ? new : old).indices.map { value(isNew: isNew, $0, ComposedRow(prefix: prefix)) }
            .joined(separator: ", ")
    }

    /// The value of an old column after the way there and back, from the columns or from NULL.
    func thereAndBack(_ place: Int, fromNull: Bool = false) -> String {
        let row = ComposedRow(isProbed: true)
        let there = new.indices.map {
            fromNull ? valueOfNull(isNew: true, $0, row) : value(isNew: true, $0, row)
        }
        return call(isNew: false, place, row, there)
    }

    /// What a sync function computes of a row: the new side's values first.
    func evaluations(_ row: ComposedRow) -> MappingEvaluations {
        let (older, newer) = (old.map { row.isRetired ? $0.retired ?? $0.name : $0.name }, new.map(\.name))
        return MappingEvaluations(
            forward: new.indices.map { (mappingFunction(isNew: true, $0), older, hasWayBack && mapsNull) },
            backward: hasWayBack ? old.indices.map { (mappingFunction(isNew: false, $0), newer, false) } : [],
            schema: table.schema ?? table.name
        )
    }

    /// The new columns, each with the SQL of its value.
    var fillings: [(column: Identifier, value: String)] {
        new.indices.map { (new[$0].name, value(isNew: true, $0, ComposedRow())) }
    }

    /// Whether the new side has a value where the whole old one is NULL.
    var mapsNull: Bool { new.contains { $0.valueFacts.mapsNull } }

    /// Whether it has one where the whole old side is NULL or left out.
    private var mapsNothing: Bool { new.contains { $0.valueFacts.mapsOmitted || $0.valueFacts.mapsNull } }
}

// MARK: - Conditions

extension ComposedColumnsBlueprint {
    func conditions(_ use: TemplateUse) throws(InvalidName) -> [String: TemplateValue] {
        let isObserving = keeper == .application && use.body == .copying
        let written = ComposedRow.written
        let isPaired = isPaired && !isObserving
        var marked = old.map(\.name) + new.map(\.name)
        marked += keyColumns.filter { !marked.contains($0) }
        let mark = marked.map { "NEW.\($0.quoted)" }.joined(separator: ", ")
        let differs = isObserving ? off(written) : needsSync
        let fits =
            hasWayBack ? "(NOT \(forwardOff(written)) OR NOT \(backwardOff(written)))" : "NOT \(forwardOff(written))"
        return [
            "differs": .condition(differs),
            "differs_last": .condition(isPaired ? "(\(off(written)) OR \(uncopied(written)))" : differs),
            "maps_null": .flag(hasWayBack && mapsNothing),
            // Without a pair, what is made of the old side tells whether anything is to be done.
            "checks_early": .flag(!isPaired && !isObserving), "checks_late": .flag(isPaired || isObserving),
            "paired": .flag(isPaired), "partitioned": .flag(isPartitioned),
            "row_mark": .condition("md5(ROW(\(mark))::text)"),
            "fits": .condition(fits), "forward_off": .condition(forwardOff(written)),
            "backward_holds": .condition(hasWayBack ? "NOT \(backwardOff(written))" : "false"),
            "new_changed": .condition(changed(new)), "old_changed": .condition(changed(old)),
            "old_written": .condition(oldWritten),
            "all_null": .condition(allNull("NEW.")), "former_all_null": .condition(allNull("OLD.")),
            "some_old": .condition(
                "(\(names(isNew: false, written).map { "\($0) IS NOT NULL" }.joined(separator: " OR ")))"
            ),
            "observed": .flag(keeper == .application), "observing": .flag(isObserving),
            "still_copying": SyncBody.stillCopying,
            "key_new": .condition(
                keyColumns.isEmpty ? "NULL" : try KeyText(columns: keyColumns, alias: "NEW").expression
            ),
            "uncopied": .condition(uncopied(ComposedRow())),
            "unfilled": .condition(unfilled("")),
            "unfilled_new": .condition(unmade(.writtenBack)),
            "violates": .condition(try violates(use.body)),
        ]
    }

    private func changed(_ side: [Column]) -> String {
        let parts = side.map { column in
            column.facts.comparison.differs("NEW.\(column.name.quoted)", "OLD.\(column.name.quoted)")
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    /// Whether an old column of a new row holds what was written and not what an INSERT that leaves it out puts there.
    private var oldWritten: String {
        let parts = old.map { column in
            let value = "NEW.\(column.name.quoted)"
            guard let text = column.facts.constantDefault else { return "\(value) IS NOT NULL" }
            return "(\(value) IS NOT NULL AND \(column.facts.comparison.differs(value, "(\(text.text))")))"
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    /// Whether a row may need the sync function: also one whose old side nobody wrote, from which the values of the new one
    /// can come without being made of it.
    private var needsSync: String {
        let off = forwardOff(.written)
        guard hasWayBack, mapsNothing else { return off }
        let missing = names(isNew: false, .written).map { "\($0) IS NULL" }.joined(separator: " OR ")
        return "(\(off) OR ((\(missing)) AND NOT \(allNull("NEW.")) AND NOT \(oldWritten)))"
    }

    private func forwardOff(_ row: ComposedRow) -> String {
        let parts = new.enumerated().map { place, column in
            column.facts.comparison.differs(row.prefix + column.name.quoted, value(isNew: true, place, row))
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    private func backwardOff(_ row: ComposedRow) -> String {
        let parts = zip(old.indices, names(isNew: false, row)).map { place, name in
            old[place].facts.comparison.differs(name, value(isNew: false, place, row))
        }
        return "(\(parts.joined(separator: " OR ")))"
    }

    /// Expressions may lose: a row is right when either side comes from the other.
    private func off(_ row: ComposedRow) -> String {
        hasWayBack ? "(\(forwardOff(row)) AND \(backwardOff(row)))" : forwardOff(row)
    }

    /// Rows whose old columns, set aside, do not hold what the new ones give them; NULL, which every row written since has
    /// there, is none of theirs, even where the new columns could come from it.
    func unmade(_ row: ComposedRow) -> String {
        let required = zip(old, names(isNew: false, row)).filter { $0.0.isRequired }.map { "\($0.1) IS NULL" }
        guard hasWayBack else {
            return required.isEmpty
                ? forwardOff(row) : "(\(([forwardOff(row)] + required).joined(separator: " OR ")))"
        }
        var parts = [forwardOff(row)] + required
        if mapsNull {
            let none = names(isNew: false, row).map { "\($0) IS NULL" }.joined(separator: " AND ")
            parts.append("(\(none) AND NOT \(allNull(row.prefix)))")
        }
        return "((\(parts.joined(separator: " OR "))) AND \(backwardOff(row)))"
    }

    /// Rows that rollback fills; one that the old columns cannot hold keeps what is set aside, and is refused.
    func unfilled(_ prefix: String) -> String {
        let row = ComposedRow(prefix: prefix, isRetired: true)
        return hasWayBack ? "(\(unmade(row)) AND NOT \(unheld(ComposedRow(prefix: prefix))))" : unmade(row)
    }

    /// Rows that leave an old column that was NOT NULL without a value, or, where none was, give none to any.
    func unheld(_ row: ComposedRow) -> String {
        guard hasWayBack else { return "false" }
        let missing = old.indices.filter { old[$0].isRequired }.map { "\(value(isNew: false, $0, row)) IS NULL" }
        return missing.isEmpty ? valueless(row) : "(\(missing.joined(separator: " OR ")))"
    }

    /// Rows that hold something and give no old column a value; NULL has one where the new columns come from it.
    func valueless(_ row: ComposedRow) -> String {
        guard hasWayBack else { return "false" }
        var parts = old.indices.map { "\(value(isNew: false, $0, row)) IS NULL" }
        if mapsNull {
            let others = new.enumerated().map { place, column in
                column.facts.comparison.differs(
                    row.prefix + column.name.quoted,
                    valueOfNull(isNew: true, place, row)
                )
            }
            parts.append("(\(others.joined(separator: " OR ")))")
        }
        return "(NOT \(allNull(row.prefix)) AND \(parts.joined(separator: " AND ")))"
    }

    /// Rows that hold something and give no new column a value.
    var withoutCounterpart: String {
        let some = old.map { "\($0.name.quoted) IS NOT NULL" }.joined(separator: " OR ")
        let none = new.indices.map { "\(value(isNew: true, $0, ComposedRow())) IS NULL" }.joined(separator: " AND ")
        return "((\(some)) AND \(none))"
    }

    /// Whether a row holds what the old columns, under the names they have, do not.
    func ahead(isRetired: Bool, isProbed: Bool) -> String {
        let row = ComposedRow(isRetired: isRetired, isProbed: isProbed)
        guard hasWayBack else { return isRetired ? unmade(row) : forwardOff(row) }
        let there = old.indices.map { value(isNew: false, $0, row) }
        let parts = new.enumerated().map { place, column in
            column.facts.comparison.differs(column.name.quoted, call(isNew: true, place, row, there))
        }
        return "\(forwardOff(row)) AND (\(parts.joined(separator: " OR ")))"
    }

    func allNull(_ prefix: String) -> String {
        "(\(new.map { "\(prefix)\($0.name.quoted) IS NULL" }.joined(separator: " AND ")))"
    }

    func uncopied(_ row: ComposedRow) -> String {
        let some = new.indices.map { "\(value(isNew: true, $0, row)) IS NOT NULL" }
        return "(\(allNull(row.prefix)) AND (\(some.joined(separator: " OR "))))"
    }

    private func violates(_ body: SyncBody) throws(InvalidName) -> String {
        let row = ComposedRow()
        var violation = off(row)
        if !hasWayBack {
            // Without a way back a value that a new version wrote looks like a wrong one; until one is known to have written,
            // every difference is wrong.
            let plan = try Literal(plan).quoted
            violation = """
                (\(uncopied(ComposedRow())) OR (\(violation) AND NOT EXISTS (SELECT FROM crossfade.observation o WHERE o.plan = \(plan) AND o.side = 'new' \
                AND o.seen_at >= (SELECT max(r.created_at) FROM crossfade.run r WHERE r.plan = split_part(\(plan), '\(PlanName.mark)', 1)))))
                """
        }
        if hasWayBack, !isLossy {
            // An expression that failed gave NULL, as for a row without any value; the old side tells them apart.
            let some = old.map { "\($0.name.quoted) IS NOT NULL" }.joined(separator: " OR ")
            violation = "(\(violation) OR (\(allNull("")) AND (\(some)) AND \(backwardOff(row))))"
        }
        // Before the copy is done a row without any new value is work, not a violation.
        return body == .copying ? "(NOT \(allNull("")) AND \(violation))" : violation
    }
}
