import Postgres
import SQL
import Workflow

/// A view that reads a column, or that reads one that does.
struct ViewCandidate {
    let oid: UInt32
    let name: QualifiedName
    /// As in a message: `materialized view app.profiles`.
    let shown: String
    let isMaterialized: Bool
    let isOwned: Bool
    /// Whether it reads the column itself, and not only through other views.
    let readsColumn: Bool
    /// Whether it names a partition, of which the clone knows nothing.
    let readsPartition: Bool
    /// The views among the candidates that it reads.
    let below: Set<UInt32>
    var definition: ServerText
    let options: ServerText?
    /// Why it could not be dropped and created.
    let fixture: String?
    let recreation: DependentView.Recreation

    /// Why it is left to a person, whatever its definition is.
    var hindrance: String? {
        if isMaterialized { return "a materialized view would have to be filled anew" }
        if readsPartition { return "it reads a partition by its name" }
        return isOwned ? nil : "it belongs to \(recreation.owner)"
    }

    /// A definition without its semicolon.
    static func query(_ text: String) -> ServerText { ServerText(text.hasSuffix(";") ? String(text.dropLast()) : text) }

    /// The views over a column, each after those that it reads.
    static func read(_ column: Identifier, _ table: Relation, _ connection: Connection) throws -> [ViewCandidate] {
        var waiting = try connection.queryKept(query, [table.oid, column]).map { try ViewCandidate($0, connection) }
        var sorted: [ViewCandidate] = []
        while !waiting.isEmpty {
            let rest = Set(waiting.map(\.oid))
            let ready = waiting.filter { $0.below.isDisjoint(with: rest) }
            // No view reads itself, on whatever way.
            if ready.isEmpty { throw PostgresError.decoding("views that read each other") }
            sorted += ready
            waiting.removeAll { $0.below.isDisjoint(with: rest) }
        }
        return sorted
    }

    private init(_ row: Row, _ connection: Connection) throws {
        oid = try row.decode("oid")
        name = QualifiedName(schema: try row.decode("schema"), name: try row.decode("name"))
        shown = try row.decode("shown")
        isMaterialized = try row.decode("is_materialized")
        isOwned = try row.decode("is_owned")
        readsColumn = try row.decode("reads_column")
        readsPartition = try row.decode("reads_partition")
        below = Set(try row.decode("below", as: [String].self).compactMap { UInt32($0) })
        definition = Self.query(try row.decode("definition"))
        options = try row.decodeIfPresent("options").map { ServerText($0) }
        fixture = try row.decodeIfPresent("fixture")
        recreation = try DependentView.Recreation(row, connection)
    }

