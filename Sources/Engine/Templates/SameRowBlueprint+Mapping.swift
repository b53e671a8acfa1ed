import SQL
import Workflow

extension SameRowBlueprint {
    /// The new value that belongs to an old one in the given column.
    func forward(_ prefix: String, _ column: Identifier) -> String {
        guard let mapping else { return prefix + value(of: column) }
        return "\(mapping.forwardFunction.quoted)(\(prefix)\(column.quoted))"
    }

    /// The old value that belongs to a new one.
    func backward(_ new: String) -> String {
        guard let mapping else { return new }
        return "\(mapping.backwardFunction.quoted)(\(new))"
    }

    /// Whether two values of the new type are different.
    func newDiffers(_ first: String, _ second: String) -> String {
        (mapping?.comparison ?? column.comparison).differs(first, second)
    }

    /// Whether two values of the old type are different.
    func oldDiffers(_ first: String, _ second: String) -> String { column.comparison.differs(first, second) }

    private func forwardCall(_ value: String, isProbed: Bool) -> String {
        "\(isProbed ? mappingFunctions.first?.probe ?? "" : mapping?.forwardFunction.quoted ?? "")(\(value))"
    }

    private func backwardCall(_ value: String, isProbed: Bool) -> String {
        "\(isProbed ? mappingFunctions.last?.probe ?? "" : mapping?.backwardFunction.quoted ?? "")(\(value))"
    }

    /// The new value that NULL becomes, and the old one.
    private func forwardOfNull(isProbed: Bool) -> String {
        forwardCall("NULL::\(column.type.text)", isProbed: isProbed)
    }

    private func backwardOfNull(isProbed: Bool) -> String {
        backwardCall("NULL::\(mapping?.type.text ?? column.type.text)", isProbed: isProbed)
    }

    /// Whether an old value has no counterpart: NULL is one for the value that NULL becomes on the way back.
    func lacksForward(_ value: String, isProbed: Bool = false) -> String {
        let lacks = "\(value) IS NOT NULL AND \(forwardCall(value, isProbed: isProbed)) IS NULL"
        guard mapping?.backwardFacts.mapsNull == true else { return "(\(lacks))" }
        return "(\(lacks) AND \(oldDiffers(value, backwardOfNull(isProbed: isProbed))))"
    }

    /// Whether a new value has no counterpart: NULL is one for the value that NULL becomes, where the old column may be NULL.
    func lacksBackward(_ value: String, isProbed: Bool = false) -> String {
        let lacks = "\(value) IS NOT NULL AND \(backwardCall(value, isProbed: isProbed)) IS NULL"
        guard mapping?.forwardFacts.mapsNull == true, !column.isNotNull else { return "(\(lacks))" }
        return "(\(lacks) AND \(newDiffers(value, forwardOfNull(isProbed: isProbed))))"
    }

    /// What a written old value is made into; without a counterpart the new side keeps what it has.
    private var writtenForward: String {
        let (source, made) = ("NEW.\(old.quoted)", forward("NEW.", old))
        guard mapping?.forwardFails == true else { return made }
        return "CASE WHEN \(lacksForward(source)) THEN NEW.\(new.quoted) ELSE \(made) END"
    }

    /// What a written new value is made into; without a counterpart the old side keeps what it has, or the stand-in.
    private var writtenBackward: String {
        let (source, kept) = ("NEW.\(new.quoted)", "NEW.\(old.quoted)")
        guard let mapping, mapping.backwardFails else { return backward(source) }
        // Its own default is there already, where it has one.
        let other = mapping.standIn.map { "coalesce(\(kept), \($0.text))" } ?? kept
        return "CASE WHEN \(lacksBackward(source)) THEN \(other) ELSE \(backward(source)) END"
    }

    /// The two functions of the mapping, the one to the new value first; none for a rename.
    var mappingFunctions: [MappingFunction] {
        guard let mapping else { return [] }
        let names = SyncNames(plan: plan)
        func made(_ part: String, _ name: QualifiedName, from: ServerText, to: ServerText) -> MappingFunction {
            let isForward = part == "forward"
            return MappingFunction(
                name: name,
                inner: names.function("\(part)_value"),
                sources: [(old, from)],
                type: to,
                expression: isForward ? mapping.forward : mapping.backward,
                facts: isForward ? mapping.forwardFacts : mapping.backwardFacts,
                mayFail: isForward ? mapping.forwardFails : mapping.backwardFails,
                mayCut: true,
                schema: table.schema ?? table.name
            )
        }
        return [
            made("forward", mapping.forwardFunction, from: column.type, to: mapping.type),
            made("backward", mapping.backwardFunction, from: mapping.type, to: column.type),
        ]
    }

