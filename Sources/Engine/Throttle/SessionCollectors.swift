import Postgres
import Workflow

/// The sessions that are busy, the plan's own aside.
struct ActiveSessionCollector: SignalCollector {
    let signal = Signal.activeSessions
    let place: Watchpoint

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        try await place.session.run { [own = place.ownSessions] connection in
            let row = try connection.queryKept(Self.query, [own]).only()
            let busy: Int = try row.decode("busy")
            let hidden: Int = try row.decode("hidden")
            return .measured(
                SignalReading.Measurement(
                    least: Double(busy),
                    most: Double(busy + hidden),
                    of: try row.decode("most", as: Double.self),
                    "\(ThrottleWords.counted(busy, "active session"))",
                    hidden: "\(busy) active, and the role does not see what \(hidden) more are doing"
                )
            )
        }
    }

    /// What the role may not see has neither type nor state; with track_activities off there is no state for anybody.
    private static let query = """
        SELECT count(*) FILTER (WHERE state IN ('active', 'fastpath function call')) AS busy,
               count(*) FILTER (WHERE backend_type IS NULL OR state = 'disabled') AS hidden,
               current_setting('max_connections') AS most
          FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND NOT starts_with(application_name, $1)
           AND coalesce(backend_type = 'client backend', datid IS NOT NULL AND usesysid IS NOT NULL)
        """
}

/// The requests that wait for a lock on the table, a partition or one of their rows.
struct LockWaitCollector: SignalCollector {
    let signal = Signal.lockWaits
    let place: Watchpoint

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        try await place.session.run { [own = place.ownSessions, table = place.table] connection in
            let count: Int = try connection.queryKept(Self.query, [try table.oid(connection), own]).only().decode(
                "waiting"
            )
            return .measured(Double(count), "\(ThrottleWords.counted(count, "lock request")) waiting on the table")
        }
    }

    /// Who waits for a row waits for the transaction that has it, and meanwhile holds the row's own lock.
    private static let query = """
        WITH tree AS (\(TableTree.query)), l AS MATERIALIZED (
          SELECT l.*, l.relation IN (SELECT relid FROM tree)
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AS is_ours
            FROM pg_locks l
        )
        SELECT count(DISTINCT w.pid) AS waiting FROM l w
         WHERE NOT w.granted AND w.waitstart < clock_timestamp() - interval '300 ms'
           AND (w.is_ours OR w.locktype = 'transactionid' AND EXISTS (
                 SELECT FROM l h WHERE h.pid = w.pid AND h.granted AND h.locktype = 'tuple' AND h.is_ours))
           AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = w.pid AND starts_with(a.application_name, $2))
        """
}

/// An autovacuum of the table or a partition that prevents wraparound, and so gives way to nobody.
struct WraparoundCollector: SignalCollector {
    let signal = Signal.wraparoundVacuum
    let place: Watchpoint

    func interval(_: ThrottleSettings) -> Duration { .seconds(2) }

    func read(_: ThrottleSettings) async throws -> SignalReading? {
        try await place.session.run { [table = place.table] connection in
            let rows = try connection.queryKept(Self.query, [try table.oid(connection)])
            for row in rows {
                let name: String = try row.decode("name")
                switch try row.decodeIfPresent("prevents", as: Bool.self) {
                case true?: return .judged(holds: true, "autovacuum prevents wraparound on \(name)")
                case false?: continue
                // Hidden; but none was begun while the table is young.
                case nil:
                    if try row.decode("is_young") { continue }
                    return .unprivileged("the role does not see whether the autovacuum on \(name) prevents wraparound")
                }
            }
            return .judged(holds: false, "no autovacuum prevents wraparound on the table")
        }
    }

    /// Autovacuum workers have no role; a vacuum holds SHARE UPDATE EXCLUSIVE on what it vacuums.
    private static let query = """
        WITH tree AS (
          SELECT c.oid, c.oid AS owner FROM pg_class c WHERE c.oid IN (\(TableTree.query))
          UNION ALL SELECT c.reltoastrelid, c.oid FROM pg_class c WHERE c.oid IN (\(TableTree.query)) AND c.reltoastrelid <> 0
        ), options AS (
          SELECT c.oid, min(o.option_value::bigint) FILTER (WHERE o.option_name = 'autovacuum_freeze_max_age') AS xids,
                 min(o.option_value::bigint) FILTER (WHERE o.option_name = 'autovacuum_multixact_freeze_max_age') AS multixacts
            FROM tree JOIN pg_class c USING (oid), pg_options_to_table(c.reloptions) o GROUP BY c.oid
        )
        SELECT tree.owner::regclass::text AS name,
               CASE WHEN a.backend_type IS NULL THEN NULL
                    ELSE a.backend_type = 'autovacuum worker' AND a.query LIKE '%(to prevent wraparound)%' END AS prevents,
               (SELECT age(c.relfrozenxid) < least(options.xids, current_setting('autovacuum_freeze_max_age')::bigint)
                       AND mxid_age(c.relminmxid) < least(options.multixacts, current_setting('autovacuum_multixact_freeze_max_age')::bigint)
                  FROM pg_class c WHERE c.oid = tree.oid) AS is_young
          FROM tree LEFT JOIN options ON options.oid = tree.oid
          JOIN pg_locks l ON l.relation = tree.oid AND l.locktype = 'relation' AND l.granted
               AND l.mode = 'ShareUpdateExclusiveLock'
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          JOIN pg_stat_activity a ON a.pid = l.pid AND (a.backend_type IS NOT NULL OR a.usesysid IS NULL)
        """
}
