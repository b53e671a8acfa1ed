/// The places at which SQL reads a column that has a name no other one can have, with the name of its table before it or without.
///
/// Places where the name stands for no value, such as a column that an index lists, are not among them.
package struct MarkedUses: Sendable, Hashable {
    /// What stands around the text for the parser.
    package enum Frame: Sendable {
        case expression
        case query
        /// What a statistics object is gathered on.
        case statistics
        /// What follows the table in CREATE TRIGGER.
        case trigger

        fileprivate var around: (before: String, after: String) {
            switch self {
            case .expression: ("SELECT (", ")")
            case .query: ("", "")
            case .statistics: ("CREATE STATISTICS s ON ", " FROM t")
            case .trigger: ("CREATE TRIGGER g AFTER UPDATE ON t ", "")
            }
        }
    }

    private struct Place: Hashable {
        let range: Range<Int>
        /// What stands before the name: `t.`, or nothing.
        let qualifier: String
    }

    private let bytes: [UInt8]
    /// In the order of the text.
    private let places: [Place]

    /// - Throws: SyntaxError where the parser does not take the text.
    package init(of mark: Identifier, in text: String, as frame: Frame) throws(SyntaxError) {
        let (before, after) = frame.around
        let whole = before + text + after
        let source = Array(whole.utf8)
        let tokens = try PGQuery.scan(whole).map(\.range)
        let numbers = Dictionary(tokens.enumerated().map { ($1.lowerBound, $0) }) { first, _ in first }
        let offset = before.utf8.count
        var places: [Place] = []
        for reference in try PGQuery.parse(whole).descendants("ColumnRef") {
            let fields = reference.list("fields")
            guard fields.last?.string == mark.name, let first = numbers[reference.number("location")] else { continue }
            // A name, and a dot, before each further name.
            let last = first + 2 * (fields.count - 1)
            guard last < tokens.count else { continue }
            let (start, name) = (tokens[first].lowerBound, tokens[last])
            places.append(
                Place(
                    range: (start - offset)..<(name.upperBound - offset),
                    qualifier: String(decoding: source[start..<name.lowerBound], as: UTF8.self)
                )
            )
        }
        self.places = places
        bytes = Array(text.utf8)
    }

    /// The text with an expression, in parentheses, at each place; it is made for what stands before the name there.
    package func replaced<Problem: Error>(by expression: (_ qualifier: String) throws(Problem) -> String)
        throws(Problem) -> String
    {
        var result: [UInt8] = []
        var end = 0
        for place in places {
            result += bytes[end..<place.range.lowerBound]
            result += Array("(\(try expression(place.qualifier)))".utf8)
            end = place.range.upperBound
        }
        result += bytes[end...]
        return String(decoding: result, as: UTF8.self)
    }
}
