import Postgres
import SQL
import Workflow

/// Lists what stands against keeping a table equal to another one, by triggers on both.
struct CrossTableObstacles {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What concerns the table as a whole.
    func read() throws -> [Finding] {
        try connection.queryKept(Self.query, [table.oid]).map(Self.finding)
    }

    /// What hangs on a column that is to be set aside, but for the constraints of the given names, which go with it.
    func dependants(of column: Identifier, without names: [Identifier]) throws -> [Finding] {
        try connection.queryKept(
            """
            SELECT 'dependant' AS id, 'blocksContract' AS weight,
                   pg_describe_object(d.classid, d.objid, d.objsubid) || ' names ' || quote_ident($2) AS message,
                   'change or drop it before contract' AS hint
              FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND a.attname = $2
               AND d.deptype IN ('n', 'a') AND NOT (d.classid = 'pg_trigger'::regclass
                 AND d.objid IN (SELECT oid FROM pg_trigger WHERE NOT (\(TriggerReader.isForeign))))
               AND NOT (d.classid = 'pg_constraint'::regclass
                 AND d.objid IN (SELECT oid FROM pg_constraint WHERE conrelid = $1 AND (contype = 'n' OR conname = ANY ($3::text[]))))
               AND NOT (d.classid = 'pg_class'::regclass
                 AND d.objid IN (SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                                  WHERE i.indrelid = $1 AND c.relname = ANY ($3::text[])))
             ORDER BY message
            """,
            [table.oid, column, names.map(\.name)]
        ).map(Self.finding)
    }

    /// A key that rows of the other table are linked by, whose equality the sync functions would not find.
    func unfitKey(_ key: Identifier) throws -> [Finding] {
        if try KeyType(connection, table).isBuiltIn(key) { return [] }
        let message =
            "the equality of \(table.name).\(key) is that of an extension or a collation: links cannot be kept by it"
        return [Finding("relation-type", .refused, message, hint: "reference a key of a built-in type")]
    }

    private static func finding(_ row: Row) throws -> Finding {
        Finding(
            try row.decode("id"),
            Finding.Weight(rawValue: try row.decode("weight")) ?? .refused,
            try row.decode("message"),
            hint: try row.decodeIfPresent("hint")
        )
    }

    /// `$1` is the table.
    private static let query = """
        WITH t AS (
          SELECT c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS shown
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1
        )
        SELECT 'read-only' AS id, 'refused' AS weight, 'the server is in recovery: it cannot be written to' AS message,
               'connect to the primary' AS hint FROM t WHERE pg_is_in_recovery()
        UNION ALL
        SELECT 'table-kind', 'refused', t.shown || ' is no ordinary table, and the change is about two of them', NULL
          FROM t WHERE t.relkind <> 'r' OR t.relpersistence = 't' OR t.relispartition OR t.reloftype <> 0
        UNION ALL
        SELECT 'inheritance', 'refused', t.shown || ' inherits from, or is inherited by, another table', NULL
          FROM t WHERE NOT t.relispartition AND t.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = t.oid OR inhparent = t.oid)
        UNION ALL
        SELECT 'ownership', 'refused', 'role ' || current_user || ' does not own ' || t.shown,
               'run as ' || pg_get_userbyid(t.relowner) || ' or a member of it'
          FROM t WHERE NOT pg_has_role(current_user, t.relowner, 'USAGE')
        UNION ALL
        SELECT 'row-security', 'refused', t.shown || ' has FORCE ROW LEVEL SECURITY: the sync triggers would miss rows silently',
               'run as a role with BYPASSRLS'
          FROM t WHERE t.relforcerowsecurity
                   AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
        UNION ALL
        SELECT 'rules', 'refused', 'rule ' || quote_ident(r.rulename) || ' on ' || t.shown, 'a rule changes what triggers see: drop it'
          FROM t JOIN pg_rewrite r ON r.ev_class = t.oid WHERE r.ev_type <> '1'
        UNION ALL
        SELECT 'user-triggers', 'acknowledge', 'trigger ' || quote_ident(g.tgname) || ' of ' || t.shown
               || ' fires for rows that are copied or kept equal' || coalesce(\(TriggerReader.pathWarning), ''), 'such as an audit or an updated_at: it sees writes of Crossfade too'
          FROM t JOIN pg_trigger g ON g.tgrelid = t.oid
         WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 16 <> 0 AND \(TriggerReader.isForeign)
        UNION ALL
        SELECT 'publications', 'acknowledge', t.shown || ' is published: its subscribers need the new shape before the publisher has it',
               'add it there first, or leave the table out of the publication meanwhile'
          FROM t WHERE EXISTS (SELECT FROM pg_publication_tables p JOIN pg_namespace n ON n.nspname = p.schemaname
                                WHERE n.oid = t.relnamespace AND p.tablename = t.relname)
        """
}
