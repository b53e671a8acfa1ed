package import SQL
package import Workflow

/// **Words:** a row is *off* where the new value is not what the old one gives; *wrong* where neither comes from the other.
extension SameRowBlueprint {
    /// A condition that is true for rows not copied yet.
    package var uncopied: String { uncopied(.read) }

    func uncopied(_ row: MappedRow) -> String {
        let (oldValue, newValue) = (row.prefix + old.quoted, row.prefix + new.quoted)
        guard mapping?.forwardFacts.mapsNull != true else {
            return "\(newValue) IS NULL AND \(forward(row, old)) IS NOT NULL"
        }
        let missing = "\(newValue) IS NULL AND \(oldValue) IS NOT NULL"
        // A value without a counterpart is a violation, and not work that would never end.
        return mapping?.forwardFails == true ? missing + " AND \(forward(row, old)) IS NOT NULL" : missing
    }

    /// A condition that is true for rows whose retired column rollback has to fill.
    func unfilled(_ row: MappedRow) -> String {
        guard mapping != nil else { return differs(row.prefix + value(of: retired), row.prefix + present) }
        let backward = oldDiffers(row.prefix + retired.quoted, backward(row, live))
        let held = isAhead(row, live).map { " AND NOT \($0)" } ?? ""
        return "(\(isOff(row, retired, live)) AND \(backward)\(held))"
    }

    /// A condition that is true for rows whose value the old column cannot hold; nil where it holds every value.
    private func isAhead(_ row: MappedRow, _ column: Identifier) -> String? {
        mapping?.backwardFails == true ? lacksBackward(row, column) : nil
    }

    /// The same for those who look from outside, with the functions that are there for them.
    func isAhead(_ column: Identifier, _ use: TemplateUse) -> String? {
        guard mapping?.backwardFails == true else { return nil }
        return lacksBackward(use.hasFunctions ? .read : .probed, column)
    }

    /// Whether a row written while rollback refills needs the function: to be filled, or to be recorded.
    private var differsNewRetired: String {
        guard mapping != nil else { return differs("NEW." + present, "NEW." + value(of: retired)) }
        return isAhead(.written, live).map { "(\(unfilled(.written)) OR \($0))" } ?? unfilled(.written)
    }

    /// A condition that is true for wrong rows.
    package func violates(_ body: SyncBody) -> String {
        switch body {
        // Before the copy is done a NULL beside a value is work, not a violation.
        case .copying: "\(new.quoted) IS NOT NULL AND (\(newDiffers(new.quoted, forward(.read, old))))"
        case .settled: settledViolation
        }
    }

    /// A mapping may lose: a row is right when either value comes from the other.
    private var settledViolation: String {
        // A value that the old type cannot hold is no violation: from it on there is no rollback, which loss files count.
        isAhead(.read, new).map { "(\(wrong(.read)) AND NOT \($0))" } ?? wrong(.read)
    }

    /// A condition that is true for rows whose columns do not come from each other.
    func wrong(_ row: MappedRow) -> String {
        let (oldValue, newValue) = (row.prefix + old.quoted, row.prefix + new.quoted)
        let differs = newDiffers(newValue, forward(row, old))
        guard let mapping else { return differs }
        let violation = "(\(differs) AND \(oldDiffers(oldValue, backward(row, new))))"
        return mapping.forwardFails
            ? "(\(violation) OR (\(newValue) IS NULL AND \(lacksForward(row, old))))" : violation
    }

    /// The key of a row as text: its primary key, else its place.
    package var keyText: String { keyText(renaming: old, to: old) }

    /// The same while a column of the key has another name: rollback fills the old one under the reserved name.
    func keyText(renaming before: Identifier, to after: Identifier, _ prefix: String = "") -> String {
        guard !keyColumns.isEmpty else { return "'ctid=' || \(prefix)ctid" }
        let parts = keyColumns.map { column in
            let present = column == before ? after : column
            return "'\(column.name.replacing("'", with: "''"))=' || coalesce(\(prefix)\(present.quoted)::text, 'NULL')"
        }
        return "concat_ws(', ', \(parts.joined(separator: ", ")))"
    }

    func differs(_ first: String, _ second: String) -> String { column.comparison.differs(first, second) }

    /// The live column once contract has run, as a value that the other can be compared with.
    private var present: String { isExchanged ? value(of: live) : live.quoted }

    /// The old column as a value of the new one's type: a domain is compared as its base type.
    func value(of column: Identifier) -> String {
        guard let base = self.column.domainBase else { return column.quoted }
        return "\(column.quoted)::\(base.text)"
    }
}

// MARK: - In the sync trigger

