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

    /// Sets what a session needs, and asks the server what it made of it.
    func apply(_ settings: [(name: String, value: String)]) throws(PostgresError) {
        try execute(settings.map { "SET \($0.name) = '\($0.value)'" }.joined(separator: "; "))
        // The view pg_settings has the same in whole milliseconds, and makes a row of each of the server's settings for it.
        let rows = try query(
            """
            SELECT name, CASE WHEN name LIKE '%\\_timeout'
                     THEN (extract(epoch FROM shown::pg_catalog.interval) * 1000)::pg_catalog.int8::pg_catalog.text ELSE shown END AS setting
              FROM pg_catalog.unnest($1::pg_catalog.text[]) name, pg_catalog.current_setting(name) shown
            """,
            [settings.map(\.name)]
        )
        var kept: [String: String] = [:]
        for row in rows { kept[try row.decode("name")] = try row.decode("setting", as: String.self) }
        for (name, value) in settings where kept[name] != value {
            throw .connectionFailed("the server has \(name) = '\(kept[name] ?? "")' after it was set to '\(value)'")
        }
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
