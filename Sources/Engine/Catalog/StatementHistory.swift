import Postgres
import SQL

/// The statements that the server remembers, where pg_stat_statements is there to remember them.
struct StatementHistory {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// The first few statements of this database that name a table and match a pattern, without regard to case.
    ///
    /// None where the extension is missing or not loaded. A transaction has to be under way.
    func matching(_ pattern: String, naming table: Identifier) throws -> [String] {
        let installed = try connection.query(
            """
            SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE e.extname = 'pg_stat_statements'
            """
        ).first
        guard let installed, let schema = try? installed.decode("schema", as: Identifier.self) else { return [] }
        let rows: Rows
        do throws(PostgresError) {
            // A savepoint: the extension may be created in the database and not be loaded by the server.
            try connection.execute("SAVEPOINT statements")
            rows = try connection.query(
                """
                SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 120) AS query FROM \(schema.quoted).pg_stat_statements
                 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND query ~* $2 AND position(lower($1) in lower(query)) > 0
                   AND query !~* '(pg_catalog|crossfade)'
                 LIMIT 5
                """,
                [table.name, pattern]
            )
        } catch {
            try connection.execute("ROLLBACK TO SAVEPOINT statements")
            return []
        }
        return try rows.map { try $0.decode("query") }
    }
}
