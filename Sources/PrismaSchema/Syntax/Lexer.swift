/// Cuts a schema file into tokens; blanks and comments are left out.
struct Lexer {
    private let bytes: [UInt8]
    private var offset = 0
    private var tokens: [Token] = []

    static func tokens(of bytes: [UInt8]) -> [Token] {
        var lexer = Lexer(bytes: bytes)
        lexer.run()
        return lexer.tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        tokens.reserveCapacity(bytes.count / 4)
    }

    private mutating func run() {
        while offset < bytes.count { step(bytes[offset]) }
        add(.newline, length: 0)
        add(.end, length: 0)
    }

    private mutating func step(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"): offset += 1
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): add(.newline, length: 1)
        case UInt8(ascii: "/"): comment()
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "@"): peek(1) == byte ? add(.doubleAt, length: 2) : add(.at, length: 1)
        case UInt8(ascii: "-"): number()
        case let byte where byte.isWordPart: word()
        default: add(Self.marks[byte] ?? .stray, length: 1)
        }
    }

    private static let marks: [UInt8: Token.Kind] = [
        UInt8(ascii: "{"): .leftBrace, UInt8(ascii: "}"): .rightBrace, UInt8(ascii: "("): .leftParenthesis,
        UInt8(ascii: ")"): .rightParenthesis, UInt8(ascii: "["): .leftBracket, UInt8(ascii: "]"): .rightBracket,
        UInt8(ascii: "="): .equals, UInt8(ascii: ":"): .colon, UInt8(ascii: ","): .comma, UInt8(ascii: "."): .dot,
        UInt8(ascii: "?"): .question, UInt8(ascii: "!"): .exclamation,
    ]

    private func peek(_ distance: Int) -> UInt8? {
        offset + distance < bytes.count ? bytes[offset + distance] : nil
    }

    private mutating func add(_ kind: Token.Kind, length: Int) {
        let isRepeated = kind == .newline && tokens.last?.kind == .newline
        if !isRepeated { tokens.append(Token(kind: kind, start: offset, end: offset + length)) }
        offset += length
    }

    private mutating func comment() {
        switch peek(1) {
        case UInt8(ascii: "/"):
            while let byte = peek(0), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { offset += 1 }
        case UInt8(ascii: "*"):
            offset += 2
            while let byte = peek(0), !(byte == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) { offset += 1 }
            offset = min(offset + 2, bytes.count)
        default: add(.stray, length: 1)
        }
    }

    private mutating func string() {
        var length = 1
        while let byte = peek(length), byte >= 0x20 {
            switch byte {
            case UInt8(ascii: "\""): return add(.string, length: length + 1)
            case UInt8(ascii: "\\"): length += 2
            default: length += 1
            }
        }
        add(.openString, length: min(length, bytes.count - offset))
    }

    /// A minus sign and the digits after it; a bare minus sign is no token of the language.
    private mutating func number() {
        var length = 1
        while let byte = peek(length), byte.isNumberPart { length += 1 }
        add(length > 1 ? .number : .stray, length: length)
    }

    /// A word, or a number when nothing but digits and a point is in it.
    private mutating func word() {
        var length = 1
        var isNumber = bytes[offset].isDigit
        while let byte = peek(length) {
            if byte == UInt8(ascii: "."), isNumber, peek(length + 1)?.isDigit == true {
                length += 1
                continue
            }
            guard byte.isWordPart || byte == UInt8(ascii: "-") else { break }
            if !byte.isDigit { isNumber = false }
            length += 1
        }
        add(isNumber ? .number : .word, length: length)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    fileprivate var isNumberPart: Bool { isDigit || self == UInt8(ascii: ".") }

    /// ASCII letters, digits and `_`, and every byte of a character beyond ASCII.
    fileprivate var isWordPart: Bool {
        let lower = self | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || isDigit || self == UInt8(ascii: "_")
            || self >= 0x80
    }
}
