import Foundation
import Postgres
import Workflow

/// What `pg_stat_replication` says of one replica.
struct ReplicaState: Sendable {
    let name: String
    /// Nil before it has told its first position.
    let replayed: Int64?
    /// The server's own figure in seconds, which is NULL when all is quiet and stands still when replay is paused.
    let lag: Double?
}

/// Sees to it that a replica that is gone is not taken for one that is not late.
struct ReplicaRoll: Sendable {
    private var atStart: [String]?

    /// Reads the primary's position and its replicas.
    ///
    /// Backups and other receivers that never replay do not count.
    mutating func read(_ session: MonitorSession) async throws -> (position: Int64, Result<[ReplicaState], Blindness>) {
        let (position, rows, isHidden) = try await session.run { connection in
            let position: Int64 = try connection.queryKept(
                "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::int8 AS position"
            ).only().decode("position")
            let rows = try connection.queryKept(Self.query)
            let isHidden = try rows.contains { try $0.decode("hidden") }
            return (position, try rows.map(Self.state), isHidden)
        }
        if isHidden { return (position, .failure(.unprivileged("the role does not see how far replicas are"))) }
        // Only what has told its position is known to be a replica, and is missed later.
        if let silent = rows.first(where: { $0.replayed == nil }) {
            return (position, .failure(.unmeasurable("\(silent.name) has not yet told how far it is")))
        }
        let names = rows.map(\.name).sorted()
        let atStart = atStart ?? names
        self.atStart = atStart
        if rows.count < atStart.count {
            var missing = atStart
            for name in names { if let place = missing.firstIndex(of: name) { missing.remove(at: place) } }
            let text =
                "\(missing.joined(separator: ", ")) gone: \(rows.count) of \(atStart.count) replicas are connected"
            return (position, .failure(.unmeasurable(text)))
        }
        return (position, .success(rows))
    }

    /// Why nothing can be said of the replicas.
    enum Blindness: Error {
        case unprivileged(String)
        case unmeasurable(String)

        var reading: SignalReading {
            switch self {
            case .unprivileged(let reason): .unprivileged(reason)
            case .unmeasurable(let reason): .unmeasurable(reason)
            }
        }
    }

    /// What streams and never tells how far it has replayed only keeps the WAL; but a replica needs a moment to do so.
    private static let query = """
        SELECT application_name AS name, state IS NULL AS hidden, pg_wal_lsn_diff(replay_lsn, '0/0')::int8 AS replayed,
               extract(epoch FROM replay_lag)::float8 AS lag
          FROM pg_stat_replication
         WHERE state IS DISTINCT FROM 'backup' AND application_name NOT IN ('pg_basebackup', 'pg_receivewal')
           AND application_name !~ '^pg_[0-9]+_sync_[0-9]+_' AND (state IS NULL OR state <> 'streaming' OR replay_lsn IS NOT NULL
                OR backend_start > clock_timestamp() - interval '10 s')
         ORDER BY application_name, pid
        """

    private static func state(_ row: Row) throws -> ReplicaState {
        ReplicaState(
            name: try row.decodeIfPresent("name") ?? "a replica",
            replayed: try row.decodeIfPresent("replayed"),
            lag: try row.decodeIfPresent("lag")
        )
    }
}

/// The time that the replicas of this server are behind.
struct ReplicaLagCollector: SignalCollector {
    let signal = Signal.replicaLag
    let place: Watchpoint
    private var roll = ReplicaRoll()
    private var clock = ReplayClock()
    private var begin: Date?

    init(_ place: Watchpoint) {
        self.place = place
    }

    /// Short limits need close looks.
    func interval(_ settings: ThrottleSettings) -> Duration {
        min(.seconds(1), max(.milliseconds(50), (settings.replicaLag ?? .seconds(10)) / 4))
    }

    mutating func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        let (position, replicas) = try await roll.read(place.session)
        let now = Date()
        clock.note(position, at: now)
        let begin = begin ?? now
        self.begin = begin
        let behind: [(lag: ReplayLag, name: String)]
        switch replicas {
        case .failure(let blindness): return blindness.reading
        case .success(let states):
            behind = states.map { state in
                let replayed = state.replayed ?? 0
                let lag = ReplayLag(clock.lag(of: replayed, at: now), replayed: replayed, of: position)
                return (lag.atLeast(state.lag), state.name)
            }
        }
        return ReplayLag.reading(
            of: behind,
            watched: now.timeIntervalSince(begin),
            limit: (settings.replicaLag ?? .zero).seconds
        )
    }
}

/// The WAL that the replicas of this server are behind.
struct ReplicaBytesCollector: SignalCollector {
    let signal = Signal.replicaLagBytes
    let place: Watchpoint
    private var roll = ReplicaRoll()

    init(_ place: Watchpoint) {
        self.place = place
    }

    mutating func read(_: ThrottleSettings) async throws -> SignalReading? {
        let (position, replicas) = try await roll.read(place.session)
        let states: [ReplicaState]
        switch replicas {
        case .failure(let blindness): return blindness.reading
        case .success(let found): states = found
        }
        let behind = states.map { (bytes: Double(max(0, position - ($0.replayed ?? 0))), name: $0.name) }
        guard let worst = behind.max(by: { $0.bytes < $1.bytes }) else { return .measured(0, "no replica") }
        return .measured(worst.bytes, "\(ThrottleWords.bytes(worst.bytes)) behind on \(worst.name)")
    }
}

/// How far behind one replica is.
enum ReplayLag: Sendable {
    case seconds(Double)
    /// It was behind before the watch began, by so many bytes now.
    case unknown(bytes: Double)

    init(_ seconds: Double?, replayed: Int64, of position: Int64) {
        if replayed >= position {
            self = .seconds(0)
        } else if let seconds {
            self = .seconds(seconds)
        } else {
            self = .unknown(bytes: Double(position - replayed))
        }
    }

    /// The larger of this and the server's own figure, which means nothing for a replica that is not behind.
    func atLeast(_ other: Double?) -> ReplayLag {
        guard case .seconds(let own) = self, own > 0, let other else { return self }
        return .seconds(max(own, other))
    }

    /// The worst of several, after so many seconds of watching; nil while it is too early to tell.
    static func reading(
        of behind: [(lag: ReplayLag, name: String)],
        watched: Double,
        limit: Double
    ) -> SignalReading? {
        var worst = (seconds: 0.0, name: behind.first?.name)
        for (lag, name) in behind {
            switch lag {
            case .seconds(let seconds): if seconds >= worst.seconds { worst = (seconds, name) }
            case .unknown(let bytes):
                // Under load even a healthy replica needs a moment to get where the primary was at the first look.
                if watched < 1 { return nil }
                let text = "\(ThrottleWords.bytes(bytes)) behind on \(name) since before the watch began"
                return watched < limit ? .unmeasurable(text) : .measured(watched, text)
            }
        }
        guard let name = worst.name else { return .measured(0, "no replica") }
        return .measured(worst.seconds, "\(ThrottleWords.seconds(worst.seconds)) behind on \(name)")
    }
}
