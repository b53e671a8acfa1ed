import Postgres

/// What the demonstration asks the database itself, without Crossfade.
enum Inspection {
    /// A state that must not be, and a query that counts how often it is.
    typealias Check = (description: String, query: String)

    /// A check that counted something.
    struct Violation: Sendable {
        let description: String
        let count: Int
    }

    static func violations(_ checks: [Check], on connection: Connection) throws(PostgresError) -> [Violation] {
        var found: [Violation] = []
        for (description, query) in checks {
            let count: Int = try connection.query(query).only().decode(at: 0)
            if count != 0 { found.append(Violation(description: description, count: count)) }
        }
        return found
    }

    /// Puts values by id into a table of the session with the columns `id` and `value`, over those that are there.
    static func record(_ values: [Int: String], in table: String, on connection: Connection) throws(PostgresError) {
        let entries = Array(values)
        for start in stride(from: 0, to: entries.count, by: 10_000) {
            let part = entries[start..<min(start + 10_000, entries.count)]
            try connection.query(
                """
                INSERT INTO \(table) SELECT * FROM unnest($1::integer[], $2::text[])
                ON CONFLICT (id) DO UPDATE SET value = excluded.value
                """,
                [part.map(\.key), part.map(\.value)]
            )
        }
    }
}

// MARK: - The rename

extension Inspection {
    /// While both columns exist.
    static let columnsDiffer: Check = (
        "profiles whose two columns differ", #"SELECT count(*) FROM "Profile" WHERE bio IS DISTINCT FROM biography"#
    )

    /// At the end; `written` is made by `record(_:on:)`.
    static func atTheEnd(rows: Int) -> [Check] {
        [
            (
                "profiles that no client inserted",
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

    /// Puts the value that clients wrote last to each profile into the session's table `written`.
    ///
    /// A client that took over the rows of another comes after it.
    static func record(_ clients: [ProfileClient], on connection: Connection) throws(PostgresError) {
        try connection.execute("CREATE TEMPORARY TABLE written (id integer PRIMARY KEY, value text NOT NULL)")
        for client in clients { try record(client.memory.written, in: "written", on: connection) }
    }

    /// Compares each profile with the value that a client wrote last, or else that was loaded.
    static func compareProfiles(loaded rows: Int, on connection: Connection) throws(PostgresError) -> Summary.Comparison
    {
        let counts = try connection.query(
            """
            SELECT count(*) AS rows, count(*) FILTER (WHERE p.biography IS DISTINCT FROM expected.value) AS differing
              FROM (SELECT id, coalesce(written.value, \(Schema.seedExpression)) AS value
                      FROM generate_series(1, \(rows)) AS loaded (id) FULL JOIN written USING (id)) AS expected
              LEFT JOIN "Profile" AS p USING (id)
            """
        ).only()
        return Summary.Comparison(rows: try counts.decode("rows"), differing: try counts.decode("differing"))
    }
}
