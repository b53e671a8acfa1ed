/// How a session introduces itself, and what limits it sets for its statements.
package struct SessionOptions: Sendable, Hashable {
    /// At most `applicationNameLimit` bytes of UTF-8; a longer name is cut between characters.
    package let applicationName: String
    /// For one attempt at one address, unless the target has a setting of its own.
    ///
    /// libpq knows whole seconds, two at least.
    package let connectTimeout: Duration
    /// Nil means none, whatever the role's default says.
    package let statementTimeout: Duration?
    /// Nil means none, whatever the role's default says.
    package let lockTimeout: Duration?

    /// The server stores names of up to NAMEDATALEN - 1 bytes and cuts the rest silently.
    package static let applicationNameLimit = 63

    /// Whether unqualified names mean what they mean to the role's other sessions; else they are an error.
    package let keepsSearchPath: Bool

    /// Further settings of the session, or other values of those that each has, as `verify` reads them: timeouts in ms.
    package let settings: [String: String]

    /// A comment at the end of each statement, by which pg_stat_statements tells the session's from others; nil: none.
    package let mark: String?

    /// When a server that is silent during a statement is asked what it does; nil: never.
    var silence: SilencePace? = .standard

    /// Timeouts are sent in whole milliseconds, rounded up so that none becomes 0, which would mean none.
    package init(
        applicationName: String,
        connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration? = nil,
        lockTimeout: Duration? = nil,
        keepsSearchPath: Bool = false,
        settings: [String: String] = [:],
        mark: String? = nil
    ) {
        var name = applicationName
        while name.utf8.count > Self.applicationNameLimit { name.removeLast() }
        self.applicationName = name
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.lockTimeout = lockTimeout
        self.keepsSearchPath = keepsSearchPath
        self.settings = settings
        self.mark = mark.map { "\n/* \($0) */" }
    }
}

extension SessionOptions {
    /// The search path that a session is pinned to: without `public`, an unqualified name is an error instead of a guess.
    static let searchPath = "pg_catalog"

    /// What every session is set to, but for its search path, as `pg_settings` then shows it.
    ///
    /// `row_security = off` makes a policy that would hide rows an error instead; under a stricter isolation set for the
    /// role or the database, claims and copies would fail with 40001 where they should see the newest row; the formats
    /// are those that `ColumnDecodable` reads.
    var fixedSettings: [(name: String, value: String)] {
        // The first, since it changes how the server shows the others.
        let common = [
            ("quote_all_identifiers", "off"),
            ("row_security", "off"),
            ("default_transaction_isolation", "read committed"),
            ("client_min_messages", "notice"),
            ("DateStyle", "ISO, YMD"),
            ("TimeZone", "UTC"),
            ("IntervalStyle", "postgres"),
            ("extra_float_digits", "3"),
            ("standard_conforming_strings", "on"),
            ("statement_timeout", String(statementTimeout?.wholeMilliseconds ?? 0)),
            ("lock_timeout", String(lockTimeout?.wholeMilliseconds ?? 0)),
        ]
        return common.filter { settings[$0.0] == nil } + settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The same with the search path.
    var allSettings: [(name: String, value: String)] {
        fixedSettings + (keepsSearchPath ? [] : [("search_path", Self.searchPath)])
    }
}

extension Duration {
    /// Rounded up.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let perMillisecond: Int64 = 1_000_000_000_000_000
        return seconds * 1000 + (attoseconds + perMillisecond - 1) / perMillisecond
    }

    /// Rounded up.
    var wholeSeconds: Int64 {
        components.seconds + (components.attoseconds > 0 ? 1 : 0)
    }
}
