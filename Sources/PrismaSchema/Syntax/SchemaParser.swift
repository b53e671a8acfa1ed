import Diagnostics

/// Reads the blocks of one file; a mistake ends the line it stands in, not the reading.
struct SchemaParser {
    let bytes: [UInt8]
    let file: Int
    var findings: Findings
    var schema: SchemaSyntax
    private let tokens: [Token]
    private var index = 0
    /// How many brackets are open; deeper than anybody writes them, the reading would not end well.
    var depth = 0
    static let deepest = 32

    /// All files, one after the other.
    static func parse(_ files: [SourceText]) -> (schema: SchemaSyntax, findings: Findings) {
        var schema = SchemaSyntax()
        var findings = Findings(files: files)
        for file in files.indices {
            var parser = SchemaParser(file: file, schema: schema, findings: findings)
            parser.parseFile()
            schema = parser.schema
            findings = parser.findings
        }
        return (schema, findings)
    }

    private init(file: Int, schema: SchemaSyntax, findings: Findings) {
        bytes = Array(findings.files[file].text.utf8)
        tokens = Lexer.tokens(of: bytes)
        self.file = file
        self.schema = schema
        self.findings = findings
    }

    private mutating func parseFile() {
        while true {
            skip(.newline)
            if current.kind == .end { return }
            parseBlock()
        }
    }

    // MARK: - Tokens

    /// The token that is read next.
    var current: Token { tokens[index] }

    /// The token after it.
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }

    /// Where the token that was read last ends.
    var lastEnd: Int { tokens[max(index - 1, 0)].end }

    /// Goes one token further, but not past the end.
    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[index]
        if index < tokens.count - 1 { index += 1 }
        return token
    }

    /// Takes the token when it is of the kind.
    mutating func take(_ kind: Token.Kind) -> Token? {
        current.kind == kind ? advance() : nil
    }

    /// Leaves out tokens of the kind.
    mutating func skip(_ kind: Token.Kind) {
        while current.kind == kind, current.kind != .end { advance() }
    }

    /// Goes to the end of the line.
    mutating func skipLine() {
        while current.kind != .newline, current.kind != .end { advance() }
    }

    /// The text of a token.
    func text(_ token: Token) -> String { String(decoding: bytes[token.start..<token.end], as: UTF8.self) }

    /// The place of a token.
    func span(_ token: Token) -> Span { Span(file: file, start: token.start, end: token.end) }

    /// Takes a word.
    mutating func takeName() -> NameSyntax? {
        guard current.kind == .word || current.kind == .number else { return nil }
        let token = advance()
        return NameSyntax(text: text(token), span: span(token))
    }

    /// Says what is expected instead of the current token, and leaves the rest of its line out.
    mutating func refuse(_ expected: String) {
        switch current.kind {
        case .openString:
            findings.add(.syntax, "the string is not closed", at: span(current), fix: "end it with \"")
        case .newline, .end:
            findings.add(.syntax, "the line ends where \(expected) is expected", at: span(current))
        default:
            findings.add(.syntax, "'\(text(current))' stands where \(expected) is expected", at: span(current))
        }
        skipLine()
    }

    /// Ends a line, or says what stands behind its end.
    mutating func endLine() {
        if current.kind == .rightBrace { return }
        if take(.newline) == nil, current.kind != .end { refuse("the end of the line") }
    }
}