    /// Rows written since whose value comes back another one; with functions that last for a transaction.
    private func otherwise(_ newer: Identifier, _ older: Identifier) -> String {
        let back = backwardCall(newer.quoted, isProbed: true)
        let parts = [
            "\(newer.quoted) IS NOT NULL", "NOT \(lacksBackward(newer.quoted, isProbed: true))",
            newDiffers(newer.quoted, forwardCall(back, isProbed: true)),
            newDiffers(newer.quoted, forwardCall(older.quoted, isProbed: true)),
        ]
        return parts.joined(separator: " AND ")
    }

    private var newCollation: QualifiedName? { mapping.map(\.collation) ?? column.collation }

    /// The default that the new column gets in the end; nil: none.
    var newDefault: ServerText? {
        guard let mapping else { return column.default }
        if let final = mapping.finalDefault { return final.text }
        return mapping.constantDefault ?? column.default.map { ServerText("CAST(\($0.text) AS \(mapping.type.text))") }
    }

    /// The checks as they hold rows with the old value, and with what becomes of it.
    private var triedChecks: [[String: TemplateValue]] {
        // A cast that always gives a value, and the same one, satisfies what the old value does.
        if let mapping, mapping.changesMeaning == false, !mapping.forwardFails, !mapping.isLossy { return [] }
        let lacks = "\(new.quoted) IS NULL OR \(backwardCall(new.quoted, isProbed: true)) IS NULL"
        return checks.compactMap { check in
            guard check.replacesOriginal, let expression = check.facts.expression else { return nil }
            return [
                "original": .identifier(check.name.original), "holds_old": .verbatim(expression.old),
                // A value without a counterpart is found by itself.
                "holds_new": .condition("CASE WHEN \(lacks) THEN true ELSE (\(expression.new.text)) END"),
            ]
        }
    }

    /// The indexes that a value of the new type may be too large for: text of another length is as large as it was.
    private var measuredIndexes: [CarriedIndex] {
        guard let mapping, mapping.changesValues != false || !mapping.printsAs(column.type) else { return [] }
        return indexes
    }

