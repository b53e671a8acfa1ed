import SQL
import Workflow

extension SameRowBlueprint {
    /// The new value that belongs to an old one in the given column.
    func forward(_ row: MappedRow, _ column: Identifier) -> String {
        guard mapping != nil else { return row.prefix + value(of: column) }
        return spelled(row, [row.prefix + column.quoted], mappingFunctions.first, mapping?.forwardFunction)
    }

    /// The old value that belongs to a new one in the given column.
    func backward(_ row: MappedRow, _ column: Identifier) -> String {
        guard mapping != nil else { return row.prefix + column.quoted }
        return spelled(row, [row.prefix + column.quoted], mappingFunctions.last, mapping?.backwardFunction)
    }

    private func spelled(_ row: MappedRow, _ values: [String], _ made: MappingFunction?, _ name: QualifiedName?)
        -> String
    {
        switch row.spelling {
        case .evaluated: made?.variable ?? ""
        case .inlined: made?.inlined(values) ?? ""
        case .called: "\(name?.quoted ?? "")(\(values.joined(separator: ", ")))"
        case .probed: "\(made?.probe ?? "")(\(values.joined(separator: ", ")))"
        }
    }

    /// Whether two values of the new type are different.
    func newDiffers(_ first: String, _ second: String) -> String {
        (mapping?.comparison ?? column.comparison).differs(first, second)
    }

    /// Whether two values of the old type are different.
    func oldDiffers(_ first: String, _ second: String) -> String { column.comparison.differs(first, second) }

    /// The new value that NULL becomes, and the old one.
    private func forwardOfNull(_ row: MappedRow) -> String {
        guard row.spelling != .evaluated else { return mappingFunctions.first?.variableOfNull ?? "" }
        return spelled(row, ["NULL::\(column.type.text)"], mappingFunctions.first, mapping?.forwardFunction)
    }

    private func backwardOfNull(_ row: MappedRow) -> String {
        guard row.spelling != .evaluated else { return mappingFunctions.last?.variableOfNull ?? "" }
        let null = "NULL::\(mapping?.type.text ?? column.type.text)"
        return spelled(row, [null], mappingFunctions.last, mapping?.backwardFunction)
    }

    /// Whether an old value has no counterpart: NULL is one for the value that NULL becomes on the way back.
    func lacksForward(_ row: MappedRow, _ column: Identifier) -> String {
        let value = row.prefix + column.quoted
        let lacks = "\(value) IS NOT NULL AND \(forward(row, column)) IS NULL"
        guard mapping?.backwardFacts.mapsNull == true else { return "(\(lacks))" }
        return "(\(lacks) AND \(oldDiffers(value, backwardOfNull(row))))"
    }

    /// Whether a new value has no counterpart: NULL is one for the value that NULL becomes, where the old column may be NULL.
    func lacksBackward(_ row: MappedRow, _ column: Identifier) -> String {
        let value = row.prefix + column.quoted
        let lacks = "\(value) IS NOT NULL AND \(backward(row, column)) IS NULL"
        guard mapping?.forwardFacts.mapsNull == true, !self.column.isNotNull else { return "(\(lacks))" }
        return "(\(lacks) AND \(newDiffers(value, forwardOfNull(row))))"
    }

    /// What a written old value is made into; without a counterpart the new side keeps what it has.
    private var writtenForward: String {
        let made = forward(.written, old)
        guard mapping?.forwardFails == true else { return made }
        return "CASE WHEN \(lacksForward(.written, old)) THEN NEW.\(new.quoted) ELSE \(made) END"
    }

    /// What a written new value is made into; without a counterpart the old side keeps what it has, or the stand-in.
    private var writtenBackward: String {
        let (made, kept) = (backward(.written, new), "NEW.\(old.quoted)")
        guard let mapping, mapping.backwardFails else { return made }
        // Its own default is there already, where it has one.
        let other = mapping.standIn.map { "coalesce(\(kept), \($0.text))" } ?? kept
        return "CASE WHEN \(lacksBackward(.written, new)) THEN \(other) ELSE \(made) END"
    }

