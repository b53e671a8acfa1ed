/// A JSON value, compared by what it means and not by how it is written.
indirect enum JSONText: Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONText])
    case object([String: JSONText])

    /// Reads a text; nil when it is not JSON.
    init?(_ text: String) {
        var reader = JSONReader(bytes: Array(text.utf8))
        guard let value = reader.document() else { return nil }
        self = value
    }
}

/// Reads one JSON document from its first byte to its last.
private struct JSONReader {
    let bytes: [UInt8]
    var offset = 0
    private static let deepest = 128

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() -> JSONText? {
        guard let value = value(depth: 0) else { return nil }
        skipBlanks()
        return offset == bytes.count ? value : nil
    }

    private mutating func skipBlanks() {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: scalar) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) -> JSONText? {
        if depth > Self.deepest { return nil }
        if take("{") { return object(depth: depth) }
        if take("[") { return array(depth: depth) }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") { return string().map(JSONText.string) }
        return word()
    }

    private mutating func object(depth: Int) -> JSONText? {
        var members: [String: JSONText] = [:]
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard let key = string(), take(":"), let member = value(depth: depth + 1) else { return nil }
            members[key] = member
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONText? {
        var elements: [JSONText] = []
        if take("]") { return .array(elements) }
        repeat {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func string() -> String? {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        let start = offset + 1
        offset = start
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return EscapedString.text(of: bytes[start..<offset])
    }

    private mutating func word() -> JSONText? {
        let start = offset
        while offset < bytes.count, !",]} \t\n\r".utf8.contains(bytes[offset]) { offset += 1 }
        switch String(decoding: bytes[start..<offset], as: UTF8.self) {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case let digits:
            let isNumber = digits.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            return isNumber ? Double(digits).map(JSONText.number) : nil
        }
    }
}
