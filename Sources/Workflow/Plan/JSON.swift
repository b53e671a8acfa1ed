/// A JSON value whose objects keep the order of their members, so that what is written reads well.
package indirect enum JSON: Sendable {
    case null
    case string(String)
    case integer(Int)
    /// A finite number; JSON has no other, so that infinity and NaN are written as null.
    case number(Double)
    case boolean(Bool)
    case array([JSON])
    case object([(name: String, value: JSON)])

    /// The value over several lines; short lists stay on one.
    package func written(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .null, .string, .integer, .number, .boolean: return line
        case .array(let items): return "[" + items.map { $0.written(indent: indent) }.joined(separator: ", ") + "]"
        case .object(let members) where members.isEmpty: return "{}"
        case .object(let members):
            let lines = members.map { "\(inner)\(Self.quoted($0.name)): \($0.value.written(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    /// The value on one line, without blanks.
    package var line: String {
        switch self {
        case .null: "null"
        case .string(let text): Self.quoted(text)
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? String(number) : "null"
        case .boolean(let bool): String(bool)
        case .array(let items): "[" + items.map(\.line).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.name)):\($0.value.line)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case "\n": return "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
