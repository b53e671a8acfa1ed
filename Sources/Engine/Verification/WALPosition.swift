import Postgres

/// A place in the write-ahead log before which everything is visible to whoever looks from now on.
enum WALPosition {
    /// Whether the server keeps account of the blocks that change: from PostgreSQL 17 on, with `summarize_wal = on`, for
    /// roles that may ask for it.
    static func isSummarized(on connection: Connection) throws -> Bool {
        try connection.queryKept(
            """
            SELECT current_setting('summarize_wal', true) = 'on'
                   AND has_function_privilege('pg_available_wal_summaries()', 'EXECUTE')
                   AND has_function_privilege('pg_wal_summary_contents(bigint, pg_lsn, pg_lsn)', 'EXECUTE') AS summarized
             WHERE to_regprocedure('pg_wal_summary_contents(bigint, pg_lsn, pg_lsn)') IS NOT NULL
            """
        ).first?.decodeIfPresent("summarized") ?? false
    }

    /// The earlier of two places.
    static func earlier(_ one: String, _ other: String, on connection: Connection) throws -> String {
        try connection.queryKept(
            "SELECT least($1::text::pg_lsn, $2::text::pg_lsn)::text AS place",
            [one, other]
        ).only().decode("place")
    }

    /// How long transactions are waited for that have written something and are not over.
    private static let patience = Duration.seconds(2)

    /// The place now, once every transaction that can have written before it is over; nil when that takes too long, or where
    /// nobody could make use of it.
    ///
    /// A transaction has its number before its first write: those with a number below one that is drawn after the place was
    /// read are all that matter. (A snapshot's xmax would not do: it is the end of those that are over, not of those begun.)
    static func settled(on connection: Connection) throws -> String? {
        guard try isSummarized(on: connection) else { return nil }
        let place: String = try connection.queryKept("SELECT pg_current_wal_insert_lsn()::text AS place").only().decode(
            "place"
        )
        let bound: String = try connection.queryKept("SELECT pg_current_xact_id()::text AS bound").only().decode(
            "bound"
        )
        let end = ContinuousClock.now + patience
        repeat {
            let isOver = try connection.queryKept(
                "SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::text::xid8 AS over",
                [bound]
            ).only().decode("over", as: Bool.self)
            if isOver { return place }
            _ = try connection.queryKept("SELECT pg_sleep(0.02)")
        } while ContinuousClock.now < end
        return nil
    }
}
