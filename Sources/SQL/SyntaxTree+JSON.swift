/// Reading libpg_query's JSON.
///
/// `JSONDecoder` has to guess the type of each value and takes a thousand times as long as the parser itself; this
/// reads what libpg_query writes (whole numbers, ASCII escapes) and trusts it to be well-formed.
extension SyntaxTree {
    /// The tree, or nil for one that is cut off or nested deeper than any statement a person wrote.
    init?(json: [UInt8]) {
        var reader = JSONReader(bytes: json[...])
        guard let tree = reader.value(depth: 0) else { return nil }
        self = tree
    }
}

private struct JSONReader {
    /// Ends the recursion well before the stack of a small thread does.
    static let deepest = 1_000

    var bytes: ArraySlice<UInt8>

    mutating func value(depth: Int) -> SyntaxTree? {
        guard depth < Self.deepest, let first = bytes.first else { return nil }
        switch first {
        case UInt8(ascii: "{"): return object(depth: depth + 1)
        case UInt8(ascii: "["): return list(depth: depth + 1)
        case UInt8(ascii: "\""): return string().map { .text($0) }
        default: return word()
        }
    }

    private mutating func object(depth: Int) -> SyntaxTree? {
        var fields: [String: SyntaxTree] = [:]
        bytes.removeFirst()
        while !take("}") {
            _ = take(",")
            guard let name = string(), take(":"), let value = value(depth: depth) else { return nil }
            fields[name] = value
        }
        return .object(fields)
    }

    private mutating func list(depth: Int) -> SyntaxTree? {
        var items: [SyntaxTree] = []
        bytes.removeFirst()
        while !take("]") {
            _ = take(",")
            guard let item = value(depth: depth) else { return nil }
            items.append(item)
        }
        return .list(items)
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: escaped())
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escaped() -> [UInt8] {
        guard let letter = bytes.popFirst() else { return [] }
        switch letter {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let digits = String(decoding: bytes.prefix(4), as: UTF8.self)
            bytes = bytes.dropFirst(4)
            let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
            return Array(String(scalar).utf8)
        default: return [letter]
        }
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word() -> SyntaxTree? {
        let end = bytes.firstIndex { [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]")].contains($0) }
        let word = String(decoding: bytes[..<(end ?? bytes.endIndex)], as: UTF8.self)
        bytes = bytes[(end ?? bytes.endIndex)...]
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        case "": return nil
        default: return Int(word).map { .number($0) } ?? .text(word)
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes.removeFirst()
        return true
    }
}
