import Foundation
import Synchronization

extension Connection {
    /// Connects, and sets the session up as `SessionOptions` says; every setting is read back.
    ///
    /// **Invariant:** what outlives a transaction is changed only in a server session that was started for this connection.
    /// The settings are startup options, together with a number that nothing else knows. Only the session that shows this
    /// number is a direct one. A pooler refuses the options or passes over them: there each transaction sets what it needs.
    package static func open(
        _ target: ConnectionTarget,
        _ options: SessionOptions
    ) throws(PostgresError) -> Connection {
        if let problem = target.problem { throw .connectionFailed(problem) }
        guard !Pooler.isKnown(at: target) else { return try openPooled(target, options) }
        let attempt = StartupAttempt(target, options)
        do throws(PostgresError) {
            return try connect(target, attempt).started(by: attempt)
        } catch {
            // A refusal of the options comes at once, and before a password is asked for.
            guard attempt.mayBeRefused else { throw error }
        }
        let plain = try connect(target, StartupAttempt(target, options, hasOptions: false))
        // What multiplexes sessions has to number them itself, or it could not route requests to cancel.
        let backend: Int32 = try plain.query("SELECT pg_catalog.pg_backend_pid()").only().decode(at: 0)
        guard backend == plain.processID else {
            Pooler.remember(target)
            return try plain.pooled(options)
        }
        // The server itself answers, and refused for a reason that may be over.
        plain.close()
        let second = StartupAttempt(target, options)
        return try connect(target, second).started(by: second)
    }

    private static func openPooled(
        _ target: ConnectionTarget,
        _ options: SessionOptions
    ) throws(PostgresError) -> Connection {
        try connect(target, StartupAttempt(target, options, hasOptions: false)).pooled(options)
    }

    private static func connect(
        _ target: ConnectionTarget,
        _ attempt: StartupAttempt
    ) throws(PostgresError) -> Connection {
        guard let handle = ConnectionHandle(parameters: attempt.parameters) else {
            throw .connectionFailed("out of memory")
        }
        guard handle.isOpen, let token = handle.cancelToken else {
            attempt.failed(hasUsedPassword: handle.hasUsedPassword)
            throw .connectionFailed(target.scrubbed(handle.errorMessage))
        }
        let connection = Connection(handle: handle, canceller: Canceller(token: token), target: target)
        connection.watchSilence(attempt.options, handle, isDirect: false)
        return connection
    }

    /// Tells by the server's answer whether the session is the connection's own, and sets it up either way.
    private func started(by attempt: StartupAttempt) throws(PostgresError) -> Connection {
        let options = attempt.options
        // The search path cannot be a startup option: the role's own path would no longer be the default that it is for
        // statements on behalf of the role. The statement that pins it does nothing in a session that shows another number.
        let pin =
            options.keepsSearchPath
            ? "true"
            : """
            pg_catalog.set_config('search_path', '\(SessionOptions.searchPath)', false) IS NOT NULL
            """
        let isOwn = try query(
            """
            SELECT CASE WHEN pg_catalog.current_setting('\(StartupAttempt.numberName)', true) OPERATOR(pg_catalog.=) $1
                         AND pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) $2 THEN \(pin) ELSE false END
            """,
            [attempt.number, Int(processID)]
        ).only().decode(at: 0, as: Bool.self)
        guard isOwn else { return try pooled(options) }
        if let handle { watchSilence(options, handle, isDirect: true) }
        try verify(options.allSettings)
        mark = options.mark ?? ""
        return self
    }

    private func pooled(_ options: SessionOptions) throws(PostgresError) -> Connection {
        prelude = Prelude(options.allSettings)
        try verify(options.allSettings)
        mark = options.mark ?? ""
        return self
    }

    /// Asks the server what it made of the settings.
    func verify(_ settings: [(name: String, value: String)]) throws(PostgresError) {
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

/// One attempt to connect, with the settings as startup options or without.
final class StartupAttempt {
    /// The setting that shows whose session it is.
    static let numberName = "crossfade.session"

    let number = UUID().uuidString
    let parameters: [(keyword: String, value: String)]
    private let start = ContinuousClock.now
    let options: SessionOptions
    /// Whether a server that takes no options may have been what refused.
    private(set) var mayBeRefused = false

    init(_ target: ConnectionTarget, _ options: SessionOptions, hasOptions: Bool = true) {
        self.options = options
        var parameters = target.parameters(for: options)
        if hasOptions {
            let own = options.fixedSettings + [(Self.numberName, number)]
            let texts = own.map { "-c \($0.name)=\(Self.escaped($0.value))" }
            // Behind those of the target or of PGOPTIONS, which keep what they say of other settings.
            let all = [target.startupOptions].compactMap(\.self) + texts
            parameters.append(("options", all.joined(separator: " ")))
        }
        self.parameters = parameters
    }

    /// A host that does not answer would not answer a second attempt either; a wrong password is not sent twice.
    func failed(hasUsedPassword: Bool) {
        mayBeRefused = !hasUsedPassword && ContinuousClock.now - start < options.connectTimeout
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }
}

/// The poolers that refused startup options, so that later sessions of the process do not ask again.
enum Pooler {
    private static let known = Mutex<Set<[String]>>([])

    static func isKnown(at target: ConnectionTarget) -> Bool {
        known.withLock { $0.contains(key(of: target)) }
    }

    static func remember(_ target: ConnectionTarget) {
        known.withLock { _ = $0.insert(key(of: target)) }
    }

    private static func key(of target: ConnectionTarget) -> [String] {
        target.parameters.flatMap { [$0.keyword, $0.value] }
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

    /// The startup options that libpq would send for the target, from wherever it takes them.
    var startupOptions: String? {
        if let own = self[keyword: "options"] { return own }
        // Only a connection that was begun knows what a service file says.
        if self[keyword: "service"] != nil { return ConnectionHandle.startupOptions(for: parameters) }
        return LibPQ.defaultOptions
    }
}
