import Postgres
import SQL
import Workflow

/// Lists what hangs on a column that expand has added, and what the column has that the old one has not.
struct CopyDependantReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// All but Crossfade's own triggers; its indexes and constraints are among them.
    func read(_ new: Identifier, of old: Identifier) throws -> [CopyDependant] {
        try objects(new) + rights(new, old) + comment(new, old)
    }

    private func objects(_ new: Identifier) throws -> [CopyDependant] {
        try connection.queryKept(
            """
            WITH part AS (
              SELECT $1 AS oid UNION SELECT relid FROM pg_partition_tree($1)
            ), found AS (
              SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 'pg_class'::regclass ELSE d.classid END AS classid,
                     coalesce(r.ev_class, d.objid) AS objid
                FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
               WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM part) AND a.attname = $2
            )
            SELECT coalesce(c.relname, k.conname, g.tgname, s.stxname, p.polname) AS name,
                   pg_describe_object(f.classid, f.objid, 0) AS shown
              FROM found f
              LEFT JOIN pg_class c ON f.classid = 'pg_class'::regclass AND c.oid = f.objid
              LEFT JOIN pg_constraint k ON f.classid = 'pg_constraint'::regclass AND k.oid = f.objid
              LEFT JOIN pg_trigger g ON f.classid = 'pg_trigger'::regclass AND g.oid = f.objid
              LEFT JOIN pg_statistic_ext s ON f.classid = 'pg_statistic_ext'::regclass AND s.oid = f.objid
              LEFT JOIN pg_policy p ON f.classid = 'pg_policy'::regclass AND p.oid = f.objid
              LEFT JOIN pg_attrdef e ON f.classid = 'pg_attrdef'::regclass AND e.oid = f.objid
              LEFT JOIN pg_attribute own ON own.attrelid = e.adrelid AND own.attnum = e.adnum
             WHERE (g.oid IS NULL OR (NOT g.tgisinternal AND g.tgfoid NOT IN (
                     SELECT oid FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'crossfade'))))
               -- Its own default and NOT NULL.
               AND NOT (e.oid IS NOT NULL AND e.adrelid IN (SELECT oid FROM part) AND own.attname = $2 AND own.attgenerated = '')
               AND k.contype IS DISTINCT FROM 'n'
               -- What a partition has of its table.
               AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid AND c.relkind IN ('i', 'I'))
               AND coalesce(k.conparentid, 0) = 0 AND coalesce(k.coninhcount, 0) = 0 AND coalesce(g.tgparentid, 0) = 0
             ORDER BY shown
            """,
            [table.oid, new]
        ).map { CopyDependant(name: try $0.decodeIfPresent("name"), shown: try $0.decode("shown")) }
    }

    private func rights(_ new: Identifier, _ old: Identifier) throws -> [CopyDependant] {
        try connection.queryKept(
            """
            WITH held AS (
              SELECT a.attname, x.grantee, x.privilege_type, x.is_grantable
                FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = $1 AND a.attname IN ($2, $3)
            ), missing AS (
              SELECT grantee, privilege_type, is_grantable FROM held WHERE attname = $2
              EXCEPT SELECT grantee, privilege_type, is_grantable FROM held WHERE attname = $3
            )
            SELECT format('the right %s of %s', privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END) AS shown,
                   format('GRANT %s (%I) ON %s TO %s%s', privilege_type, $3::text, $1::oid::regclass,
                     CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
                     CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS remedy
              FROM missing ORDER BY 1
            """,
            [table.oid, new, old]
        ).map {
            CopyDependant(name: nil, shown: try $0.decode("shown"), remedy: try $0.decode("remedy"))
        }
    }

    private func comment(_ new: Identifier, _ old: Identifier) throws -> [CopyDependant] {
        try connection.queryKept(
            """
            SELECT format('COMMENT ON COLUMN %s.%I IS %L', $1::oid::regclass, $3::text, col_description($1, n.attnum)) AS remedy
              FROM pg_attribute n JOIN pg_attribute o ON o.attrelid = n.attrelid AND o.attname = $3
             WHERE n.attrelid = $1 AND n.attname = $2 AND col_description($1, n.attnum) IS NOT NULL
               AND col_description($1, n.attnum) IS DISTINCT FROM col_description($1, o.attnum)
            """,
            [table.oid, new, old]
        ).map { CopyDependant(name: nil, shown: "a comment of its own", remedy: try $0.decode("remedy")) }
    }
}
