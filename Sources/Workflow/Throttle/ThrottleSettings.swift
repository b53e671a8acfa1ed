/// When the backfill is to hold back: the plan's `throttle` section; nil switches a signal off.
package struct ThrottleSettings: Sendable, Hashable {
    /// How far a replica may be behind, in time.
    package var replicaLag: Duration? = .seconds(10)
    /// How far a replica may be behind, in WAL.
    package var replicaLagBytes: ByteSize?
    /// Replicas that are asked themselves, by connection strings without passwords, or `$NAME` of a variable with one.
    package var replicaURLs: [String]?
    /// How much WAL a replication slot may keep.
    package var slotLag: ByteSize?
    /// How many sessions may be busy at once.
    package var activeSessions: SessionLimit? = .percent(80)
    /// From how many waiting lock requests on the table on it holds.
    package var lockWaits: Int?
    /// How much WAL may wait for the archive.
    package var walBacklog: ByteSize? = .gigabytes(1)
    /// How much WAL the whole server may write a second.
    package var walRate: ByteSize?
    /// How old a transaction of the database may be.
    package var oldestTransaction: Duration? = .minutes(10)
    /// How many transactions back the oldest snapshot may reach.
    package var xminAge: Int?
    /// Whether a vacuum of the table that prevents wraparound is waited for.
    package var wraparoundVacuum: WraparoundPolicy = .hold
    /// How long a commit may take.
    package var commitLatency: Duration?
    /// A query of the plan's own.
    package var query: ThrottleQuery?
    /// A shell command that fails while the backfill is to hold.
    package var command: String?
    /// An address that answers with 2xx while the backfill may go on.
    package var url: String?
    /// A file that holds this plan while it exists.
    package var flagFile: String?
    /// A file that holds every plan that names it while it exists.
    package var sharedFlagFile: String?

    /// The defaults of a plan that says nothing.
    package init() {}

    /// Settings in which no signal is on.
    package static var off: ThrottleSettings {
        var settings = ThrottleSettings()
        settings.replicaLag = nil
        settings.activeSessions = nil
        settings.walBacklog = nil
        settings.oldestTransaction = nil
        settings.wraparoundVacuum = .off
        return settings
    }
}

/// How many sessions may be busy.
package enum SessionLimit: Sendable, Hashable {
    /// Of `max_connections`.
    case percent(Int)
    case count(Int)
}

/// What an autovacuum that prevents wraparound means to the backfill.
package enum WraparoundPolicy: String, CaseIterable, Sendable {
    case hold
    case off
}

/// A query that tells whether to hold.
package struct ThrottleQuery: Sendable, Hashable {
    /// One SELECT that gives one row of one column.
    package var sql: String
    /// The number above which it holds; nil where the query gives true to hold.
    package var above: Double?

    package init(sql: String, above: Double? = nil) {
        self.sql = sql
        self.above = above
    }
}

extension ThrottleSettings {
    /// The signals that are on, the window aside.
    package var signals: Set<Signal> { Set(Signal.allCases.filter(isOn)) }

    /// Whether a signal is on.
    package func isOn(_ signal: Signal) -> Bool {
        switch signal {
        case .window: false
        case .flagFile: flagFile != nil
        case .sharedFlagFile: sharedFlagFile != nil
        case .replicaLag: replicaLag != nil
        case .replicaLagBytes: replicaLagBytes != nil
        case .replicaURLs: replicaURLs != nil
        case .slotLag: slotLag != nil
        case .activeSessions: activeSessions != nil
        case .lockWaits: lockWaits != nil
        case .walBacklog: walBacklog != nil
        case .walRate: walRate != nil
        case .oldestTransaction: oldestTransaction != nil
        case .xminAge: xminAge != nil
        case .wraparoundVacuum: wraparoundVacuum == .hold
        case .commitLatency: commitLatency != nil
        case .query: query != nil
        case .command: command != nil
        case .url: url != nil
        }
    }

    /// Whether a reading taken under other settings still says something: the same thing was measured.
    package func measures(_ signal: Signal, as other: ThrottleSettings) -> Bool {
        guard isOn(signal), other.isOn(signal) else { return false }
        return switch signal {
        case .flagFile: flagFile == other.flagFile
        case .sharedFlagFile: sharedFlagFile == other.sharedFlagFile
        case .replicaURLs: replicaURLs == other.replicaURLs
        case .query: query == other.query
        case .command: command == other.command
        case .url: url == other.url
        default: true
        }
    }
}
