import Foundation
import Postgres
import Workflow

/// The oldest transaction of the database: what it may still see no vacuum removes.
struct OldestTransactionCollector: SignalCollector {
    let signal = Signal.oldestTransaction
    let place: Watchpoint
    /// When a transaction that the role may not see the start of was first met.
    private var met: [String: ContinuousClock.Instant] = [:]

    init(_ place: Watchpoint) {
        self.place = place
    }

    mutating func read(_: ThrottleSettings) async throws -> SignalReading? {
        let (seen, hidden) = try await place.session.run { [own = place.ownSessions] connection in
            let seen = try connection.queryKept(Self.query, [own]).map { row in
                (age: try row.decode("age", as: Double.self), what: try row.decode("what", as: String.self))
            }
            let hidden = try connection.query(Self.hiddenQuery, [own]).map { row in
                (key: try row.decode("key", as: String.self), what: try row.decode("what", as: String.self))
            }
            return (seen, hidden)
        }
        let now = ContinuousClock.now
        met = Dictionary(hidden.map { ($0.key, met[$0.key] ?? now) }, uniquingKeysWith: min)
        var worst = (age: 0.0, text: "no transaction is open")
        for (age, what) in seen where age >= worst.age {
            worst = (age, "\(what) is \(ThrottleWords.seconds(age)) old")
        }
        for (key, what) in hidden {
            let age = (now - (met[key] ?? now)).seconds
            if age >= worst.age { worst = (age, "\(what) is at least \(ThrottleWords.seconds(age)) old") }
        }
        return .measured(worst.age, worst.text)
    }

    /// Vacuums hold nothing back, however long they take; nor do those who send WAL.
    private static let query = """
        (SELECT greatest(0, extract(epoch FROM clock_timestamp() - a.xact_start))::float8 AS age,
                'the transaction of process ' || a.pid || CASE a.application_name WHEN '' THEN '' ELSE ' (' || a.application_name || ')' END AS what
           FROM pg_stat_activity a
          WHERE a.xact_start IS NOT NULL AND a.datname = current_database() AND a.pid <> pg_backend_pid()
            AND a.backend_type NOT IN ('autovacuum worker', 'walsender') AND NOT starts_with(a.application_name, $1)
            AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
          ORDER BY a.xact_start LIMIT 1)
        UNION ALL
        (SELECT greatest(0, extract(epoch FROM clock_timestamp() - p.prepared))::float8, 'the prepared transaction ' || p.gid
           FROM pg_prepared_xacts p WHERE p.database = current_database() ORDER BY p.prepared LIMIT 1)
        """

    /// Everybody sees the lock that each open transaction holds on itself; background workers have no role.
    private static let hiddenQuery = """
        SELECT l.pid || '/' || l.virtualxid AS key,
               'the transaction of process ' || l.pid || CASE a.application_name WHEN '' THEN '' ELSE ' (' || a.application_name || ')' END AS what
          FROM pg_stat_activity a JOIN pg_locks l USING (pid)
         WHERE a.backend_type IS NULL AND a.usesysid IS NOT NULL AND a.datname = current_database()
           AND NOT starts_with(a.application_name, $1)
           AND l.locktype = 'virtualxid' AND l.granted AND l.mode = 'ExclusiveLock'
           AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
           AND NOT EXISTS (SELECT FROM pg_stat_replication r WHERE r.pid = a.pid)
        """
}

/// How many transactions back the oldest snapshot reaches that vacuum has to respect in this database.
struct XminCollector: SignalCollector {
    let signal = Signal.xminAge
    let place: Watchpoint

    /// It grows slowly.
    func interval(_: ThrottleSettings) -> Duration { .seconds(2) }

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        try await place.session.run { [own = place.ownSessions] connection in
            guard let row = try connection.queryKept(Self.query, [own]).first else {
                return .measured(0, "nothing holds vacuum back")
            }
            let age: Double = try row.decode("age")
            let text =
                "\(try row.decode("what", as: String.self)) reaches \(ThrottleWords.count(age)) transactions back"
            return .measured(age, text)
        }
    }

    /// Everybody may see these columns.
    ///
    /// Replicas with hot_standby_feedback and slots hold in every database.
    private static let query = """
        SELECT age, what FROM (
          SELECT greatest(age(a.backend_xmin), age(a.backend_xid)) AS age,
                 'process ' || a.pid || CASE a.application_name WHEN '' THEN '' ELSE ' (' || a.application_name || ')' END AS what
            FROM pg_stat_activity a
           WHERE (a.datname = current_database() OR a.datname IS NULL) AND a.pid <> pg_backend_pid()
             AND NOT starts_with(a.application_name, $1)
             AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = a.pid)
          UNION ALL
          SELECT age(p.transaction), 'the prepared transaction ' || p.gid FROM pg_prepared_xacts p WHERE p.database = current_database()
          UNION ALL
          SELECT age(s.xmin), 'the replication slot ' || s.slot_name FROM pg_replication_slots s
        ) holders WHERE age IS NOT NULL ORDER BY age DESC LIMIT 1
        """
}
