package import SQL

/// A column of a table, as a plan writes it: `User.id`, `app.User.id`, with quotes where a name contains a dot.
package struct ColumnReference: Sendable, Hashable, Codable {
    package var table: QualifiedName
    package var column: Identifier

    package init(table: QualifiedName, column: Identifier) {
        self.table = table
        self.column = column
    }

    /// Reads `table.column` or `schema.table.column`.
    package init(parsing text: String) throws(InvalidName) {
        guard let dot = Self.lastDot(in: text) else { throw InvalidName(text: text, reason: .malformed) }
        let column = try QualifiedName(parsing: String(text[text.index(after: dot)...]))
        guard column.schema == nil else { throw InvalidName(text: text, reason: .malformed) }
        table = try QualifiedName(parsing: String(text[..<dot]))
        self.column = column.name
    }

    /// The last dot that stands outside quotes.
    private static func lastDot(in text: String) -> String.Index? {
        var isQuoted = false
        var found: String.Index?
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == ".", !isQuoted { found = index }
        }
        return found
    }
}