    func mappingVariables() throws(InvalidName) -> [String: TemplateValue] {
        let (newValue, oldValue) = ("NEW.\(new.quoted)", "NEW.\(old.quoted)")
        let mapping = mapping
        let type = mapping?.type ?? column.domainBase ?? column.type
        let (probed, problem) = (mappingFunctions.first?.probe ?? "", mappingFunctions.first?.problem ?? "")
        let home = backwardCall(forwardOfNull(isProbed: true), isProbed: true)
        return [
            "mappings": .list(mappingFunctions.map(\.variables)),
            "tried_checks": .list(triedChecks),
            "measures_indexes": .flag(!measuredIndexes.isEmpty),
            "measured_indexes": .list(
                try measuredIndexes.map { index throws(InvalidName) in
                    [
                        "original": .identifier(index.name.original),
                        "definition_text": try .text(index.facts.definition.new.text),
                    ]
                }
            ),
            "fits": .condition(
                "(NOT (\(newDiffers(newValue, forward("NEW.", old)))) OR NOT (\(oldDiffers(oldValue, backward(newValue)))))"
            ),
            "forward_off": .condition(newDiffers(newValue, forward("NEW.", old))),
            "probe_forward": .condition(probed), "forward_problem": .condition(problem),
            "lacks_forward": .condition(lacksForward(old.quoted, isProbed: true)),
            "maps_null": .flag(mapping?.forwardFacts.mapsNull ?? false), "is_required": .flag(column.isNotNull),
            "stands_in": .flag(mapping?.standIn != nil),
            "forward_of_null": .condition(forwardOfNull(isProbed: true)), "null_and_back": .condition(home),
            "new_keys": .list((mapping?.newKeys ?? []).map(variables)),
            "mapped": .flag(mapping != nil), "takes_name": .flag(!losesName), "renamed_column": .flag(mapping == nil),
            "live": .identifier(live), "live_text": try .text(live.name),
            "type": .verbatim(type), "type_text": try .text(type.text),
            "old_type": .verbatim(column.type), "old_type_text": try .text(column.type.text),
            "has_collation": .flag(newCollation != nil), "collation": .name(newCollation ?? table),
            "has_storage": .flag(column.storage != nil && mapping == nil),
            "has_compression": .flag(column.compression != nil && mapping == nil),
            "forward_fails": .flag(mapping?.forwardFails ?? false),
            "backward_fails": .flag(mapping?.backwardFails ?? false),
            "may_fail": .flag(mapping?.forwardFails == true || mapping?.backwardFails == true),
            "both_fail": .flag(mapping?.forwardFails == true && mapping?.backwardFails == true),
            "key_live": .condition(keyText(renaming: old, to: live)),
            "round_trip_differs": .condition(
                oldDiffers(old.quoted, backwardCall(forwardCall(old.quoted, isProbed: true), isProbed: true))
            ),
            "otherwise_live": .condition(otherwise(live, retired)), "otherwise_new": .condition(otherwise(new, old)),
            "new_sequence_options": .verbatim(ServerText(widened(column.identity?.options ?? ""))),
            "checks_round_trip": .flag(mapping.map { !$0.isLossy } ?? false),
            "schema": .identifier(table.schema ?? table.name),
            "forward": .condition(mapping == nil ? old.quoted : forward("", old)),
            "forward_t": .condition(mapping == nil ? "t.\(old.quoted)" : forward("t.", old)),
            "forward_new": .condition(writtenForward), "backward_new": .condition(writtenBackward),
            "backward_is_missing": .condition(lacksBackward(newValue)),
            "shown_old": .names([old]),
            "without_counterpart": .condition(lacksForward(old.quoted)),
            "forward_is_missing": .condition(lacksForward(oldValue)),
            "backward_live": .condition(backward(live.quoted)),
            "backward_new_live": .condition(backward("NEW.\(live.quoted)")),
            "has_new_default": .flag(newDefault != nil),
            "new_default": .verbatim(newDefault ?? ServerText("NULL")),
            "widens_sequence": .flag(column.ownedSequence != nil && mapping?.sequenceType != nil),
            "sequence_type": .verbatim(mapping?.sequenceType ?? ServerText("bigint")),
            "former_sequence_type": .verbatim(mapping?.formerSequenceType ?? ServerText("bigint")),
            "replanned": .list((mapping?.replanned ?? []).map { ["replanned_function": .verbatim($0)] }),
        ]
    }
}

extension SameRowBlueprint {
    /// What a unique index makes of rows with their new values, for a query that looks for two of one key.
    private func variables(_ new: NewKey) -> [String: TemplateValue] {
        let key = new.key
        let parts = key.elements.indices.map { "crossfade_\($0 + 1)" }
        let others = key.columns.filter { $0 != self.new }.map(\.quoted)
        let made = "\(mappingFunctions.first?.probe ?? "")(\(old.quoted)) AS \(self.new.quoted)"
        let told = key.nullsAreEqual ? [] : parts.map { "\($0) IS NOT NULL" }
        return [
            "unique_index": .identifier(new.index),
            "row_with_new_value": .condition((others + [made]).joined(separator: ", ")),
            "new_key_values": .condition(
                zip(key.elements, parts).map { "\($0.expression.old.text)\($0.collation.text) AS \($1)" }
                    .joined(separator: ", ")
            ),
            "new_key_applies": .condition(key.predicate.map { "(\($0.old.text))" } ?? "true"),
            "new_key_counts": .condition(told.isEmpty ? "true" : told.joined(separator: " AND ")),
            "new_key": .condition(parts.joined(separator: ", ")),
        ]
    }

    /// The options of an identity's sequence: one that ends where the old type did ends where the new one does.
    private func widened(_ options: String) -> String {
        let ends = ["smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807"]
        guard let mapping, let before = ends[column.type.text], let after = ends[mapping.type.text] else {
            return options
        }
        return options.replacing("MAXVALUE \(before) ", with: "MAXVALUE \(after) ")
    }
}
