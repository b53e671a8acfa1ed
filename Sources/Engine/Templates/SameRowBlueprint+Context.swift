package import SQL
package import Workflow

extension SameRowBlueprint: RenderedBlueprint {
    package var functions: [QualifiedName] { [function] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var values = try namesAndShape()
        values.merge(try conditions(use.body)) { $1 }
        values.merge(try carriedAttributes()) { $1 }
        values.merge(try viewVariables()) { $1 }
        values.merge(try retirement()) { $1 }
        let source = use.sources[function.quoted + "()"] ?? .none
        values["function_source"] = try .text(source.expected)
        values["settled_source"] = try .text(source.settled)
        values["interim_source"] = try .text(source.interim)
        let isRefilling = use.isRefilling
        values["left"] = .condition(isRefilling ? unfilled("") : uncopied)
        values["left_t"] = .condition(isRefilling ? unfilled("t.") : uncopied("t."))
        if isRefilling { values["key"] = .condition(keyText(renaming: old, to: live)) }
        values.merge(try mappingVariables()) { $1 }
        values["probe_backward"] = .condition(
            use.hasFunctions ? mapping?.backwardFunction.quoted ?? "" : "pg_temp.crossfade_backward"
        )
        values.merge(observed(use.body)) { $1 }
        return TemplateContext(values)
    }

    /// What is different while the deployed code keeps both columns equal, and the trigger only watches it.
    private func observed(_ body: SyncBody) -> [String: TemplateValue] {
        let isObserved = keeper == .application
        let isObserving = isObserved && body == .copying
        return [
            "observed": .flag(isObserved), "observing": .flag(isObserving), "still_copying": SyncBody.stillCopying,
            "paired": .flag(firstTrigger != nil && !isObserving),
            "differs_last": .condition(isObserving ? wrong("NEW.") : differsLast),
            "key_new": .condition(keyColumns.isEmpty ? "NULL" : keyText(renaming: old, to: old, "NEW.")),
        ]
    }
}

// MARK: - Names and the column

extension SameRowBlueprint {
    private func namesAndShape() throws(InvalidName) -> [String: TemplateValue] {
        [
            "table": .name(table), "table_text": try .text(table.quoted),
            "schema_text": try .text(table.schema?.name ?? ""), "relname_text": try .text(table.name.name),
            "old": .identifier(old), "old_text": try .text(old.name),
            "new": .identifier(new), "new_text": try .text(new.name),
            "retired": .identifier(retired), "retired_text": try .text(retired.name),
            "type": .verbatim(column.domainBase ?? column.type),
            "type_text": try .text((column.domainBase ?? column.type).text),
            "has_domain": .flag(column.domainBase != nil),
            "has_collation": .flag(column.collation != nil), "collation": .name(column.collation ?? table),
            "has_storage": .flag(column.storage != nil), "storage": .verbatim(ServerText(column.storage ?? "")),
            "has_compression": .flag(column.compression != nil),
            "compression": .verbatim(ServerText(column.compression ?? "")),
            "has_statistics_target": .flag(column.statisticsTarget != nil),
            "statistics_target": .number(column.statisticsTarget ?? -1),
            "has_options": .flag(column.options != nil), "options": .verbatim(column.options ?? ServerText("")),
            "has_comment": .flag(column.comment != nil), "comment": try .text(column.comment ?? ""),
            "grants": .list(column.grants.map(Self.variables)),
            "function": .name(function), "function_text": try .text(function.quoted + "()"),
            "trigger": .identifier(trigger), "trigger_text": try .text(trigger.name),
            "first_trigger": .identifier(firstTrigger ?? trigger),
            "first_trigger_text": try .text((firstTrigger ?? trigger).name),
            "artefact_comment": try .text(keeperComment),
            "column_triggers": .list(
                columnTriggers.map {
                    [
                        "with_old": .verbatim($0.withOld), "with_both": .verbatim($0.withBoth),
                        "with_new": .verbatim($0.withNew),
                    ]
                }
            ),
        ]
    }

    private var keeperComment: String {
        let keeps = keeper == .application ? "watches, and from enforce on keeps," : "keeps"
        return "Crossfade: \(keeps) \(old) and \(new) of \(table) equal (plan \(plan))"
    }

    static func variables(_ grant: ColumnFacts.Grant) -> [String: TemplateValue] {
        [
            "by_other": .flag(!grant.isByOwner), "grantor": .identifier(grant.grantor),
            "privilege": .verbatim(ServerText(grant.privilege)),
            "to_public": .flag(grant.grantee == nil), "grantee": .identifier(grant.grantee ?? grant.grantor),
            "grantable": .flag(grant.isGrantable),
        ]
    }
}

// MARK: - Conditions

extension SameRowBlueprint {
    /// A condition that is true for rows not copied yet.
    package var uncopied: String { uncopied("") }

    func uncopied(_ prefix: String) -> String {
        let missing = "\(prefix)\(new.quoted) IS NULL AND \(prefix)\(old.quoted) IS NOT NULL"
        // A value without a counterpart is a violation, and not work that would never end.
        return mapping?.forwardFails == true ? missing + " AND \(forward(prefix, old)) IS NOT NULL" : missing
    }

