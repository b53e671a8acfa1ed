import Cluster
import Postgres

/// The application's database.
enum DemoDatabase {
    static let name = "shop"

    /// A column of a table.
    struct Column: Sendable, Hashable {
        let table: String
        let name: String
    }

    /// A column that a rename can be tried on: of text if there is one, and without a key or a constraint if there is one.
    static func columnToRename(on cluster: Cluster) async throws -> Column {
        let target = ConnectionTarget(url: cluster.url(database: name), environment: [:])
        let session = try await Session.open(target, as: "demo")
        let column = try await session.run { connection in
            let row = try connection.query(
                """
                SELECT c.relname AS table, a.attname AS name
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                   AND a.attnum > 0 AND NOT a.attisdropped
                 ORDER BY a.atttypid = 'text'::regtype DESC,
                          EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND a.attnum = ANY (conkey)),
                          EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND a.attnum = ANY (indkey)),
                          c.relname COLLATE "C" DESC, a.attnum
                 LIMIT 1
                """
            ).only()
            return Column(table: try row.decode("table"), name: try row.decode("name"))
        }
        await session.close()
        return column
    }
}
