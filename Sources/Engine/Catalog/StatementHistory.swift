import Foundation
import Postgres
import SQL
import Workflow

/// The statements that the server remembers, where pg_stat_statements is there to remember them.
struct StatementHistory {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// What ends every statement of our own, as a comment.
    static let mark = "crossfade"

    /// Why the server cannot tell who reads what.
    struct Gap: Error {
        let wayOut: String
    }

    /// How often each statement was run, by role.
    struct Counters {
        struct Key: Hashable {
            let role: String
            let queryID: Int64
        }

        struct Statement {
            let key: Key
            let query: String
            let calls: Int64
        }

        let now: Date
        let resetAt: Date?
        /// How many statements the server has forgotten since then, for want of room.
        let deallocations: Int64
        let statements: [Statement]
    }

    /// The statements of this database that have a table's name among their words, without our own and those that functions
    /// run.
    func counters(naming tables: Set<Identifier>) throws -> Result<Counters, Gap> {
        guard let schema = try schema() else {
            return .failure(
                Gap(
                    wayOut:
                        "pg_stat_statements is missing: set shared_preload_libraries = 'pg_stat_statements', restart the server, "
                        + "and CREATE EXTENSION pg_stat_statements"
                )
            )
        }
        return try connection.rolledBack { connection in
            do {
                return .success(try counters(schema, tables, on: connection))
            } catch let error as PostgresError where !error.isConnectionProblem {
                guard case .server(let refusal) = error else { throw error }
                let wayOut = "pg_stat_statements cannot be read: \(refusal.message)"
                return .failure(Gap(wayOut: wayOut))
            } catch let gap as Gap {
                return .failure(gap)
            }
        }
    }

    private func counters(_ schema: Identifier, _ tables: Set<Identifier>, on connection: Connection) throws -> Counters
    {
        if let gap = try uncounted(on: connection) { throw gap }
        let info = try connection.query(
            "SELECT clock_timestamp() AS now, stats_reset, dealloc FROM \(schema.quoted).pg_stat_statements_info"
        ).only()
        let rows = try connection.query(
            """
            SELECT coalesce(r.rolname, s.userid::text) AS role, s.queryid AS query_id, s.query, sum(s.calls)::bigint AS calls
              FROM \(schema.quoted).pg_stat_statements s LEFT JOIN pg_roles r ON r.oid = s.userid
             WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.toplevel
               AND right(s.query, length($2)) <> $2
               AND (s.queryid IS NULL
                 OR EXISTS (SELECT FROM unnest($1::text[]) t(name) WHERE position(lower(t.name) in lower(s.query)) > 0))
             GROUP BY 1, 2, 3
            """,
            [tables.map(\.name).sorted(), "/* \(Self.mark) */"]
        )
        var statements: [Counters.Statement] = []
        for row in rows {
            // Others' texts and numbers are hidden from a role that may not see them.
            guard let queryID: Int64 = try row.decodeIfPresent("query_id") else {
                let role: String = try connection.queryKept("SELECT current_user AS role").only().decode("role")
                throw Gap(
                    wayOut: "role \(role) may not see the statements of others: GRANT pg_read_all_stats TO \(role)"
                )
            }
            statements.append(
                Counters.Statement(
                    key: Counters.Key(role: try row.decode("role"), queryID: queryID),
                    query: try row.decode("query"),
                    calls: try row.decode("calls")
                )
            )
        }
        return Counters(
            now: try info.decode("now"),
            resetAt: try info.decodeIfPresent("stats_reset"),
            deallocations: try info.decode("dealloc"),
            statements: statements
        )
    }

    /// What keeps the server from counting statements, of everybody or of a role.
    private func uncounted(on connection: Connection) throws -> Gap? {
        let settings = try connection.queryKept(
            """
            SELECT coalesce(current_setting('compute_query_id', true), 'auto') AS ids,
                   coalesce(current_setting('pg_stat_statements.track', true), 'top') AS track,
                   (SELECT string_agg(format('ALTER %s RESET %s',
                                             CASE WHEN s.setrole = 0 THEN 'DATABASE ' || quote_ident(d.datname)
                                                  ELSE 'ROLE ' || quote_ident(r.rolname) || coalesce(' IN DATABASE ' || quote_ident(d.datname), '') END,
                                             split_part(c, '=', 1)), '; ')
                      FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) c
                     WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
                       AND c IN ('pg_stat_statements.track=none', 'compute_query_id=off')) AS resets
            """
        ).only()
        if try settings.decode("track") == "none" {
            return Gap(
                wayOut: "pg_stat_statements.track is none, so that nothing is counted: set it to top, and reload"
            )
        }
        if try settings.decode("ids") == "off" {
            return Gap(wayOut: "compute_query_id is off, so that nothing is counted: set it to auto, and reload")
        }
        guard let resets: String = try settings.decodeIfPresent("resets") else { return nil }
        return Gap(wayOut: "not everybody's statements are counted: \(resets), and let those sessions connect anew")
    }

    private func schema() throws -> Identifier? {
        try connection.queryKept(
            """
            SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE e.extname = 'pg_stat_statements'
            """
        ).first?.decode("schema")
    }

    /// The statements of this database that have a table's name in them, without those that functions run and without our own.
    ///
    /// None where the extension is missing or not loaded. A transaction has to be under way.
    func texts(naming table: Identifier) throws -> [String] {
        guard let schema = try schema() else { return [] }
        return try read(
            """
            SELECT DISTINCT query FROM \(schema.quoted).pg_stat_statements
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND toplevel
               AND position(lower($1) in lower(query)) > 0 AND right(query, length($2)) <> $2
               AND query !~* '(pg_catalog|crossfade)'
             ORDER BY query LIMIT \(Self.mostTexts)
            """,
            [table.name, "/* \(Self.mark) */"]
        )
    }

    /// More than pg_stat_statements keeps by default.
    private static let mostTexts = 10_000

    /// The first few statements of this database that name a table and match a pattern, without regard to case.
    ///
    /// None where the extension is missing or not loaded. A transaction has to be under way.
    func matching(_ pattern: String, naming table: Identifier) throws -> [String] {
        guard let schema = try schema() else { return [] }
        return try read(
            """
            SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 120) AS query FROM \(schema.quoted).pg_stat_statements
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND query ~* $2 AND position(lower($1) in lower(query)) > 0
               AND query !~* '(pg_catalog|crossfade)'
             LIMIT 5
            """,
            [table.name, pattern]
        )
    }

    private func read(_ query: String, _ parameters: [any Parameter]) throws -> [String] {
        let rows: Rows
        do throws(PostgresError) {
            // A savepoint: the extension may be created in the database and not be loaded by the server.
            try connection.execute("SAVEPOINT statements")
            rows = try connection.query(query, parameters)
        } catch {
            try connection.execute("ROLLBACK TO SAVEPOINT statements")
            return []
        }
        return try rows.map { try $0.decode("query") }
    }
}
