import SQL
import Workflow

/// Keeps writers of one key apart while the old and the new column both have a unique index.
extension SameRowBlueprint {
    /// How many keys a transaction locks at most: PostgreSQL has room for `max_locks_per_transaction` (64 by default) locks of
    /// each session on the average, of which the transaction needs some for its tables.
    private static let mostKeys = 40

    private var guardedIndexes: [CarriedIndex] { indexes.filter { $0.facts.key != nil } }

    /// The variables of the guard: a list of one where the new column gets a unique index, else an empty one.
    func keyGuard() throws(InvalidName) -> [String: TemplateValue] {
        let names = SyncNames(plan: plan)
        let function = names.function("keys")
        let (insert, update) = (names.veryLast("keys"), names.veryLast("keys_update"))
        let isGuarded = !guardedIndexes.isEmpty
        return [
            "guarded_keys": .list(isGuarded ? [try guarded(isRetired: false)] : []),
            "retired_keys": .list(isGuarded ? [try guarded(isRetired: true)] : []),
            "guard_function": .name(function), "guard_function_text": try .text(function.quoted + "()"),
            "guard_trigger": .identifier(insert), "guard_trigger_text": try .text(insert.name),
            "guard_update_trigger": .identifier(update), "guard_update_trigger_text": try .text(update.name),
            "most_keys": .number(Self.mostKeys),
        ]
    }

    private func guarded(isRetired: Bool) throws(InvalidName) -> [String: TemplateValue] {
        var keys: [[String: TemplateValue]] = []
        var columns: [Identifier] = []
        for index in guardedIndexes {
            guard let key = index.facts.key else { continue }
            columns += key.columns.filter { !columns.contains($0) }
            keys.append(variables(key, of: index.name.original, isRetired))
        }
        let shown = columns.map { isRetired && $0 == old ? retired : $0 }
        func row(_ name: String) -> String {
            "ROW(\(shown.map { "\(name).\($0.quoted)" }.joined(separator: ", ")))"
        }
        return [
            "keys": .list(keys),
            "key_changed": .condition("pg_catalog.record_image_ne(\(row("NEW")), \(row("OLD")))"),
        ]
    }

    private func variables(_ key: UniqueKey, of index: Identifier, _ isRetired: Bool) -> [String: TemplateValue] {
        func text(_ rewritten: Rewritten) -> String { isRetired ? rewritten.retired.text : rewritten.old.text }
        func written(_ element: UniqueKey.Element) -> String? {
            element.column.map { "NEW.\((isRetired && $0 == old ? retired : $0).quoted)" }
        }
        func hashed(_ element: UniqueKey.Element, _ value: String) -> String {
            value + element.collation.text + (element.isHashable ? "" : "::text")
        }
        func applies(_ values: [String], _ predicate: String?) -> String {
            let conditions =
                (key.nullsAreEqual ? [] : values.map { "\($0) IS NOT NULL" }) + (predicate.map { ["(\($0))"] } ?? [])
            return conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
        }
        let elements = key.elements
        let values = elements.map { text($0.expression) }
        let plain = elements.compactMap(written)
        let isPlain = plain.count == elements.count && key.predicate == nil
        let matches = elements.enumerated().map { place, element in
            let (mine, other) = (values[place] + element.collation.text, "crossfade_new.crossfade_\(place + 1)")
            let same = "\(mine) \(element.equality.text) \(other)"
            return key.nullsAreEqual ? "(\(same) OR (\(mine) IS NULL AND \(other) IS NULL))" : same
        }
        let condition = key.predicate.map { ["(\(text($0)))"] } ?? []
        return [
            "plain_key": .flag(isPlain),
            // The same for a key whoever makes the function, and another for each index.
            "seed": .verbatim(ServerText(String(Int(Digest.hex("\(plan) \(index.name)").prefix(15), radix: 16) ?? 0))),
            "applies_new": .condition(applies(plain, nil)),
            "hashed_new": .condition(zip(elements, plain).map { hashed($0, $1) }.joined(separator: ", ")),
            "applies": .condition(applies(values, key.predicate.map(text))),
            "hashed": .condition(zip(elements, values).map { hashed($0, $1) }.joined(separator: ", ")),
            "key_values": .condition(
                values.enumerated().map { "\($1) AS crossfade_\($0 + 1)" }.joined(separator: ", ")
            ),
            "key_matches": .condition((matches + condition).joined(separator: " AND ")),
        ]
    }
}
