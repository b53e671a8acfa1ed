import Postgres

/// What the demonstration itself asks the database, without Crossfade's help.
enum Inspection {
    /// Something that must not be, and how often it is.
    struct Violation: Sendable {
        let description: String
        let count: Int
    }

    /// Before the old column is gone.
    static let columnsDiffer = (
        "profiles whose two columns differ", #"SELECT count(*) FROM "Profile" WHERE bio IS DISTINCT FROM biography"#
    )

    /// At the end; `written` is made by `record`.
    static func atTheEnd(rows: Int) -> [(description: String, query: String)] {
        [
            (
                "loaded profiles that nobody wrote and that are not as loaded",
                """
                SELECT count(*) FROM generate_series(1, \(rows)) AS loaded (id)
                  LEFT JOIN written USING (id) LEFT JOIN "Profile" AS p USING (id)
                  WHERE written.value IS NULL AND p.biography IS DISTINCT FROM \(Schema.seedExpression)
                """
            ),
            (
                "profiles that nobody made",
                """
                SELECT count(*) FROM "Profile" WHERE id > \(rows)
                  AND NOT EXISTS (SELECT FROM written WHERE written.id = "Profile".id)
                """
            ),
            ("columns left behind", "SELECT count(*) - 4 \(columns)"),
            (
                "column without NOT NULL or default",
                """
                SELECT 1 - count(*) \(columns) AND attname = 'biography' AND attnotnull AND atthasdef
                """
            ),
            (
                "index missing",
                """
                SELECT 1 - count(*) FROM pg_index WHERE indrelid = '"Profile"'::regclass AND indisvalid
                  AND pg_get_indexdef(indexrelid) LIKE '%(biography)'
                """
            ),
            (
                "triggers left behind",
                #"SELECT count(*) FROM pg_trigger WHERE tgrelid = '"Profile"'::regclass AND NOT tgisinternal"#
            ),
        ]
    }

    private static let columns =
        #"FROM pg_attribute WHERE attrelid = '"Profile"'::regclass AND attnum > 0 AND NOT attisdropped"#

    static func violations(
        _ checks: [(description: String, query: String)],
        on connection: Connection
    ) throws(PostgresError) -> [Violation] {
        var found: [Violation] = []
        for (description, query) in checks {
            let count: Int = try connection.query(query).only().decode(at: 0)
            if count != 0 { found.append(Violation(description: description, count: count)) }
        }
        return found
    }

    /// Lays down what a client wrote last to each profile, for the session that compares.
    static func record(_ written: [Int: String], on connection: Connection) throws(PostgresError) {
        try connection.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS written (id integer PRIMARY KEY, value text NOT NULL)"
        )
        let entries = Array(written)
        for start in stride(from: 0, to: entries.count, by: 10_000) {
            let part = entries[start..<min(start + 10_000, entries.count)]
            try connection.query(
                """
                INSERT INTO written SELECT * FROM unnest($1::integer[], $2::text[])
                ON CONFLICT (id) DO UPDATE SET value = excluded.value
                """,
                [part.map(\.key), part.map(\.value)]
            )
        }
    }

    static let lostWrites = """
        SELECT count(*) FROM written LEFT JOIN "Profile" USING (id) WHERE biography IS DISTINCT FROM value
        """
}
