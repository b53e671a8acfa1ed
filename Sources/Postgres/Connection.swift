/// One session on the server, for synchronous use by one thread at a time.
///
/// A call blocks until the server has answered. It looks at the cancellation of the present task and at `deadline` at
/// least four times a second, and stops the statement when either says so.
package final class Connection {
    /// The server's process, as `pg_stat_activity.pid` and `pg_locks.pid` show it.
    package let processID: Int32
    /// Such as 150018 for 15.18.
    package let serverVersion: Int
    /// What the server remarked during the last call.
    package internal(set) var notices: [Notice] = []
    /// The end of the calls to come: a statement still running then is cancelled; nil lets them run as long as they need.
    package var deadline: ContinuousClock.Instant?

    /// What ends each statement (see ``SessionOptions/mark``).
    private(set) var mark = ""

    /// How many transactions of this session the server has rolled back, as its own statistics count them: one that failed
    /// outside a block, or a block that did not end in a commit.
    package internal(set) var rollbacks: Int64 = 0

    /// See ``queryKept(_:_:)``.
    var keptStatements = KeptStatements()

    let target: ConnectionTarget
    let canceller: Canceller
    /// Nil after `close`.
    private(set) var handle: ConnectionHandle?
    /// Set inside `transaction`, which does not nest.
    var isInTransactionScope = false
    /// How long the server may take to obey a cancel request, or to roll back, before the connection is given up.
    var patience = Duration.seconds(10)

    private init(handle: ConnectionHandle, canceller: Canceller, target: ConnectionTarget) {
        self.handle = handle
        self.canceller = canceller
        self.target = target
        processID = handle.processID
        serverVersion = handle.serverVersion
    }

    /// Connects, and sets the session up as `SessionOptions` says; every setting is read back.
    package static func open(
        _ target: ConnectionTarget,
        _ options: SessionOptions
    ) throws(PostgresError) -> Connection {
        if let problem = target.problem { throw .connectionFailed(problem) }
        guard let handle = ConnectionHandle(parameters: target.parameters(for: options)) else {
            throw .connectionFailed("out of memory")
        }
        guard handle.isOpen, let token = handle.cancelToken else {
            throw .connectionFailed(target.scrubbed(handle.errorMessage))
        }
        let connection = Connection(handle: handle, canceller: Canceller(token: token), target: target)
        try connection.apply(options.settings)
        connection.mark = options.mark ?? ""
        return connection
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

    // MARK: - Settings

    /// Sets what a session needs, and asks the server what it made of it, in one message.
    ///
    /// By SHOW: a query would be planned, with a cold catalog, before the session has done anything.
    func apply(_ settings: [(name: String, value: String)]) throws(PostgresError) {
        let statements = settings.map { "SET \($0.name) = '\($0.value)'" } + settings.map { "SHOW \($0.name)" }
        let shown = try execute(statements.joined(separator: "; ")).suffix(settings.count)
        for ((name, value), result) in zip(settings, shown) {
            let kept: String = try result.rows.only().decode(at: 0)
            guard kept != value, !name.hasSuffix("_timeout") || Self.milliseconds(kept) != Int64(value) else {
                continue
            }
            throw .connectionFailed("the server has \(name) = '\(kept)' after it was set to '\(value)'")
        }
    }

    /// A time as SHOW prints it, such as `90s`.
    private static func milliseconds(_ shown: String) -> Int64? {
        let units: [Substring: Int64] = ["": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
        let digits = shown.prefix { $0.isNumber }
        guard let number = Int64(digits), let unit = units[shown.dropFirst(digits.count)] else { return nil }
        return number * unit
    }
}

extension ConnectionTarget {
    /// The target with what a session of ours adds: limits where the target has none, name and encoding in any case.
    func parameters(for options: SessionOptions) -> [(keyword: String, value: String)] {
        var defaults = [
            // A peer that vanished is noticed within a minute, idle or not.
            ("keepalives", "1"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
        if !leavesTimeoutToEnvironment {
            defaults.append(("connect_timeout", String(max(2, options.connectTimeout.wholeSeconds))))
        }
        // libpq takes the last of several values.
        return defaults + parameters + [
            ("application_name", options.applicationName), ("client_encoding", "UTF8"),
        ]
    }
}
