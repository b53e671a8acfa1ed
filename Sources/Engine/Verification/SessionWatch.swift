import Foundation
import Postgres
import SQL
import Workflow

/// Looks at what the server's sessions say now, for statements that name a shape which is away.
///
/// `pg_stat_activity` keeps the text of a session's newest statement, also of one that failed, until the next one comes. A
/// session that says something else at once, or that ends, may so be missed; what it did not finish is counted all the same,
/// among the transactions that were rolled back.
struct SessionWatch {
    let connection: Connection
    let names: [NamedShape]

    /// How long after a look the next one comes: few statements are followed by another one of their session so soon.
    static let interval = Duration.milliseconds(20)

    /// What was found at a moment of the server's clock.
    struct Look {
        let at: Date
        let sightings: [Brownout.Sighting]
        /// Whether statements of other roles are hidden from this one.
        let isBlind: Bool
        let rollbacks: Rollbacks
    }

    /// Transactions of the database that were rolled back so far.
    struct Rollbacks: Sendable {
        /// As the server counts them, those of every session.
        let all: Int64
        /// Those of the session that looks, and which session that is.
        let own: Int64
        let session: Int32

        /// How many there have been since, but for those of a session that has looked all the time.
        func others(since first: Rollbacks) -> Int64 {
            let own = session == first.session ? own - first.own : 0
            return max(0, all - first.all - own)
        }
    }

    /// How many transactions were rolled back so far, what this session has not told the server's statistics yet included.
    func rollbacks() throws -> Rollbacks {
        _ = try connection.query(hasFlush ? Self.flush : "SELECT")
        return Rollbacks(
            all: try connection.query("SELECT \(Self.count) AS rollbacks").only().decode("rollbacks"),
            own: connection.rollbacks,
            session: connection.processID
        )
    }

    /// From PostgreSQL 15 on a session can be told to; before that it tells by itself, twice a second.
    private var hasFlush: Bool { connection.serverVersion >= 150_000 }

    private static let flush = "SELECT pg_stat_force_next_flush()"
    private static let count =
        "pg_stat_get_db_xact_rollback((SELECT oid FROM pg_database WHERE datname = current_database()))"

    /// Statements that began after a time and name the shape; one for each session.
    func look(since: Date) throws -> Look {
        if hasFlush { _ = try connection.query(Self.flush) }
        let rows = try connection.query(
            """
            WITH session AS (
              SELECT coalesce(usename::text, '') AS role, application_name, host(client_addr) AS client, query, query_start
                FROM pg_stat_activity
               WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                 AND application_name NOT LIKE 'crossfade/%' AND query NOT LIKE '%/* \(StatementHistory.mark) */'
            ), found AS (
              SELECT * FROM session
               WHERE query_start > $1
                 AND EXISTS (SELECT FROM unnest($2::text[]) t(name) WHERE position(lower(t.name) IN lower(query)) > 0)
            )
            SELECT clock_timestamp() AS now, EXISTS (SELECT FROM session WHERE query = '<insufficient privilege>') AS blind,
                   \(Self.count) AS rollbacks, found.*
              FROM (SELECT) one LEFT JOIN found ON true
            """,
            [since, names.map(\.table.name.name)]
        )
        guard let first = rows.first else { throw PostgresError.decoding("a look at the sessions has no row") }
        return Look(
            at: try first.decode("now"),
            sightings: try rows.compactMap { row in try sighting(row) },
            isBlind: try first.decode("blind"),
            rollbacks: Rollbacks(
                all: try first.decode("rollbacks"),
                own: connection.rollbacks,
                session: connection.processID
            )
        )
    }

    /// The session of a row, if its statement names the shape.
    private func sighting(_ row: Row) throws -> Brownout.Sighting? {
        guard let query = try row.decodeIfPresent("query", as: String.self),
            names.contains(where: { $0.isNamed(by: query) })
        else { return nil }
        return Brownout.Sighting(
            role: try row.decode("role"),
            applicationName: try row.decode("application_name"),
            client: try row.decodeIfPresent("client"),
            query: StatementText.withoutValues(query),
            seenAt: try row.decode("query_start")
        )
    }
}
