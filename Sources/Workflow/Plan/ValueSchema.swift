/// What may stand as a value in a plan: enough to write a JSON Schema, and documents, without reading a plan.
indirect enum ValueSchema: Sendable {
    /// A text; the pattern is a regular expression for the whole of it.
    case text(pattern: String?)
    case duration(ClosedRange<Duration>)
    case bytes(ClosedRange<ByteSize>)
    case integer(ClosedRange<Int>)
    /// A number with or without a fraction.
    case number
    case boolean
    /// One number and no other.
    case constant(Int)
    /// One of these words.
    case choice([String])
    /// Entries of one kind; only where they may repeat is one of them allowed twice.
    case list(ValueSchema, isNonempty: Bool, mayRepeat: Bool)
    /// A mapping with these keys.
    case section([KeySchema])
    /// A mapping with exactly one of these keys.
    case oneKey([KeySchema])
    /// A mapping whose keys are names, to values of one kind.
    case names(ValueSchema)
    /// A value of any of these kinds.
    case either([ValueSchema])
    /// What stands at several places, written once under a name.
    case shared(name: String, ValueSchema)
}

/// What is known of a key without reading a plan.
struct KeySchema: Sendable {
    let name: String
    /// One sentence or two for the person who hovers over the key in an editor.
    let summary: String
    let value: ValueSchema
    let isRequired: Bool
    /// The value that holds when the key is absent, where it can be written down.
    let defaultValue: JSON?
}

extension ValueSchema {
    /// For each key in it, the sections it belongs in, as dotted paths; empty is the top.
    func homes(at path: String = "") -> [String: [String]] {
        switch self {
        case .text, .duration, .bytes, .integer, .number, .boolean, .constant, .choice: return [:]
        case .names: return [:]
        case .list(let value, _, _), .shared(_, let value): return value.homes(at: path)
        case .either(let values): return values.reduce(into: [:]) { $0.merge($1.homes(at: path)) { $0 + $1 } }
        case .section(let keys), .oneKey(let keys):
            return keys.reduce(into: [:]) { homes, key in
                homes[key.name, default: []].append(path)
                let inner = key.value.homes(at: path.isEmpty ? key.name : "\(path).\(key.name)")
                homes.merge(inner) { $0 + $1 }
            }
        }
    }
}

extension ValueSchema {
    /// The keys of a section.
    var keys: [KeySchema] {
        switch self {
        case .section(let keys): keys
        case .shared(_, let value): value.keys
        default: []
        }
    }

    /// Whether it is a list or a mapping rather than a text, or may be one.
    var isStructured: Bool {
        switch self {
        case .list, .section, .oneKey, .names: true
        case .either(let values): values.contains(where: \.isStructured)
        case .shared(_, let value): value.isStructured
        default: false
        }
    }
}
