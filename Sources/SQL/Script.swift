/// SQL text split into its statements by PostgreSQL's own parser.
package struct Script: Sendable {
    /// The statements in order; none for a text of blanks and comments.
    package let statements: [Statement]

    /// Parses the text with the grammar of PostgreSQL 15; bodies of functions are strings to it and not looked into.
    package init(parsing text: String) throws(SyntaxError) {
        let tree = try PGQuery.parse(text)
        let tokens = try PGQuery.scan(text).filter { !$0.isComment }
        let bytes = Array(text.utf8)
        statements = tree.list("stmts").compactMap { statement in
            guard let node = statement["stmt"] else { return nil }
            let start = statement.number("stmt_location")
            let length = statement.number("stmt_len")
            // No length means: up to the end of the text.
            let end = length == 0 ? bytes.count : start + length
            guard let first = tokens.first(where: { $0.range.lowerBound >= start }),
                let last = tokens.last(where: { $0.range.upperBound <= end })
            else { return nil }
            let text = String(decoding: bytes[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
            return Statement(text: text, node: node)
        }
    }
}
