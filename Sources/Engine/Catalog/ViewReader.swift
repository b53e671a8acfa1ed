import Postgres
import SQL
import Workflow

/// Lists the views that read a column, and lets the server itself write each anew for another one.
///
/// Over an empty clone of the table that has both columns, each view is created again, the old column is renamed to a name
/// that nobody would give, and the view's text is read: wherever that name stands, the new column belongs. What comes of it
/// is created too, and must read exactly what the view read, but for the column. Nothing of it outlives the transaction,
/// and the views themselves are not locked.
struct ViewReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What the views of a column come to: those that enforce can switch, and a finding for each.
    struct Views {
        var switched: [DependentView] = []
        var findings: [Finding] = []
    }

    /// The findings alone, without a look at what could be done about them.
    func glance(_ old: Identifier, _ new: Identifier, changesValues: Bool = false) throws -> [Finding] {
        let hint =
            changesValues
            ? "let it read \(new), with an expression that makes the old values of the new ones, or drop it"
            : "let it read \(new), or drop it"
        return try candidates(old).map { $0.blocking(old, new, hint) }
    }

    /// A column, and the one that takes its place.
    struct Replacement {
        let old: Identifier
        let new: Identifier
        /// The new column's type, with a collation where it has one.
        let type: String
        /// Whether the table has the new column already.
        let isThere: Bool
    }

    /// Reads the views of each column, as they would be over the new columns.
    ///
    /// A view of several columns is switched from one after the other: it is then in the list of each, and what the first
    /// made of it is what the second begins with.
    func read(_ columns: [Replacement]) throws -> [Views] {
        let readers = try columns.map { try candidates($0.old) }
        guard readers.contains(where: { !$0.isEmpty }) else { return columns.map { _ in Views() } }
        let clone = try ViewClone(self, columns)
        var present: [QualifiedName: ServerText] = [:]
        return try zip(columns, readers).map { try read($0, $1, over: clone, &present) }
    }

    private func read(
        _ column: Replacement,
        _ candidates: [Candidate],
        over clone: ViewClone,
        _ present: inout [QualifiedName: ServerText]
    ) throws -> Views {
        let (old, new) = (column.old, column.new)
        var views = Views()
        for var candidate in candidates {
            if let definition = present[candidate.name] { candidate.definition = definition }
            switch try clone.attempt(candidate, column) {
            case .success(let view):
                present[view.name] = view.after
                views.switched.append(view)
                let message = "\(candidate.shown) reads \(old)"
                let how =
                    view.recreation == nil ? "enforce lets it read \(new)" : "enforce creates it anew to read \(new)"
                views.findings.append(Finding("view", .carried, message, hint: how))
            case .failure(let hindrance):
                let hint = "let it read \(new), or drop it: \(hindrance.message)"
                views.findings.append(candidate.blocking(old, new, hint))
            }
        }
        return views
    }

    // MARK: - What there is

    /// A view that depends on the column.
    struct Candidate {
        let oid: UInt32
        let name: QualifiedName
        /// As in a message: `materialized view app.profiles`.
        let shown: String
        let isMaterialized: Bool
        let isOwned: Bool
        /// Whether it names a partition, of which the clone knows nothing.
        let readsPartition: Bool
        var definition: ServerText
        let options: ServerText?
        /// Why it could not be dropped and created.
        let fixture: String?
        let recreation: DependentView.Recreation

        func blocking(_ old: Identifier, _ new: Identifier, _ hint: String) -> Finding {
            Finding("view", .blocksContract, "\(shown) reads \(old)", hint: hint)
        }
    }

    /// Why a view has to be left to a person.
    struct Hindrance: Error {
        let message: String
    }

    private func candidates(_ old: Identifier) throws -> [Candidate] {
        try connection.queryKept(Self.query, [table.oid, old]).map { row in
            Candidate(
                oid: try row.decode("oid"),
                name: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
                shown: try row.decode("shown"),
                isMaterialized: try row.decode("is_materialized"),
                isOwned: try row.decode("is_owned"),
                readsPartition: try row.decode("reads_partition"),
                definition: try Self.query(try row.decode("definition")),
                options: try row.decodeIfPresent("options").map { ServerText($0) },
                fixture: try row.decodeIfPresent("fixture"),
                recreation: try recreation(row)
            )
        }
    }

    private func recreation(_ row: Row) throws -> DependentView.Recreation {
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
            SELECT pg_get_userbyid(x.grantor) AS grantor, x.grantee, r.rolname AS name, x.privilege_type AS privilege, x.is_grantable
              FROM pg_class c, aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
             WHERE c.oid = $1 AND x.grantee <> c.relowner ORDER BY x.grantee, x.privilege_type
            """,
            [oid]
        ).map { grant in
            ColumnFacts.Grant(
                grantor: try grant.decode("grantor"),
                grantee: try grant.decodeIfPresent("name"),
                privilege: try grant.decode("privilege"),
                isGrantable: try grant.decode("is_grantable"),
                isByOwner: true
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
        return DependentView.Recreation(
            owner: try row.decode("owner"),
            comment: try row.decodeIfPresent("comment"),
            columnComments: comments,
            grants: grants,
            defaultGrantees: defaults
        )
    }

    /// A definition without its semicolon.
    static func query(_ text: String) throws -> ServerText {
        ServerText(text.hasSuffix(";") ? String(text.dropLast()) : text)
    }

    /// `$1` table, `$2` old column.
    private static let query = """
        WITH reader AS (
          SELECT r.ev_class AS oid, bool_or(d.refobjid <> $1) AS reads_partition FROM pg_depend d
            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            JOIN pg_rewrite r ON r.oid = d.objid
           WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
             AND (d.refobjid = $1 OR d.refobjid IN (SELECT relid FROM pg_partition_tree($1)))
             AND a.attname = $2 AND NOT a.attisdropped AND r.ev_class <> $1
           GROUP BY r.ev_class
        )
        SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind = 'm' AS is_materialized, reader.reads_partition,
               CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.oid::regclass AS shown,
               pg_has_role(current_user, c.relowner, 'USAGE') AS is_owned, pg_get_userbyid(c.relowner) AS owner,
               pg_get_viewdef(c.oid) AS definition, array_to_string(c.reloptions, ', ') AS options,
               obj_description(c.oid, 'pg_class') AS comment,
               CASE WHEN EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                                  WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND r.ev_class <> c.oid)
                      OR EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'n' AND d.classid <> 'pg_rewrite'::regclass
                                    AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
                                      OR (d.refclassid = 'pg_type'::regclass AND d.refobjid = c.reltype)))
                      THEN 'other objects need it'
                    WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid) THEN 'it has triggers'
                    WHEN EXISTS (SELECT FROM pg_rewrite WHERE ev_class = c.oid AND ev_type <> '1') THEN 'it has rules'
                    WHEN EXISTS (SELECT FROM pg_attrdef WHERE adrelid = c.oid) THEN 'it has defaults'
                    WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL) THEN 'it has rights on columns'
                    WHEN EXISTS (SELECT FROM pg_seclabel WHERE objoid = c.oid) THEN 'it has a security label'
                    WHEN EXISTS (SELECT FROM aclexplode(c.relacl) x WHERE x.grantor <> c.relowner) THEN 'others than its owner have given rights on it'
                    WHEN c.relacl IS NOT NULL AND (SELECT count(*) FROM aclexplode(c.relacl) x WHERE x.grantee = c.relowner)
                                               < (SELECT count(*) FROM aclexplode(acldefault('r', c.relowner)))
                      THEN 'its owner has given up rights on it'
               END AS fixture
          FROM reader JOIN pg_class c ON c.oid = reader.oid JOIN pg_namespace n ON n.oid = c.relnamespace
         ORDER BY n.nspname, c.relname
        """
}