    /// A condition that is true for rows whose retired column rollback has to fill.
    func unfilled(_ prefix: String) -> String {
        guard mapping != nil else { return differs(prefix + value(of: retired), prefix + live.quoted) }
        let backward = oldDiffers(prefix + retired.quoted, backward(prefix + live.quoted))
        let held = isAhead(prefix).map { " AND NOT \($0)" } ?? ""
        return "(\(newDiffers(prefix + live.quoted, forward(prefix, retired))) AND \(backward)\(held))"
    }

    /// A condition that is true for rows whose value the retired column cannot hold; nil where it holds every value.
    private func isAhead(_ prefix: String) -> String? {
        guard mapping?.backwardFails == true else { return nil }
        let value = prefix + live.quoted
        return "(\(value) IS NOT NULL AND \(backward(value)) IS NULL)"
    }

    /// Whether a row written while rollback refills needs the function: to be filled, or to be recorded.
    private var differsNewRetired: String {
        guard mapping != nil else { return differs("NEW.\(live.quoted)", "NEW." + value(of: retired)) }
        return isAhead("NEW.").map { "(\(unfilled("NEW.")) OR \($0))" } ?? unfilled("NEW.")
    }

    /// A condition that is true for wrong rows.
    package func violates(_ body: SyncBody) -> String {
        switch body {
        // Before the copy is done a NULL beside a value is work, not a violation.
        case .copying: "\(new.quoted) IS NOT NULL AND (\(newDiffers(new.quoted, forward("", old))))"
        case .settled: settledViolation
        }
    }

    /// A mapping may lose: a row is right when either value comes from the other.
    private var settledViolation: String {
        guard let mapping, mapping.backwardFails else { return wrong("") }
        // A value that the old type cannot hold is no violation: from it on there is no rollback, which loss files count.
        return "(\(wrong("")) AND (\(new.quoted) IS NULL OR \(backward(new.quoted)) IS NOT NULL))"
    }

    /// A condition that is true for rows whose columns do not come from each other.
    private func wrong(_ prefix: String) -> String {
        let (oldValue, newValue) = (prefix + old.quoted, prefix + new.quoted)
        let isOff = newDiffers(newValue, forward(prefix, old))
        guard let mapping else { return isOff }
        let violation = "(\(isOff) AND \(oldDiffers(oldValue, backward(newValue))))"
        return mapping.forwardFails ? "(\(violation) OR (\(oldValue) IS NOT NULL AND \(newValue) IS NULL))" : violation
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

    private func conditions(_ body: SyncBody) throws(InvalidName) -> [String: TemplateValue] {
        let written: String
        if let value = knownDefault.text, knownDefault.isConstant {
            written = "(NEW.\(old.quoted) IS NOT NULL AND \(differs("NEW.\(old.quoted)", "(\(value.text))")))"
        } else {
            written = "NEW.\(old.quoted) IS NOT NULL"
        }
        return [
            "differs_new": .condition(isOff),
            "differs_new_retired": .condition(differsNewRetired),
            "ahead_new": .condition(isAhead("NEW.") ?? "false"),
            "key_new_live": .condition(keyColumns.isEmpty ? "'?'" : keyText(renaming: old, to: live, "NEW.")),
            "differs_retired": .condition(unfilled("")),
            "new_changed": .condition(newDiffers("NEW.\(new.quoted)", "OLD.\(new.quoted)")),
            "old_changed": .condition(differs("NEW.\(old.quoted)", "OLD.\(old.quoted)")),
            "old_written_new": .condition(written),
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
        ]
    }

    func differs(_ first: String, _ second: String) -> String { column.comparison.differs(first, second) }

    /// Whether a written row needs the sync function; one without a counterpart does too, to be recorded.
    private var isOff: String {
        let (oldValue, newValue) = ("NEW.\(old.quoted)", "NEW.\(new.quoted)")
        let differs = newDiffers(newValue, forward("NEW.", old))
        guard mapping?.forwardFails == true else { return differs }
        return "(\(differs) OR (\(oldValue) IS NOT NULL AND \(newValue) IS NULL))"
    }

    /// For the last of a pair: it must not undo what the first has settled by a mapping that loses.
    private var differsLast: String {
        guard mapping != nil, firstTrigger != nil else { return isOff }
        return "\(isOff) AND \(oldDiffers("NEW.\(old.quoted)", backward("NEW.\(new.quoted)")))"
    }

    /// The old column as a value of the new one's type: a domain is compared as its base type.
    func value(of column: Identifier) -> String {
        guard let base = self.column.domainBase else { return column.quoted }
        return "\(column.quoted)::\(base.text)"
    }
}

extension TemplateValue {
    /// Text as an SQL literal.
    static func text(_ text: String) throws(InvalidName) -> TemplateValue { .literal(try Literal(text)) }

    /// A condition composed of quoted names.
    static func condition(_ text: String) -> TemplateValue { .verbatim(ServerText(text)) }

    /// Names in a column list.
    static func names(_ names: [Identifier]) -> TemplateValue {
        .verbatim(ServerText(names.map(\.quoted).joined(separator: ", ")))
    }
}
