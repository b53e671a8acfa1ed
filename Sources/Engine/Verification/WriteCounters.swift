import Foundation
import Postgres
import SQL

/// How much has been written to a change's tables, as the statistics system counts it, and since when it counts.
///
/// Two equal counters, some time apart: nothing was written in between, but for what sessions have not reported yet (up to
/// ten seconds; `PGSTAT_IDLE_INTERVAL` in PostgreSQL's pgstat.c). Restarts, resets and rewrites make them unequal.
struct WriteCounters: Codable, Hashable, Sendable {
    /// A table or partition.
    struct Relation: Codable, Hashable, Sendable {
        let name: String
        /// Another file means that the rows were moved.
        let filenode: Int64
        /// Rows inserted, updated and deleted, those of transactions that failed included.
        let written: Int64
    }

    let relations: [Relation]
    let serverStartedAt: Date
    let resetAt: Date?

    /// The counters now; read before the rows are, so that what is written meanwhile makes the next ones differ.
    static func read(_ tables: [QualifiedName], on connection: Connection) throws -> WriteCounters {
        let relations = try connection.queryKept(
            """
            SELECT c.oid::regclass::text AS name, coalesce(pg_relation_filenode(c.oid), 0)::bigint AS filenode,
                   (pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid))::bigint AS written
              FROM pg_class c
             WHERE c.oid IN (SELECT to_regclass(t.name)::oid FROM unnest($1::text[]) t(name)
                             UNION SELECT p.relid::oid FROM unnest($1::text[]) t(name), pg_partition_tree(to_regclass(t.name)) p)
             ORDER BY c.oid
            """,
            [tables.map(\.quoted)]
        ).map { row in
            Relation(
                name: try row.decode("name"),
                filenode: try row.decode("filenode"),
                written: try row.decode("written")
            )
        }
        let server = try connection.queryKept(
            """
            SELECT pg_postmaster_start_time() AS started, (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()) AS reset
            """
        ).only()
        return WriteCounters(
            relations: relations,
            serverStartedAt: try server.decode("started"),
            resetAt: try server.decodeIfPresent("reset")
        )
    }
}
