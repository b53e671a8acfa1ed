/// SQL text split into its statements by PostgreSQL's own parser.
package struct Script: Sendable {
    /// Where a statement stands in the text of its script.
    package struct Place: Hashable, Sendable {
        /// The statement's own text, as in `Statement.text`.
        package let text: Range<String.Index>

        /// The first place after its semicolon; nil when there is none.
        package let semicolonEnd: String.Index?
    }

    /// The statements in order; none for a text of blanks and comments.
    package let statements: [Statement]

    /// The place of each statement.
    package let places: [Place]

    /// Parses the text with the grammar of PostgreSQL 15; bodies of functions are strings to it and not looked into.
    package init(parsing text: String) throws(SyntaxError) {
        let tree = try PGQuery.parse(text)
        let tokens = try PGQuery.scan(text).filter { !$0.isComment }
        var statements: [Statement] = []
        var places: [Place] = []
        for statement in tree.list("stmts") {
            guard let node = statement["stmt"], let place = Self.place(of: statement, tokens, text) else { continue }
            statements.append(Statement(text: String(text[place.text]), node: node))
            places.append(place)
        }
        self.statements = statements
        self.places = places
    }

    /// The comments of the text that begin with `--`, each up to the end of its line.
    package static func lineComments(of text: String) throws(SyntaxError) -> [Range<String.Index>] {
        let bytes = text.utf8
        return try PGQuery.scan(text).compactMap { token in
            guard token.isLineComment else { return nil }
            let start = bytes.index(bytes.startIndex, offsetBy: token.range.lowerBound)
            return start..<bytes.index(start, offsetBy: token.range.count)
        }
    }

    /// The parser's own places count bytes and take in the comments before a statement.
    private static func place(of statement: SyntaxTree, _ tokens: [Token], _ text: String) -> Place? {
        let start = statement.number("stmt_location")
        let length = statement.number("stmt_len")
        // No length means: up to the end of the text, without a semicolon.
        let end = length == 0 ? text.utf8.count : start + length
        guard let first = tokens.first(where: { $0.range.lowerBound >= start }),
            let last = tokens.last(where: { $0.range.upperBound <= end })
        else { return nil }
        let bytes = text.utf8
        let index = { bytes.index(bytes.startIndex, offsetBy: $0) }
        return Place(
            text: index(first.range.lowerBound)..<index(last.range.upperBound),
            semicolonEnd: length == 0 ? nil : index(end + 1)
        )
    }
}
