/// The plan's language for editors: JSON Schema, made from the declarations that the reader uses.
package struct PlanSchema {
    /// JSON Schema 2020-12, as a file that ends with a line break.
    package static var jsonSchema: String {
        let schema = Plan.form.schema
        var head: [(name: String, value: JSON)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("Crossfade plan")),
            ("description", .string("One schema change, and how each of its phases is to run.")),
        ]
        head += schema.members
        head.append(("oneOf", .array(["change", "changes"].map { .object([("required", .array([.string($0)]))]) })))
        let shared = schema.shared.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.json) }
        if !shared.isEmpty { head.append(("$defs", .object(shared))) }
        return JSON.object(head).written() + "\n"
    }
}

extension ValueSchema {
    fileprivate var json: JSON { .object(members) }

    /// The keywords that say what the value may be.
    fileprivate var members: [(name: String, value: JSON)] {
        switch self {
        case .text(let pattern?): return [("type", .string("string")), ("pattern", .string("^(\(pattern))$"))]
        case .text(nil): return [("type", .string("string")), ("minLength", .integer(1))]
        case .duration: return [("type", .string("string")), ("pattern", .string("^\(Duration.planPattern)$"))]
        case .bytes: return [("type", .string("string")), ("pattern", .string("^\(ByteSize.planPattern)$"))]
        case .number: return [("type", .string("number"))]
        case .either(let values): return [("anyOf", .array(values.map(\.json)))]
        case .integer(let range):
            let bounds = [("minimum", range.lowerBound), ("maximum", range.upperBound)].map { ($0, JSON.integer($1)) }
            return [("type", .string("integer"))] + bounds.filter { $0.1.isBound }
        case .boolean: return [("type", .string("boolean"))]
        case .constant(let number): return [("const", .integer(number))]
        case .choice(let words): return [("enum", .array(words.map(JSON.string)))]
        case .list(let entry, let isNonempty, let mayRepeat):
            let least: [(name: String, value: JSON)] = isNonempty ? [("minItems", .integer(1))] : []
            let once: [(name: String, value: JSON)] = mayRepeat ? [] : [("uniqueItems", .boolean(true))]
            return [("type", .string("array")), ("items", entry.json)] + once + least
        case .section(let keys):
            let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
            return Self.mapping(keys) + (required.isEmpty ? [] : [("required", .array(required))])
        case .oneKey(let keys):
            return Self.mapping(keys) + [("minProperties", .integer(1)), ("maxProperties", .integer(1))]
        case .names(let value):
            return [
                ("type", .string("object")), ("additionalProperties", value.json), ("minProperties", .integer(1)),
            ]
        case .shared(let name, _): return [("$ref", .string("#/$defs/\(name)"))]
        }
    }

    private static func mapping(_ keys: [KeySchema]) -> [(name: String, value: JSON)] {
        [
            ("type", .string("object")),
            ("properties", .object(keys.map { ($0.name, $0.json) })),
            ("additionalProperties", .boolean(false)),
        ]
    }

    /// What is referred to by name, here or deeper down.
    fileprivate var shared: [String: ValueSchema] {
        switch self {
        case .text, .duration, .bytes, .integer, .number, .boolean, .constant, .choice: return [:]
        case .list(let entry, _, _), .names(let entry): return entry.shared
        case .either(let values): return values.reduce(into: [:]) { $0.merge($1.shared) { first, _ in first } }
        case .section(let keys), .oneKey(let keys):
            return keys.reduce(into: [:]) { found, key in found.merge(key.value.shared) { first, _ in first } }
        case .shared(let name, let value): return value.shared.merging([name: value]) { first, _ in first }
        }
    }
}

extension KeySchema {
    fileprivate var json: JSON {
        var members = value.members
        members.append(("description", .string(description)))
        if let defaultValue { members.append(("default", defaultValue)) }
        return .object(members)
    }

    /// The summary, and the range that a pattern cannot express.
    private var description: String {
        value.range.map { "\(summary) From \($0)." } ?? summary
    }
}

extension ValueSchema {
    /// The limits that a pattern cannot express, in words.
    fileprivate var range: String? {
        switch self {
        case .duration(let range): "\(range.lowerBound.planText) to \(range.upperBound.planText)"
        case .bytes(let range): "\(range.lowerBound.planText) to \(range.upperBound.planText)"
        case .either(let values): values.lazy.compactMap(\.range).first
        case .text, .integer, .number, .boolean, .constant, .choice, .list, .names, .section, .oneKey, .shared: nil
        }
    }
}

extension JSON {
    /// Whether it limits anything: a range up to `Int.max` has no upper bound worth writing.
    fileprivate var isBound: Bool {
        if case .integer(let number) = self { number != .max } else { true }
    }
}
