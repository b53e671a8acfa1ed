/// A variable that SQL in a function's body can name.
package struct BodyVariable: Hashable, Sendable {
    package let name: String
    /// Its type as declared: one part for each name, without `%ROWTYPE`; empty where the program cannot tell.
    package let type: [String]

    package init(name: String, type: [String]) {
        self.name = name
        self.type = type
    }
}

/// A piece of SQL in a function's body.
struct BodyFragment: Hashable, Sendable {
    /// What becomes of its rows.
    enum Use: Hashable, Sendable {
        /// A statement, whose rows go into variables of these names, or nowhere.
        case statement(into: [String])
        /// A loop's query, whose rows go into variables of these names.
        case loop(into: [String])
        /// RETURN QUERY, or the statement whose rows an SQL function returns.
        case returned
        /// Anything else that is evaluated, such as a condition or the query of a cursor.
        case value
        /// EXECUTE: the text of a statement is made when it runs.
        case dynamic
    }

    let use: Use
    /// What the grammar can read: the piece of the body after `SELECT ` where it is an expression.
    let text: String
    /// Where the piece begins in the body, in bytes.
    let start: Int
    /// How many bytes of `text` stand before the piece.
    let prefix: Int
    /// Innermost first.
    let variables: [BodyVariable]
}

/// The SQL of a function's body, piece by piece.
struct ReadBody: Hashable, Sendable {
    var fragments: [BodyFragment] = []
    /// The body's own `#variable_conflict`; nil where it has none.
    var conflict: String?
}
