import Diagnostics
import YAML

extension ThrottleSettings {
    static let form = ValueForm<ThrottleSettings>.section(of: ThrottleSettings(), replicaKeys + serverKeys + customKeys)

    private typealias Key = PropertyKey<ThrottleSettings>

    private static let replicaKeys: [Key] = [
        Key("replica_lag", \.replicaLag, lag.orOff, "How far a replica may be behind, in time."),
        Key("replica_lag_bytes", \.replicaLagBytes, size.orOff, "How far a replica may be behind, in WAL."),
        Key(
            "replica_urls",
            \.replicaURLs,
            ValueForm<[String]>.list(of: replicaURL, isNonempty: true).withoutRepeats { $0 }.orOff,
            "Replicas that are asked themselves; $NAME takes a URL from the environment."
        ),
        Key("slot_lag", \.slotLag, size.orOff, "How much WAL a replication slot may keep."),
    ]

    private static let serverKeys: [Key] = [
        Key(
            "active_sessions",
            \.activeSessions,
            SessionLimit.form.orOff,
            "How many sessions may be busy: a number, or a share of max_connections."
        ),
        Key(
            "lock_waits",
            \.lockWaits,
            ValueForm<Int>.integer(in: 1...100_000).orOff,
            "From how many waiting lock requests on the table on the backfill holds."
        ),
        Key("wal_backlog", \.walBacklog, size.orOff, "How much WAL may wait for the archive."),
        Key("wal_rate", \.walRate, size.orOff, "How much WAL the server may write in a second."),
        Key("oldest_transaction", \.oldestTransaction, age.orOff, "How old a transaction of the database may be."),
        Key(
            "xmin_age",
            \.xminAge,
            ValueForm<Int>.integer(in: 1_000...2_000_000_000).orOff,
            "How many transactions back the oldest snapshot may reach."
        ),
        Key(
            "wraparound_vacuum",
            \.wraparoundVacuum,
            .choice(),
            "Whether the backfill holds while autovacuum prevents wraparound on the table."
        ),
        Key("commit_latency", \.commitLatency, latency.orOff, "How long a commit may take."),
    ]

    private static let customKeys: [Key] = [
        Key(
            "query",
            \.query,
            ThrottleQuery.form.orOff,
            "A SELECT that gives true while the backfill is to hold, or a number with a limit."
        ),
        Key(
            "command",
            \.command,
            ValueForm<String>.text.orOff,
            "A shell command; the backfill holds while it does not exit with 0."
        ),
        Key("url", \.url, url.orOff, "An address; the backfill holds while it does not answer with 2xx."),
        Key("flag_file", \.flagFile, ValueForm<String>.line.orOff, "A file that holds this plan while it exists."),
        Key(
            "shared_flag_file",
            \.sharedFlagFile,
            ValueForm<String>.line.orOff,
            "A file that holds every plan that names it while it exists."
        ),
    ]

    // MARK: - Values

    private static let lag = ValueForm<Duration>.duration(from: .milliseconds(100), to: .hours(24))
    private static let age = ValueForm<Duration>.duration(from: .seconds(1), to: .days(30))
    private static let latency = ValueForm<Duration>.duration(from: .milliseconds(1), to: .seconds(60))
    private static let size = ValueForm<ByteSize>.bytes(from: ByteSize(bytes: 1_024), to: ByteSize(bytes: 1 << 50))

    /// A connection string, or the variable that holds one; a password has no place in a plan.
    private static let replicaURL = ValueForm<String>.text.checked { text, cursor in
        if text.hasPrefix("$") {
            if text.isWhole(#"\$[A-Za-z_][A-Za-z0-9_]*"#) { return true }
            cursor.refuse(.invalidValue, "\(cursor.label) must name a variable as in $REPLICA_URL, not '\(text)'")
            return false
        }
        guard holdsPassword(text) else { return true }
        cursor.refuse(
            .secret,
            "\(cursor.label) holds a password",
            fix: "use a password file, or take the URL from the environment: $REPLICA_URL"
        )
        return false
    }

    private static let url = ValueForm<String>(
        .text(pattern: "https?://.+"),
        read: { cursor in
            guard let text = cursor.text()?.text else { return nil }
            // First, or what is wrong with the rest would be told with the password in it.
            if text.isWhole(#"(?s)https?://[^/?#]*@.*"#) {
                cursor.refuse(.secret, "\(cursor.label) holds a user or a password, which a plan must not")
                return nil
            }
            guard text.isWhole(#"https?://[^\s]+"#) else {
                cursor.refuse(
                    .invalidValue,
                    "\(cursor.label) must be an address such as https://host/path, not '\(text)'"
                )
                return nil
            }
            return text
        },
        written: JSON.string
    )

    /// Whether a connection string has a password in it: before the host, or as a parameter.
    private static func holdsPassword(_ text: String) -> Bool {
        if text.isWhole(#"[a-z]+://[^/?#@]*:[^/?#]*@(?s:.*)"#) { return true }
        return text.isWhole(#"(?s)(.*[?&\s])?(ssl)?password\s*=.*"#)
    }
}

extension SessionLimit {
    static let form = ValueForm<SessionLimit>(
        .either([.text(pattern: "([1-9][0-9]?|100)%"), .integer(1...100_000)]),
        read: { cursor in
            guard let text = cursor.text()?.text else { return nil }
            if let count = Int(text), text.isWhole("[0-9]+"), 1...100_000 ~= count { return .count(count) }
            if text.isWhole("([1-9][0-9]?|100)%"), let percent = Int(text.dropLast()) { return .percent(percent) }
            cursor.refuse(
                .invalidValue,
                "\(cursor.label) must be a number of sessions, or a share of max_connections such as 80%, not '\(text)'"
            )
            return nil
        },
        written: { limit in
            switch limit {
            case .percent(let percent): .string("\(percent)%")
            case .count(let count): .integer(count)
            }
        }
    )
}

extension ThrottleQuery {
    /// A text alone is a query that gives true to hold.
    static let form = ValueForm<ThrottleQuery>(
        .either([ValueForm<String>.select.schema, limited.schema]),
        read: { cursor in
            if case .mapping = cursor.node.content { return limited.read(cursor) }
            return ValueForm<String>.select.read(cursor).map { ThrottleQuery(sql: $0) }
        }
    )

    private static let limited = ValueForm<ThrottleQuery>.section(
        .required("sql", .select, "One SELECT that gives one row of one column."),
        .optional(
            "above",
            number,
            "The number above which the backfill holds; without it the query gives true to hold."
        ),
        build: { sql, above in ThrottleQuery(sql: sql, above: above) }
    )

    private static let number = ValueForm<Double>(.number) { cursor in
        guard let text = cursor.text()?.text else { return nil }
        if text.isWhole(#"-?[0-9]{1,15}(\.[0-9]{1,15})?"#), let number = Double(text) { return number }
        cursor.refuse(.invalidValue, "\(cursor.label) must be a number such as 100 or 0.5, not '\(text)'")
        return nil
    }
}
