/// One session on the server, for synchronous use by one thread at a time.
///
/// A call blocks until the server has answered. It looks at the cancellation of the present task and at `deadline` at
/// least four times a second, and stops the statement when either says so.
package final class Connection {
    /// The server's process, as `pg_stat_activity.pid` and `pg_locks.pid` show it; through a pooler a number of the pooler's.
    package let processID: Int32
    /// Such as 150018 for 15.18.
    package let serverVersion: Int
    /// What the server remarked during the last call.
    package internal(set) var notices: [Notice] = []
    /// The end of the calls to come: a statement still running then is cancelled; nil lets them run as long as they need.
    package var deadline: ContinuousClock.Instant?

    /// What ends each statement (see ``SessionOptions/mark``).
    var mark = ""
    /// What each transaction begins with, where a pooler may hand it to any of its server connections; nil on a direct one.
    var prelude: Prelude?
    /// Whether each transaction may run in another session of the server, so that nothing of a session may be changed or relied upon.
    package var isPooled: Bool { prelude != nil }

    /// How many transactions of this session the server has rolled back, as its own statistics count them: one that failed
    /// outside a block, or a block that did not end in a commit.
    package internal(set) var rollbacks: Int64 = 0

    /// See ``queryKept(_:_:)``.
    var keptStatements = KeptStatements()

    let target: ConnectionTarget
    let canceller: Canceller
    /// Nil after `close`.
    private(set) var handle: ConnectionHandle?
    /// Asks the server about a statement that is silent for long.
    var silence: SilenceWatch?
    /// Set inside `transaction`, which does not nest.
    var isInTransactionScope = false
    /// How long the server may take to obey a cancel request, or to roll back, before the connection is given up.
    var patience = Duration.seconds(10)

    init(handle: ConnectionHandle, canceller: Canceller, target: ConnectionTarget) {
        self.handle = handle
        self.canceller = canceller
        self.target = target
        processID = handle.processID
        serverVersion = handle.serverVersion
    }

    /// Ends the session, of which the server rolls back what is open; later calls throw.
    package func close() {
        handle = nil
    }

    /// Whether the connection is open and it is known where its session stands.
    package var isUsable: Bool {
        guard let handle, handle.isOpen else { return false }
        return handle.transactionStatus != .unknown
    }

    /// Whether the session is open and in no transaction, and the server has said nothing since: not even a farewell.
    var isAtRest: Bool {
        guard let handle, handle.isOpen else { return false }
        return handle.transactionStatus == .idle && !handle.hasInput
    }
}
