/// A token's place in a text, from libpg_query's scanner.
struct Token: Equatable {
    /// The bytes of the UTF-8 text it covers.
    var range: Range<Int> = 0..<0

    /// The number PostgreSQL's grammar gives the token's kind; one of a character is its ASCII code.
    var kind = 0

    /// Whether it begins with `--`: `SQL_COMMENT` of pg_query.proto.
    var isLineComment: Bool { kind == 275 }

    /// Whether it is a comment of either form: `C_COMMENT` is the other.
    var isComment: Bool { isLineComment || kind == 276 }
}

extension Token {
    /// Reads the protocol-buffer message `ScanResult { repeated ScanToken tokens = 2 }`.
    static func list(from message: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var reader = ProtobufReader(bytes: message[...])
        while let field = reader.next() {
            if case .bytes(2, let body) = field { tokens.append(Token(message: body)) }
        }
        return tokens
    }

    /// Reads `ScanToken { start = 1, end = 2, token = 4 }`.
    private init(message: ArraySlice<UInt8>) {
        var reader = ProtobufReader(bytes: message)
        var (start, end) = (0, 0)
        while let field = reader.next() {
            switch field {
            case .number(1, let value): start = value
            case .number(2, let value): end = value
            case .number(4, let value): kind = value
            case .number, .bytes: break
            }
        }
        range = start..<max(start, end)
    }
}

/// Reads the two wire types that pg_query's scan result uses; any other ends the reading.
private struct ProtobufReader {
    enum Field {
        case number(Int, Int)
        case bytes(Int, ArraySlice<UInt8>)
    }

    var bytes: ArraySlice<UInt8>

    mutating func next() -> Field? {
        guard let key = varint() else { return nil }
        switch key & 7 {
        case 0: return varint().map { .number(key >> 3, $0) }
        case 2:
            guard let length = varint(), length >= 0, length <= bytes.count else { return nil }
            defer { bytes = bytes.dropFirst(length) }
            return .bytes(key >> 3, bytes.prefix(length))
        default: return nil
        }
    }

    private mutating func varint() -> Int? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(truncatingIfNeeded: value) }
            shift += 7
        }
        return nil
    }
}
