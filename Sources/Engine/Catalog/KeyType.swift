import Postgres
import SQL

/// Tells whether rows of two tables can be matched by a column.
struct KeyType {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// The sync functions resolve operators in pg_catalog, and a key must be equal only to itself.
    func isBuiltIn(_ name: Identifier) throws -> Bool {
        try connection.queryKept(
            """
            SELECT coalesce(o.opcnamespace = 'pg_catalog'::regnamespace, false) AND coalesce(c.collisdeterministic, true) AS fits
              FROM pg_attribute a
              LEFT JOIN pg_collation c ON c.oid = a.attcollation
              JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN LATERAL (
                SELECT o.opcnamespace FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
                 WHERE o.opcdefault AND (o.opcintype = coalesce(nullif(t.typbasetype, 0), t.oid)
                   OR (t.typtype = 'e' AND o.opcintype = 'anyenum'::regtype)
                   OR (t.typname IN ('varchar') AND o.opcintype = 'text'::regtype)) LIMIT 1) o ON true
             WHERE a.attrelid = $1 AND a.attname = $2
            """,
            [table.oid, name]
        ).only().decode("fits")
    }
}
