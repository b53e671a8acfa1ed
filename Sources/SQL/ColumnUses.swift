/// The places at which an expression, or the definition of an index, reads a column by its name.
///
/// Columns that an index lists as such are no expressions, and not among them.
package struct ColumnUses: Sendable, Hashable {
    private let bytes: [UInt8]
    /// In the order of the text.
    private let places: [Range<Int>]

    /// Whether the column is not read at all.
    package var isEmpty: Bool { places.isEmpty }
    package var count: Int { places.count }

    /// Reads the places in an expression.
    package init(of column: Identifier, inExpression text: String) throws(SyntaxError) {
        try self.init(of: column, in: text, between: "SELECT (", ")")
    }

    /// Reads the places in what follows the table in CREATE INDEX.
    package init(of column: Identifier, inIndex text: String) throws(SyntaxError) {
        try self.init(of: column, in: text, between: "CREATE INDEX ON t ", "")
    }

    private init(of column: Identifier, in text: String, between before: String, _ after: String) throws(SyntaxError) {
        let whole = before + text + after
        let tree = try PGQuery.parse(whole)
        let tokens = Dictionary(try PGQuery.scan(whole).map { ($0.range.lowerBound, $0.range) }) { first, _ in first }
        let offset = before.utf8.count
        var places: [Range<Int>] = []
        for reference in tree.descendants("ColumnRef") {
            let fields = reference.list("fields")
            guard fields.count == 1, let name = fields[0].string else {
                throw text.syntaxError("it reads a whole row, or a column by its table's name")
            }
            guard name == column.name, let range = tokens[reference.number("location")] else { continue }
            places.append((range.lowerBound - offset)..<(range.upperBound - offset))
        }
        self.places = places
        bytes = Array(text.utf8)
    }

    /// The text with another expression, in parentheses, at each place.
    package func replaced(by expression: String) -> String {
        var result: [UInt8] = []
        var end = 0
        for place in places {
            result += bytes[end..<place.lowerBound]
            result += Array("(\(expression))".utf8)
            end = place.upperBound
        }
        result += bytes[end...]
        return String(decoding: result, as: UTF8.self)
    }
}
