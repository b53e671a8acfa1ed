import Postgres

extension Session {
    /// Connects as an application would: its tables are found without naming their schema.
    ///
    /// No statement needs nearly as long as the timeout of a client, which turns a hang into a failure.
    static func open(
        _ target: ConnectionTarget,
        as name: String,
        statementTimeout: Duration? = nil
    ) async throws -> Session {
        let options = SessionOptions(applicationName: name, statementTimeout: statementTimeout)
        let session = try await Session.open(target, options)
        try await session.run { connection in _ = try connection.execute("SET search_path = public") }
        return session
    }
}
