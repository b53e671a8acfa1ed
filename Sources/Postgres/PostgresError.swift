/// Why a call to the database did not end as asked.
package enum PostgresError: Error, Hashable, Sendable {
    /// The statement failed and the connection is fine.
    case server(ServerError)
    /// No connection was to be had, and nothing was sent; the message holds no password.
    case connectionFailed(String)
    /// The connection died under a statement, whose outcome is unknown until proved.
    case connectionLost(String)
    /// `Connection.deadline` passed, and the server has stopped the statement or never received it.
    case deadlineExceeded(statement: String)
    /// The task was cancelled, and the server has stopped the statement or never received it.
    case cancelled
    /// A value is not of the type the program asked for, or is NULL where none may be.
    case decoding(String)
    /// A call that is a mistake of the program, such as a nested transaction.
    case usage(String)
}

extension PostgresError {
    /// The server's code, when the server spoke.
    package var sqlState: SQLState? {
        if case .server(let error) = self { error.state } else { nil }
    }

    /// Whether the session is of no further use and a new one has to be opened.
    package var isConnectionProblem: Bool {
        switch self {
        case .connectionFailed, .connectionLost:
            true
        case .server(let error):
            [.adminShutdown, .crashShutdown, .cannotConnectNow].contains(error.state) || error.state.errorClass == "08"
        case .deadlineExceeded, .cancelled, .decoding, .usage:
            false
        }
    }

    /// Whether the same transaction, sent again on the same connection, may well succeed.
    ///
    /// A lost connection is not of this kind: the outcome has to be proved first.
    package var isRetryable: Bool {
        guard case .server(let error) = self else { return false }
        return switch error.state {
        case .lockNotAvailable, .deadlockDetected, .serializationFailure: true
        // Two sessions changed the same catalog row; the server has no code of its own for it.
        case .internalError: error.message.hasPrefix("tuple concurrently ")
        default: false
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let error): error.description
        case .connectionFailed(let reason): "cannot connect to the database: \(reason)"
        case .connectionLost(let reason): "the connection to the database was lost: \(reason)"
        case .deadlineExceeded(let statement): "the deadline passed in: \(statement.shortened(to: 100))"
        case .cancelled: "cancelled"
        case .decoding(let reason): reason
        case .usage(let reason): reason
        }
    }
}
