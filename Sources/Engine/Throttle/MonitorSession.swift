import Postgres

/// The one session of all collectors, opened when it is first needed and again when it was lost.
actor MonitorSession {
    private let open: @Sendable () async throws -> Session
    private var opening: Task<Session, any Error>?

    /// What the session is opened with; the limits are longer than any look takes, and what takes longer says nothing.
    static let settings = [
        "statement_timeout": "2000", "lock_timeout": "2000", "default_transaction_read_only": "on",
    ]
    private static let patience = Duration.seconds(4)

    init(open: @escaping @Sendable () async throws -> Session) {
        self.open = open
    }

    /// Lends the connection once the loans before are over; nothing that is lent may write.
    func run<T: Sendable>(_ work: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        let opening = opened()
        let session: Session
        do {
            session = try await opening.value
        } catch {
            await drop(opening)
            throw error
        }
        do {
            return try await session.run { connection in
                connection.deadline = .now + Self.patience
                return try work(connection)
            }
        } catch let error as PostgresError where error.isConnectionProblem {
            await drop(opening)
            throw error
        }
    }

    func close() async {
        if let opening { await drop(opening) }
    }

    private func opened() -> Task<Session, any Error> {
        if let opening { return opening }
        let opening = Task { [open] in try await open() }
        self.opening = opening
        return opening
    }

    private func drop(_ lost: Task<Session, any Error>) async {
        if opening == lost { opening = nil }
        if case .success(let session) = await lost.result { await session.close() }
    }
}