    /// `$1` table, `$2` column.
    private static let query = """
        WITH RECURSIVE direct AS (
          SELECT r.ev_class AS oid, bool_or(d.refobjid <> $1) AS reads_partition FROM pg_depend d
            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            JOIN pg_rewrite r ON r.oid = d.objid
           WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
             AND (d.refobjid = $1 OR d.refobjid IN (SELECT relid FROM pg_partition_tree($1)))
             AND a.attname = $2 AND NOT a.attisdropped AND r.ev_class <> $1
           GROUP BY r.ev_class
        ), reader AS (
          SELECT oid FROM direct
          UNION
          SELECT r.ev_class FROM reader
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = reader.oid
            JOIN pg_rewrite r ON r.oid = d.objid
            JOIN pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
           WHERE r.ev_class <> reader.oid
        )
        SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind = 'm' AS is_materialized,
               direct.oid IS NOT NULL AS reads_column, coalesce(direct.reads_partition, false) AS reads_partition,
               CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.oid::regclass AS shown,
               pg_has_role(current_user, c.relowner, 'USAGE') AS is_owned, pg_get_userbyid(c.relowner) AS owner,
               pg_get_viewdef(c.oid) AS definition, array_to_string(c.reloptions, ', ') AS options,
               obj_description(c.oid, 'pg_class') AS comment,
               ARRAY(SELECT DISTINCT d.refobjid::text FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN reader b ON b.oid = d.refobjid
                      WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND r.ev_class = c.oid
                        AND d.refobjid <> c.oid) AS below,
               CASE WHEN EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                                  WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND r.ev_class <> c.oid
                                    AND r.ev_class NOT IN (SELECT oid FROM reader))
                      OR EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'n' AND d.classid <> 'pg_rewrite'::regclass
                                    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
                      OR EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'n' AND d.refclassid = 'pg_type'::regclass
                                    AND d.refobjid IN (c.reltype, (SELECT typarray FROM pg_type WHERE oid = c.reltype)))
                      THEN 'other objects need it'
                    WHEN EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
                      THEN 'it belongs to an extension'
                    WHEN NOT has_schema_privilege(current_user, n.oid, 'CREATE')
                      THEN 'role ' || quote_ident(current_user) || ' may not create objects in the schema ' || quote_ident(n.nspname)
                    WHEN NOT has_schema_privilege(c.relowner, n.oid, 'CREATE') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                      THEN 'its owner may not create objects in the schema ' || quote_ident(n.nspname)
                    WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid) THEN 'it has triggers'
                    WHEN EXISTS (SELECT FROM pg_rewrite WHERE ev_class = c.oid AND ev_type <> '1') THEN 'it has rules'
                    WHEN EXISTS (SELECT FROM pg_attrdef WHERE adrelid = c.oid) THEN 'it has defaults'
                    WHEN EXISTS (SELECT FROM pg_seclabel WHERE objoid = c.oid) THEN 'it has a security label'
                    WHEN EXISTS (SELECT FROM aclexplode(c.relacl) x WHERE x.grantor <> c.relowner)
                      OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND x.grantor <> c.relowner)
                      THEN 'others than its owner have given rights on it'
                    WHEN c.relacl IS NOT NULL AND (SELECT count(*) FROM aclexplode(c.relacl) x WHERE x.grantee = c.relowner)
                                               < (SELECT count(*) FROM aclexplode(acldefault('r', c.relowner)))
                      THEN 'its owner has given up rights on it'
               END AS fixture
          FROM reader JOIN pg_class c ON c.oid = reader.oid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN direct ON direct.oid = c.oid
         ORDER BY n.nspname, c.relname
        """
}

extension DependentView.Recreation {
    fileprivate init(_ row: Row, _ connection: Connection) throws {
        let oid: UInt32 = try row.decode("oid")
        let comments = try connection.queryKept(
            """
            SELECT attname AS column, col_description(attrelid, attnum) AS text FROM pg_attribute
             WHERE attrelid = $1 AND attnum > 0 AND col_description(attrelid, attnum) IS NOT NULL ORDER BY attnum
            """,
            [oid]
        ).map { DependentView.ColumnComment(column: try $0.decode("column"), text: try $0.decode("text")) }
        let grants = try connection.queryKept(
            """
            SELECT NULL AS column, pg_get_userbyid(x.grantor) AS grantor, x.grantee, r.rolname AS name, x.privilege_type AS privilege,
                   x.is_grantable, 0 AS position
              FROM pg_class c, aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
             WHERE c.oid = $1 AND x.grantee <> c.relowner
            UNION ALL
            SELECT a.attname, pg_get_userbyid(x.grantor), x.grantee, r.rolname, x.privilege_type, x.is_grantable, a.attnum
              FROM pg_attribute a, aclexplode(a.attacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
             WHERE a.attrelid = $1
             ORDER BY position, grantee, privilege
            """,
            [oid]
        ).map { grant in
            DependentView.ColumnGrant(
                column: try grant.decodeIfPresent("column"),
                grant: ColumnFacts.Grant(
                    grantor: try grant.decode("grantor"),
                    grantee: try grant.decodeIfPresent("name"),
                    privilege: try grant.decode("privilege"),
                    isGrantable: try grant.decode("is_grantable"),
                    isByOwner: true
                )
            )
        }
        let defaults = try connection.queryKept(
            """
            SELECT DISTINCT r.rolname AS name FROM pg_default_acl d, aclexplode(d.defaclacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
             WHERE d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND d.defaclobjtype = 'r'
               AND (d.defaclnamespace = 0 OR d.defaclnamespace = (SELECT relnamespace FROM pg_class WHERE oid = $1))
               AND x.grantee <> d.defaclrole ORDER BY 1
            """,
            [oid]
        ).map { try $0.decodeIfPresent("name", as: Identifier.self) }
        self.init(
            owner: try row.decode("owner"),
            comment: try row.decodeIfPresent("comment"),
            columnComments: comments,
            grants: grants.filter { $0.column == nil }.map(\.grant),
            defaultGrantees: defaults
        )
        columnGrants = grants.filter { $0.column != nil }
    }
}
