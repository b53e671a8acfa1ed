package import Postgres
import SQL
package import Workflow

extension RenamedTableBlueprint {
    /// The table is known by the view that reads it, and the view by its comment and the table.
    package func displaced(on connection: Connection) throws -> [DisplacedTable] {
        try [(table, settled), (settled, table)].flatMap { (there, missing) in
            try connection.query(
                """
                SELECT n.nspname AS schema, o.relname AS name, o.relkind = 'v' AS is_view
                  FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
                  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                  JOIN pg_class b ON b.oid = d.refobjid AND b.relkind IN ('r', 'p')
                  JOIN pg_class o ON o.oid IN (v.oid, b.oid) AND o.oid <> to_regclass($1)
                  JOIN pg_namespace n ON n.oid = o.relnamespace
                 WHERE to_regclass($2) IS NULL AND to_regclass($1) IN (v.oid, b.oid) AND obj_description(v.oid, 'pg_class') = $3
                 GROUP BY 1, 2, 3
                """,
                [there.quoted, missing.quoted, Self.comment(of: plan)]
            ).map { row in
                var displaced = DisplacedTable(
                    expected: missing,
                    present: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name"))
                )
                displaced.isView = try row.decode("is_view")
                return displaced
            }
        }
    }

    package func dependantsInTheWay(on connection: Connection) throws -> [Finding] {
        try ViewDependants(connection).read(self).map(\.finding)
    }
}
