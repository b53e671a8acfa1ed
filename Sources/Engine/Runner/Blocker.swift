import Postgres
import SQL

/// A session that stands in the way of a lock.
struct Blocker: Sendable, Hashable {
    let pid: Int
    /// Whether it is an autovacuum that gives way to whoever waits; nil where this role may not know, and it may be one.
    let givesWay: Bool?
    let text: String

    /// The sessions that hold a lock on the relations (or their partitions) in a mode that conflicts.
    static func find(_ locks: [RelationLock], on connection: Connection) throws -> [Blocker] {
        var blockers: [Blocker] = []
        for lock in locks {
            let modes = LockMode.allCases.filter { $0.conflicts(with: lock.mode) }.map(\.catalogName)
            for blocker in try connection.query(query, [lock.relation.quoted, modes]).map(read)
            where !blockers.contains(blocker) {
                blockers.append(blocker)
            }
        }
        return blockers
    }

    /// The sessions a backend waits for now.
    static func find(blocking pid: Int32, on connection: Connection) throws -> [Blocker] {
        try connection.query(
            """
            SELECT a.pid, \(givesWay) AS gives_way, a.usename AS role, a.application_name, a.state,
                   extract(epoch FROM clock_timestamp() - a.xact_start) AS seconds,
                   CASE WHEN a.backend_type IS NOT NULL THEN left(a.query, 80) END AS query, '' AS mode
              FROM unnest(pg_blocking_pids($1)) b(pid) JOIN pg_stat_activity a ON a.pid = b.pid
            """,
            [Int(pid)]
        ).map(read)
    }

    /// Of a session `a`: a role without pg_read_all_stats sees of others' sessions the role alone, which autovacuum has none of.
    private static let givesWay = """
        CASE WHEN a.backend_type IS NOT NULL THEN a.backend_type = 'autovacuum worker' AND a.query NOT LIKE '%to prevent wraparound%'
             WHEN a.usesysid IS NOT NULL THEN false END
        """

    private static let query = """
        SELECT a.pid, \(givesWay) AS gives_way, a.usename AS role, a.application_name, a.state,
               extract(epoch FROM clock_timestamp() - a.xact_start) AS seconds,
               CASE WHEN a.backend_type IS NOT NULL THEN left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) END AS query,
               min(l.mode) AS mode
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() AND l.mode = ANY ($2::text[])
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           -- Not pg_partition_tree, which locks the partitions and would wait for those it is to name.
           AND l.relation IN (
                 WITH RECURSIVE tree AS (
                   SELECT to_regclass($1)::oid AS relid UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON tree.relid = i.inhparent
                 ) SELECT relid FROM tree)
         GROUP BY a.pid, a.backend_type, a.usesysid, a.usename, a.application_name, a.state, a.xact_start, a.query
        UNION ALL
        SELECT 0, false, p.owner, 'prepared transaction ' || p.gid, 'prepared',
               extract(epoch FROM clock_timestamp() - p.prepared), '', l.mode
          FROM pg_locks l JOIN pg_prepared_xacts p ON p.database = current_database() AND \(PreparedTransactions.isHolder)
         WHERE l.locktype = 'relation' AND l.relation = to_regclass($1) AND l.mode = ANY ($2::text[])
        """

    private static func read(_ row: Row) throws -> Blocker {
        let pid: Int = try row.decode("pid")
        let name: String = try row.decodeIfPresent("application_name") ?? ""
        let role: String? = try row.decodeIfPresent("role")
        let state: String? = try row.decodeIfPresent("state")
        let seconds: Double? = try row.decodeIfPresent("seconds")
        let query: String = try row.decodeIfPresent("query") ?? ""
        let who = pid == 0 ? name : "process \(pid)" + (name.isEmpty ? "" : " (\(name))")
        let parts = [
            role.map { "of role \($0)" } ?? "of the server itself",
            state,
            seconds.map { "its transaction \(Int($0)) s old" },
            state == nil ? "of which this role may see no more" : nil,
        ]
        return Blocker(
            pid: pid,
            givesWay: try row.decodeIfPresent("gives_way"),
            text: "\(who) \(parts.compactMap(\.self).joined(separator: ", "))" + (query.isEmpty ? "" : ": \(query)")
        )
    }
}
