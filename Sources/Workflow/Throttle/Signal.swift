/// What can hold the backfill back; the raw value is its key in the plan.
package enum Signal: String, CaseIterable, Sendable, Hashable {
    /// The hours in which the backfill may run; a key beside `throttle`.
    case window
    case flagFile = "flag_file"
    case sharedFlagFile = "shared_flag_file"
    case replicaLag = "replica_lag"
    case replicaLagBytes = "replica_lag_bytes"
    case replicaURLs = "replica_urls"
    case slotLag = "slot_lag"
    case activeSessions = "active_sessions"
    case lockWaits = "lock_waits"
    case walBacklog = "wal_backlog"
    case walRate = "wal_rate"
    case oldestTransaction = "oldest_transaction"
    case xminAge = "xmin_age"
    case wraparoundVacuum = "wraparound_vacuum"
    case commitLatency = "commit_latency"
    case query
    case command
    case url

    /// How old a reading may be; an older one says nothing, which holds.
    package var staleness: Duration {
        switch self {
        // These may take seconds by themselves, and are asked less often.
        case .command, .url, .replicaURLs: .seconds(30)
        default: .seconds(15)
        }
    }

    /// Whether it holds for a time at least, since what it measures goes up and down; what a person switches does not.
    var isFickle: Bool {
        switch self {
        case .window, .flagFile, .sharedFlagFile, .wraparoundVacuum: false
        default: true
        }
    }
}