    /// The two functions of the mapping, the one to the new value first; none for a rename.
    package var mappingFunctions: [MappingFunction] {
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
                variable: "crossfade_\(part)",
                variableType: isForward ? to : column.domainBase ?? to,
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
        let back = probedForward(of: backward(.probed, newer))
        let parts = [
            "\(newer.quoted) IS NOT NULL", "NOT \(lacksBackward(.probed, newer))",
            newDiffers(newer.quoted, back), newDiffers(newer.quoted, forward(.probed, older)),
        ]
        return parts.joined(separator: " AND ")
    }

    private func probedForward(of value: String) -> String {
        spelled(.probed, [value], mappingFunctions.first, nil)
    }

    private func probedBackward(of value: String) -> String {
        spelled(.probed, [value], mappingFunctions.last, nil)
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
        let lacks = "\(new.quoted) IS NULL OR \(backward(.probed, new)) IS NULL"
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
        let home = probedBackward(of: forwardOfNull(.probed))
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
                "(NOT (\(newDiffers(newValue, forward(.written, old)))) OR NOT (\(oldDiffers(oldValue, backward(.written, new)))))"
            ),
            "forward_off": .condition(newDiffers(newValue, forward(.written, old))),
            "probe_forward": .condition(probed), "forward_problem": .condition(problem),
            "lacks_forward": .condition(lacksForward(.probed, old)),
            "maps_null": .flag(mapping?.forwardFacts.mapsNull ?? false), "is_required": .flag(column.isNotNull),
            "stands_in": .flag(mapping?.standIn != nil),
            "forward_of_null": .condition(forwardOfNull(.probed)), "null_and_back": .condition(home),
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
                oldDiffers(old.quoted, probedBackward(of: forward(.probed, old)))
            ),
            "otherwise_live": .condition(otherwise(live, retired)), "otherwise_new": .condition(otherwise(new, old)),
            "new_sequence_options": .verbatim(ServerText(widened(column.identity?.options ?? ""))),
            "checks_round_trip": .flag(mapping.map { !$0.isLossy } ?? false),
            "schema": .identifier(table.schema ?? table.name),
            "forward": .condition(mapping == nil ? old.quoted : forward(.read, old)),
            "forward_t": .condition(mapping == nil ? "t.\(old.quoted)" : forward(MappedRow(prefix: "t."), old)),
            "forward_new": .condition(writtenForward), "backward_new": .condition(writtenBackward),
            "backward_is_missing": .condition(lacksBackward(.written, new)),
            "shown_old": .names([old]),
            "without_counterpart": .condition(lacksForward(.read, old)),
            "forward_is_missing": .condition(lacksForward(.written, old)),
            "backward_live": .condition(backward(.read, live)),
            "backward_new_live": .condition(backward(.written, live)),
            "has_new_default": .flag(newDefault != nil),
            "new_default": .verbatim(newDefault ?? ServerText("NULL")),
            "widens_sequence": .flag(column.ownedSequence != nil && mapping?.sequenceType != nil),
            "sequence_type": .verbatim(mapping?.sequenceType ?? ServerText("bigint")),
            "former_sequence_type": .verbatim(mapping?.formerSequenceType ?? ServerText("bigint")),
            "replanned": .list((mapping?.replanned ?? []).map { ["replanned_function": .verbatim($0)] }),
        ].merging(evaluations(old, new).variables) { $1 }
            .merging(["reverse": .list([evaluations(retired, live).values])]) { $1 }
    }

    /// What the sync function computes of a row in which the two sides have these names.
    private func evaluations(_ older: Identifier, _ newer: Identifier) -> MappingEvaluations {
        let functions = mappingFunctions
        return MappingEvaluations(
            forward: functions.prefix(1).map { ($0, [older], mapping?.forwardFacts.mapsNull == true) },
            backward: functions.dropFirst().map { ($0, [newer], mapping?.backwardFacts.mapsNull == true) },
            schema: table.schema ?? table.name
        )
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
