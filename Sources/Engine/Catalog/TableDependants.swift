import Postgres
import SQL
import Workflow

/// Lists what names a table, and would fail or follow when the name means something else.
struct TableDependants {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What needs the table itself, by its identity: views, functions, columns of its row type, policies of others.
    func read() throws -> [Finding] {
        try findings(
            """
            SELECT 'dependant' AS id, pg_describe_object(d.classid, d.objid, d.objsubid) || ' needs ' || $1::oid::regclass AS message
              FROM (SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 'pg_class'::regclass ELSE d.classid END AS classid,
                           CASE WHEN d.classid = 'pg_rewrite'::regclass THEN (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid) ELSE d.objid END AS objid,
                           CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 0 ELSE d.objsubid END AS objsubid
                      FROM pg_depend d
                     WHERE ((d.refclassid = 'pg_class'::regclass AND d.refobjid = $1)
                         OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT reltype FROM pg_class WHERE oid = $1)))
                       AND d.deptype = 'n') d
             WHERE d.objid <> $1
               AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (
                          SELECT indexrelid FROM pg_index WHERE indrelid = $1 UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = $1))
               AND NOT (d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM pg_constraint WHERE conrelid = $1 OR confrelid = $1))
               AND NOT (d.classid = 'pg_trigger'::regclass AND d.objid IN (SELECT oid FROM pg_trigger WHERE tgrelid = $1))
               AND NOT (d.classid = 'pg_policy'::regclass AND d.objid IN (SELECT oid FROM pg_policy WHERE polrelid = $1))
               AND NOT (d.classid = 'pg_attrdef'::regclass AND d.objid IN (SELECT oid FROM pg_attrdef WHERE adrelid = $1))
             ORDER BY message
            """,
            [table.oid],
            hint: "change or drop it before contract"
        ) + (try bodies(hint: "let it do without the table"))
    }

    /// Functions whose bodies name the table as text; `hint` says what to do about them.
    func bodies(named name: Identifier? = nil, hint: String) throws -> [Finding] {
        try findings(
            """
            SELECT 'function-bodies' AS id, 'the body of ' || p.oid::regprocedure || ' has the word ' || quote_ident($1) AS message
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
             WHERE p.oid >= 16384 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade')
               AND l.lanname NOT IN ('c', 'internal') AND p.prosrc ~ \(NamePattern.word("$1")) AND NOT \(NamePattern.isOfExtension)
             ORDER BY message
            """,
            [name ?? table.name.name],
            hint: "\(hint), or acknowledge function-bodies when it means something else"
        )
    }

    private func findings(_ query: String, _ parameters: [any Parameter], hint: String) throws -> [Finding] {
        try connection.queryKept(query, parameters).map { row in
            Finding(try row.decode("id"), .blocksContract, try row.decode("message"), hint: hint)
        }
    }
}
