import Diagnostics
import YAML

extension ValueForm {
    /// A mapping with these keys; all are read even when one is wrong, and any other key is a mistake.
    // Swift 6.3.1 crashes when it specializes this for its callers (a SILType assertion, in release builds only).
    @_optimize(none)
    static func section<each Field: Sendable>(
        _ key: repeat PlanKey<each Field>,
        unsupported: [Unsupported] = [],
        build: @escaping @Sendable (repeat each Field) -> Value
    ) -> ValueForm {
        let keys = (repeat each key)
        var schemas: [KeySchema] = []
        for key in repeat each keys { schemas.append(key.schema) }
        var ifAbsent: Value?
        if let defaults = allPresent(repeat (each keys).ifAbsent) { ifAbsent = build(repeat each defaults) }
        return ValueForm(
            .section(schemas),
            read: { cursor in
                guard var mapping = cursor.mapping() else { return nil }
                mapping.refuse(unsupported)
                let fields = (repeat (each keys).read(&mapping))
                mapping.finish()
                guard let values = allPresent(repeat each fields) else { return nil }
                return build(repeat each values)
            },
            ifAbsent: ifAbsent
        )
    }

    /// A mapping with exactly one of these keys, such as the kind of a change.
    static func oneKey(_ keys: [PlanKey<Value>], unsupported: [Unsupported] = []) -> ValueForm {
        let names = keys.map(\.schema.name)
        return ValueForm(.oneKey(keys.map(\.schema))) { cursor in
            guard var mapping = cursor.mapping() else { return nil }
            mapping.expect(names)
            mapping.refuse(unsupported)
            var values: [Value?] = []
            for key in keys where mapping.contains(key.schema.name) { values.append(key.read(&mapping)) }
            mapping.finish()
            mapping.requireOne(of: names)
            return values.count == 1 ? values[0] : nil
        }
    }

    /// A list of values of one form; all are read even when one is wrong.
    static func list<Element>(
        of entry: ValueForm<Element>,
        isNonempty: Bool = false,
        mayRepeat: Bool = false
    ) -> ValueForm where Value == [Element] {
        ValueForm(
            .list(entry.schema, isNonempty: isNonempty, mayRepeat: mayRepeat),
            read: { cursor in
                guard let entries = cursor.list() else { return nil }
                if isNonempty, entries.isEmpty {
                    cursor.refuse(PlanMistake.outOfRange.rawValue, "\(cursor.label) needs at least one entry")
                    return nil
                }
                let values = entries.map(entry.read)
                let present = values.compactMap { $0 }
                return present.count == values.count ? present : nil
            },
            written: { values in .array(values.compactMap(entry.written)) }
        )
    }

    /// The same list, in which no two entries may have the same name.
    func withoutRepeats<Element>(by name: @escaping @Sendable (Element) -> String) -> ValueForm
    where Value == [Element] {
        checked { values, cursor in
            var places: [String: SourceRange] = [:]
            var isFree = true
            for (value, entry) in zip(values, cursor.list() ?? []) {
                let name = name(value)
                guard let first = places.updateValue(entry.node.range, forKey: name) else { continue }
                let notes = [Diagnostic.Note("first written here", at: first)]
                entry.refuse(PlanMistake.repeated.rawValue, "'\(name)' is there twice", notes: notes)
                isFree = false
            }
            return isFree
        }
    }
}

extension MappingCursor {
    fileprivate mutating func refuse(_ keys: [Unsupported]) {
        for key in keys { refuse(key.name, PlanMistake.unsupported.rawValue, key.message) }
    }

    /// Notes none, unless another mistake explains it, and each one after the first.
    fileprivate func requireOne(of names: [String]) {
        let ranges = names.compactMap(keyRange).sorted()
        let wanted = names.map { "'\($0)'" }.joined(separator: ", ")
        if isEmpty {
            cursor.refuse(PlanMistake.oneKey.rawValue, "\(cursor.label) needs one of \(wanted)")
        }
        guard let first = ranges.first else { return }
        for range in ranges.dropFirst() {
            let message = "\(cursor.label) takes only one of \(wanted)"
            let notes = [Diagnostic.Note("the first is here", at: first)]
            cursor.refuse(PlanMistake.oneKey.rawValue, message, at: range, notes: notes)
        }
    }
}

private struct Absent: Error {}

/// All values without their optionals, or nil when one is missing.
private func allPresent<each Field>(_ field: repeat (each Field)?) -> (repeat each Field)? {
    func value<Wrapped>(_ optional: Wrapped?) throws(Absent) -> Wrapped {
        guard let optional else { throw Absent() }
        return optional
    }
    return try? (repeat value(each field))
}
