/// The operator class of a column in an index.
package struct OperatorClass: Sendable, Hashable {
    /// As SQL writes it.
    package var name: String

    /// Whether `raw("...")` gave it.
    package var isRaw: Bool

    /// A class that is given in SQL.
    init(raw name: String) {
        self.name = name
        isRaw = true
    }

    /// `Int4MinMaxMultiOps` is `int4_minmax_multi_ops`; nil for a name that does not end in `Ops`.
    init?(word: String) {
        guard word.hasSuffix("Ops"), word.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var name = ""
        for character in word {
            if character.isUppercase, !name.isEmpty { name += "_" }
            name += character.lowercased()
        }
        for (parts, whole) in Self.joined { name = name.replacing(parts, with: whole) }
        self.name = name
        isRaw = false
    }

    /// The names that PostgreSQL writes without the underscore that the capitals suggest.
    private static let joined = [
        ("min_max", "minmax"), ("var_bit", "varbit"), ("ts_vector", "tsvector"), ("timestamp_tz", "timestamptz"),
        ("time_tz", "timetz"), ("mac_addr", "macaddr"),
    ]

    /// Whether PostgreSQL takes it by itself, so that naming it is no difference.
    func isDefault(for method: IndexMethod) -> Bool {
        if isRaw { return false }
        switch name {
        case "jsonb_ops", "array_ops", "text_ops", "tsvector_ops", "inet_inclusion_ops": return true
        case "inet_ops": return method == .spGist
        default: return name.hasSuffix("_minmax_ops")
        }
    }
}
