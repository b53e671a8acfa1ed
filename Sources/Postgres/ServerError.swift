/// What the server said when it refused or failed a statement.
package struct ServerError: Error, Hashable, Sendable {
    package var state: SQLState
    /// ERROR, FATAL or PANIC, never translated.
    package var severity: String
    package var message: String
    package var detail: String?
    package var hint: String?
    /// The 1-based character of the sent text at which the server saw the mistake.
    package var position: Int?
    /// Like `position`, but in `internalQuery`.
    package var internalPosition: Int?
    /// The statement inside a function, when that is what failed.
    package var internalQuery: String?
    /// The call stack of PL/pgSQL functions and similar, innermost first.
    package var context: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    package var dataType: String?
    /// The text that was sent, shortened to `statementLimit` characters.
    package var statement: String?
    /// How many statements of the same message had succeeded before, so that this is the 0-based number of the failed one.
    package var statementIndex: Int

    /// The most characters of a statement that an error carries.
    package static let statementLimit = 500

    /// A plain error; the fields that the server may leave out are set afterwards.
    package init(state: SQLState, severity: String = "ERROR", message: String, statementIndex: Int = 0) {
        self.state = state
        self.severity = severity
        self.message = message
        self.statementIndex = statementIndex
    }
}

extension ServerError: CustomStringConvertible {
    /// Message, code and the server's advice; never the statement, which may hold values.
    package var description: String {
        var text = "\(severity) \(state): \(message)"
        if let detail { text += "\nDETAIL: \(detail)" }
        if let hint { text += "\nHINT: \(hint)" }
        if let context { text += "\nCONTEXT: \(context)" }
        return text
    }
}

extension String {
    /// The beginning of a statement, for messages; a cut is marked.
    func shortened(to limit: Int = ServerError.statementLimit) -> String {
        count <= limit ? self : prefix(limit) + "..."
    }
}
