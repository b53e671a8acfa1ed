package import Diagnostics

/// A mapping whose keys are asked for one by one; `finish()` then reports those that nobody asked for.
package struct MappingCursor {
    /// The mapping as a value.
    package let cursor: Cursor

    private let entries: [Node.Entry]
    private var known: [String] = []
    private var refused: Set<String> = []
    private var missing: [String] = []

    init(cursor: Cursor, entries: [Node.Entry]) {
        self.cursor = cursor
        self.entries = entries
    }

    /// The value of a key that must be there; its absence is reported by `finish()`.
    package mutating func required(_ key: String) -> Cursor? {
        if !entries.contains(where: { $0.key == key }) { missing.append(key) }
        return optional(key)
    }

    /// The value of a key that may be absent; a key without a value is a mistake.
    package mutating func optional(_ key: String) -> Cursor? {
        known.append(key)
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        let path = cursor.path.isEmpty ? key : "\(cursor.path).\(key)"
        let value = Cursor(
            node: entry.value,
            path: path,
            label: "'\(key)'",
            place: entry.keyRange,
            reading: cursor.reading
        )
        if case .scalar(let scalar) = entry.value.content, scalar.isMissing {
            value.refuse(StructureMistake.missingValue.rawValue, "'\(key)' has no value", at: entry.keyRange)
            return nil
        }
        return value
    }

    /// Adds keys to those that may be meant by an unknown one, without reading them.
    package mutating func expect(_ keys: [String]) {
        known += keys
    }

    /// Refuses a key that the language has but that cannot be used; nothing happens when it is absent.
    package mutating func refuse(_ key: String, _ id: String, _ message: String) {
        guard let entry = entries.first(where: { $0.key == key }) else { return }
        refused.insert(key)
        cursor.refuse(id, message, at: entry.keyRange)
    }

    /// Whether the mapping has the key, whatever its value.
    package func contains(_ key: String) -> Bool {
        entries.contains { $0.key == key }
    }

    /// Whether it has no keys at all, as in `{}`.
    package var isEmpty: Bool { entries.isEmpty }

    /// All keys, in the order of the document, for a mapping whose keys are names rather than words of a language.
    package var keys: [String] { entries.map(\.key) }

    /// Where a key stands; nil when it is absent.
    package func keyRange(of key: String) -> SourceRange? {
        entries.first { $0.key == key }?.keyRange
    }

    /// Where the value of a key stands, for mistakes that show only once several keys are read.
    package func range(of key: String) -> SourceRange? {
        entries.first { $0.key == key }?.value.range
    }

    /// Reports keys that nobody asked for, and required ones that are absent.
    package func finish() {
        var missing = missing
        for entry in entries where !known.contains(entry.key) && !refused.contains(entry.key) {
            let absent = known.filter { !contains($0) }
            let meant = closestMatch(to: entry.key, among: absent) ?? closestMatch(to: entry.key, among: known)
            let home = home(of: entry.key)
            // One mistake is told once: the misspelt key stands for the one that is missing.
            if home == nil { missing.removeAll { $0 == meant } }
            cursor.refuse(
                StructureMistake.unknownKey.rawValue,
                "unknown key '\(entry.key)'",
                at: entry.keyRange,
                fix: home.map { "belongs \($0)" } ?? meant.map { "did you mean '\($0)'?" }
            )
        }
        for key in missing {
            let message = "\(cursor.label) lacks the key '\(key)'"
            cursor.refuse(StructureMistake.missingKey.rawValue, message, at: cursor.place)
        }
    }

    /// Where a key is legal that is not legal here; places inside this mapping are likeliest.
    private func home(of key: String) -> String? {
        let all = cursor.reading.homes[key, default: []].filter { $0 != cursor.path }
        let inside = all.filter { cursor.path.isEmpty || $0.hasPrefix("\(cursor.path).") }
        let likely = inside.isEmpty ? all : inside
        let lastKeys = Set(likely.map { String($0.split(separator: ".").last ?? "") })
        // What belongs into a section of several phases is not to be told once for each.
        if likely.count > 2, lastKeys.count == 1, let key = lastKeys.first { return "under '\(key)'" }
        if likely.isEmpty { return nil }
        return likely.map { $0.isEmpty ? "at the top" : "under '\($0)'" }.joined(separator: " or ")
    }
}
