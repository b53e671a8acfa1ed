import Postgres

/// What an application sees of a message that it sent.
package enum Outcome: Sendable, Hashable, CustomStringConvertible {
    /// Of each statement the command tag and the rows, in no order.
    case done([String])
    /// SQLSTATE, and the number of statements before the one that failed.
    case failed(String, after: Int)

    /// Sends a script to a session.
    static func of(_ script: String, on connection: Connection) throws -> (outcome: Outcome, message: String?) {
        do {
            let results = try connection.execute(script).map(text)
            // A block that catches an error says which one.
            return (.done(results + connection.notices.map(\.message)), nil)
        } catch let error as PostgresError {
            guard case .server(let failure) = error else { throw error }
            return (.failed(failure.state.rawValue, after: failure.statementIndex), failure.message)
        }
    }

    private static func text(_ result: CommandResult) throws -> String {
        guard result.rows.count > 0 else { return result.tag }
        return try result.tag + " " + result.rows.map(text).sorted().joined(separator: " ")
    }

    private static func text(_ row: Row) throws -> String {
        let cells = try row.columnNames.indices.map { place in
            try row.decodeIfPresent(at: place, as: String.self) ?? "NULL"
        }
        return "(\(cells.joined(separator: ", ")))"
    }

    /// With `isTranslated` only success and SQLSTATE count.
    func equals(_ other: Outcome, isTranslated: Bool) -> Bool {
        guard isTranslated else { return self == other }
        return switch (self, other) {
        case (.done, .done): true
        case (.failed(let state, _), .failed(let otherState, _)): state == otherState
        default: false
        }
    }

    var isDone: Bool { if case .done = self { true } else { false } }

    package var description: String {
        switch self {
        case .done(let results): results.joined(separator: "; ")
        case .failed(let state, let before): "\(state) in statement \(before + 1)"
        }
    }
}
