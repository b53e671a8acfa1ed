/// Lends one connection to synchronous work, on a thread of its own.
///
/// Loans follow one another. Nothing can slip in between the statements of a loan, so that a transaction is as long as
/// its block; cancelling the task that has the loan stops its statement, and never one of the next loan.
package actor Session {
    package nonisolated let processID: Int32
    /// Such as 150018 for 15.18.
    package nonisolated let serverVersion: Int
    /// See ``Connection/isPooled``.
    package nonisolated let isPooled: Bool
    private let executor: QueueExecutor
    private let connection: Connection
    private let canceller: Canceller

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    private init(executor: QueueExecutor, connection: sending Connection) {
        self.executor = executor
        processID = connection.processID
        serverVersion = connection.serverVersion
        isPooled = connection.isPooled
        canceller = connection.canceller
        self.connection = connection
    }

    /// Connects without blocking the caller's thread.
    package static func open(_ target: ConnectionTarget, _ options: SessionOptions) async throws -> Session {
        let executor = QueueExecutor(label: "crossfade.postgres.session")
        let connection = try await Opener(executor: executor).open(target, options)
        return Session(executor: executor, connection: connection)
    }

    /// Lends the connection to `work` once the loans before are over.
    ///
    /// Throws what `work` throws, and `PostgresError.cancelled` when the task is cancelled before its turn.
    package func run<T: Sendable>(_ work: @Sendable (Connection) throws -> T) async throws -> T {
        let loan = canceller.newLoan()
        return try await withTaskCancellationHandler {
            try lend(loan, to: work)
        } onCancel: {
            canceller.request(loan: loan)
        }
    }

    /// Ends the session once the present loan is over; later loans find it closed.
    package func close() {
        connection.close()
    }

    /// Whether the session is open, in no transaction, and the server has said nothing since its last statement.
    var isAtRest: Bool { connection.isAtRest }

    private func lend<T>(_ loan: Int, to work: (Connection) throws -> T) throws -> T {
        canceller.begin(loan: loan)
        defer {
            canceller.end()
            // It was meant for this loan's statements.
            connection.deadline = nil
        }
        // A cancellation from here on finds the loan begun.
        guard !Task.isCancelled else { throw PostgresError.cancelled }
        return try work(connection)
    }
}

/// Opens a connection on the queue that it will be used on.
private actor Opener {
    private let executor: QueueExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(executor: QueueExecutor) {
        self.executor = executor
    }

    func open(_ target: ConnectionTarget, _ options: SessionOptions) throws -> sending Connection {
        try Connection.open(target, options)
    }
}
