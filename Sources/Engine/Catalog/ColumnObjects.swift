import Postgres
import SQL
import Workflow

/// The indexes and constraints of a table that contain a column, and would silently go with it.
///
/// By pg_depend, so that columns of expressions, INCLUDE lists, predicates and CHECKs count too.
struct ColumnObjects {
    /// Every one but foreign keys, NOT NULL, and indexes that a constraint owns.
    let all: [Identifier]
    /// Those among them, and foreign keys, that contain other columns beside it.
    let spanning: [Identifier]

    init(of column: Identifier, on table: Relation, _ connection: Connection) throws {
        let rows = try connection.queryKept(
            """
            SELECT coalesce(k.conname, c.relname) AS name, coalesce(k.contype = 'f', false) AS is_foreign_key,
                   bool_or(o.refobjsubid <> a.attnum) AS spans
              FROM pg_attribute a
              JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
              JOIN pg_depend o ON o.classid = d.classid AND o.objid = d.objid AND o.refclassid = d.refclassid
                              AND o.refobjid = d.refobjid AND o.refobjsubid > 0
              LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.conrelid = a.attrelid
              LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('i', 'I')
             WHERE a.attrelid = $1 AND a.attname = $2 AND NOT a.attisdropped
               AND (k.contype <> 'n' OR c.oid IS NOT NULL)
             GROUP BY 1, 2 ORDER BY 1
            """,
            [table.oid, column]
        )
        var (all, spanning): ([Identifier], [Identifier]) = ([], [])
        for row in rows {
            let name: Identifier = try row.decode("name")
            if try !row.decode("is_foreign_key") { all.append(name) }
            if try row.decode("spans") { spanning.append(name) }
        }
        self.all = all
        self.spanning = spanning
    }
}