extension SameRowBlueprint {
    func conditions(_ body: SyncBody) throws(InvalidName) -> [String: TemplateValue] {
        var values: [String: TemplateValue] = [
            "differs_new": .condition(isOff(.written, old, new)), "fires_new": .condition(isOff(.fired, old, new)),
            "differs_new_retired": .condition(differsNewRetired),
            "ahead_new_live": .condition(isAhead(.written, live) ?? "false"),
            "key_new_live": .condition(keyColumns.isEmpty ? "'?'" : keyText(renaming: old, to: live, "NEW.")),
            "differs_retired": .condition(unfilled(.read)),
            "new_changed": .condition(newDiffers("NEW.\(new.quoted)", "OLD.\(new.quoted)")),
            "old_changed": .condition(differs("NEW.\(old.quoted)", "OLD.\(old.quoted)")),
            "tells_inserts": .flag(tellsInserts),
            "uncopied": .condition(uncopied),
            "violates": .condition(violates(body)),
            "key": .condition(keyText),
            "rejects": .flag(conflict == .reject),
            "old_wins": .flag(conflict == .oldWins),
            "new_wins": .flag(conflict == .newWins),
            "conflict_message": try .text("\(old) and \(new) of \(table) were set to different values"),
            "conflict_hint": try .text(
                "Set one of them, or both to the same value: the plan \(plan) rejects conflicts."
            ),
            "row_mark": .condition("md5(ROW(\(marked.map { "NEW.\($0.quoted)" }.joined(separator: ", ")))::text)"),
        ]
        values.merge(defaults) { $1 }
        return values
    }

    /// What tells a row that an UPDATE has moved from a new one.
    private var marked: [Identifier] { [old, new] + keyColumns.filter { $0 != old && $0 != new } }

    /// What an INSERT says by leaving a column out, or by writing NULL.
    private var defaults: [String: TemplateValue] {
        let (oldValue, newValue) = ("NEW.\(old.quoted)", "NEW.\(new.quoted)")
        var written = "\(oldValue) IS NOT NULL"
        var isDefault = "false"
        if let text = knownDefault.text, knownDefault.isConstant || knownDefault.new != nil {
            let value = "(\(text.text))"
            isDefault = "NOT (\(differs(oldValue, value)))"
            if knownDefault.isConstant { written = "(\(oldValue) IS NOT NULL AND \(differs(oldValue, value)))" }
        }
        var (given, omitted, newIsDefault) = (written, "\(newValue) IS NULL", "false")
        if let value = knownDefault.new {
            newIsDefault = "NOT (\(newDiffers(newValue, "(\(value.text))")))"
            omitted = "(\(omitted) OR \(newIsDefault))"
            // Left out, the old column would not be NULL.
            given = "(\(written) OR (\(oldValue) IS NULL AND \(newIsDefault)))"
        }
        return [
            "tells_nulls": .flag(knownDefault.new != nil),
            "known_new_default": .verbatim(knownDefault.new ?? ServerText("NULL")),
            "old_written_new": .condition(written), "old_given": .condition(given), "new_omitted": .condition(omitted),
            "old_is_default": .condition(isDefault), "new_is_default": .condition(newIsDefault),
        ]
    }

    /// Whether a row may need the sync function: one without a counterpart does too, to be recorded, and one whose old value
    /// is NULL, from which a value of the new column can come without being made of it.
    private func isOff(_ row: MappedRow, _ older: Identifier, _ newer: Identifier) -> String {
        let (oldValue, newValue) = (row.prefix + older.quoted, row.prefix + newer.quoted)
        var parts = [newDiffers(newValue, forward(row, older))]
        guard let mapping else { return parts[0] }
        if mapping.forwardFails, older == old { parts.append("(\(oldValue) IS NOT NULL AND \(newValue) IS NULL)") }
        if mapping.forwardFacts.mapsNull { parts.append("(\(oldValue) IS NULL AND \(newValue) IS NOT NULL)") }
        return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
    }

    /// For the last of a pair: it must not undo what the first has settled by a mapping that loses.
    func differsLast(_ row: MappedRow) -> String {
        let isOff = isOff(row, old, new)
        guard let mapping, firstTrigger != nil else { return isOff }
        let wrong = "\(isOff) AND \(oldDiffers("NEW.\(old.quoted)", backward(row, new)))"
        return mapping.backwardFacts.mapsNull ? "(\(wrong)) OR (\(uncopied(row)))" : wrong
    }

    /// Whether the trigger itself cannot tell which rows need the function: what may fail or reads settings is computed there.
    func firesAlways(_ body: SyncBody) -> Bool {
        guard mapping != nil else { return false }
        let isObserving = keeper == .application && body == .copying
        let asked = isObserving || firstTrigger != nil ? mappingFunctions[...] : mappingFunctions.prefix(1)
        return asked.contains(where: \.isWrapped)
    }
}
