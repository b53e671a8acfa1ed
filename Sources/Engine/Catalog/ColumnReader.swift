import Diagnostics
import Postgres
import SQL
import Workflow

/// Reads one column, attribute by attribute.
struct ColumnReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    func read(_ name: Identifier) throws -> ColumnFacts {
        let rows = try connection.queryKept(Self.query, [table.oid, name])
        guard let row = rows.first else {
            throw CatalogProblem.noColumn(table.name, name, near: closestMatch(to: name.name, among: try columnNames()))
        }
        let comparison = Comparison(rawValue: try row.decode("comparison")) ?? .image
        var column = ColumnFacts(name: name, type: ServerText(try row.decode("type")), comparison: comparison)
        column.domainBase = try row.decodeIfPresent("domain_base").map { ServerText($0) }
        if let schema: Identifier = try row.decodeIfPresent("collation_schema") {
            column.collation = QualifiedName(schema: schema, name: try row.decode("collation_name"))
        }
        column.storage = try row.decodeIfPresent("storage")
        column.compression = try row.decodeIfPresent("compression")
        column.statisticsTarget = try row.decodeIfPresent("statistics_target")
        column.options = try row.decodeIfPresent("options").map { ServerText($0) }
        column.isNotNull = try row.decode("not_null")
        column.comment = try row.decodeIfPresent("comment")
        if let text: String = try row.decodeIfPresent("column_default") {
            column.default = ServerText(text)
            column.defaultIsConstant = (try? Expression(parsing: text))?.isConstant ?? false
            column.defaultIsStable = try row.decode("default_is_stable")
        }
        column.notNullName = try notNullName(name)
        column.grants = try grants(name)
        try readSequence(name, into: &column)
        return column
    }

    private func columnNames() throws -> [String] {
        try connection.queryKept(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped",
            [table.oid]
        ).map { try $0.decode("attname") }
    }

    /// The choice of comparison follows pg_amproc: support function 4 of a btree operator class is `equalimage`.
    private static let query = """
        WITH RECURSIVE base AS (
          SELECT a.atttypid AS oid, a.atttypmod AS typmod, t.typtype, t.typbasetype, t.typtypmod, false AS constrained
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
           WHERE a.attrelid = $1 AND a.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT t.oid, base.typtypmod, t.typtype, t.typbasetype, t.typtypmod,
                 base.constrained OR EXISTS (SELECT FROM pg_constraint WHERE contypid = base.oid)
                   OR (SELECT typnotnull FROM pg_type WHERE oid = base.oid)
            FROM base JOIN pg_type t ON t.oid = base.typbasetype WHERE base.typtype = 'd'
        ), underlying AS (
          SELECT base.*, t.typname, n.nspname FROM base JOIN pg_type t ON t.oid = base.oid
            JOIN pg_namespace n ON n.oid = t.typnamespace WHERE base.typtype <> 'd'
        )
        SELECT format_type(a.atttypid, a.atttypmod) AS type,
               CASE WHEN u.constrained THEN format_type(u.oid, u.typmod) END AS domain_base,
               CASE WHEN u.typname IN ('text', 'varchar', 'citext', 'name') THEN 'bytewise'
                    WHEN u.typname = 'bpchar' THEN 'image'  -- its equality follows the collation, and blanks do not count
                    WHEN u.typtype = 'e' THEN 'plain'
                    WHEN EXISTS (
                      SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
                        JOIN pg_amproc p ON p.amprocfamily = o.opcfamily AND p.amproclefttype = o.opcintype
                                        AND p.amprocrighttype = o.opcintype AND p.amprocnum = 4
                       WHERE o.opcdefault AND o.opcintype = u.oid) THEN 'plain'
                    ELSE 'image' END AS comparison,
               cn.nspname AS collation_schema, co.collname AS collation_name,
               CASE WHEN a.attstorage <> t.typstorage THEN
                 CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL'
                                   WHEN 'x' THEN 'EXTENDED' END END AS storage,
               CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
               nullif(a.attstattarget, -1) AS statistics_target,
               array_to_string(a.attoptions, ', ') AS options,
               a.attnotnull AS not_null,
               col_description(a.attrelid, a.attnum) AS comment,
               CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS column_default,
               d.adbin IS NOT NULL AND NOT d.adbin::text ~ 'NEXTVALUEEXPR'
                 AND NOT pg_get_expr(d.adbin, d.adrelid) ~* '\\m(current_user|current_role|session_user|user)\\M'
                 AND NOT EXISTS (
                   SELECT FROM (SELECT (regexp_matches(d.adbin::text, ':(?:funcid|opfuncid) (\\d+)', 'g'))[1]::oid AS id) called
                     JOIN pg_proc p ON p.oid = called.id WHERE p.provolatile = 'v') AS default_is_stable
          FROM pg_attribute a
          JOIN pg_type t ON t.oid = a.atttypid
          CROSS JOIN underlying u
          LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
          LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = $1 AND a.attname = $2 AND a.attnum > 0 AND NOT a.attisdropped
        """
}

// MARK: - Grants, sequences, names

extension ColumnReader {
    private func notNullName(_ name: Identifier) throws -> String? {
        try connection.queryKept(
            """
            SELECT k.conname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
             WHERE k.conrelid = $1 AND k.contype = 'n' AND a.attname = $2
            """,
            [table.oid, name]
        ).first?.decode("conname")
    }

    /// The owner's grants first, then each grantor's after the grant that lets it grant.
    private func grants(_ name: Identifier) throws -> [ColumnFacts.Grant] {
        try Self.sorted(
            try connection.queryKept(
                """
                SELECT pg_get_userbyid(x.grantor) AS grantor, nullif(pg_get_userbyid(x.grantee), 'unknown (OID=0)') AS grantee,
                       x.grantee = 0 AS to_public, x.privilege_type AS privilege, x.is_grantable AS grantable,
                       x.grantor = c.relowner AS by_owner
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid 
                   CROSS JOIN LATERAL aclexplode(a.attacl) WITH ORDINALITY x
                 WHERE a.attrelid = $1 AND a.attname = $2 AND NOT a.attisdropped
                 ORDER BY x.ordinality
                """,
                [table.oid, name]
            ).map(Self.grant)
        )
    }

    private static func grant(_ row: Row) throws -> ColumnFacts.Grant {
        let toPublic: Bool = try row.decode("to_public")
        return ColumnFacts.Grant(
            grantor: try row.decode("grantor"),
            grantee: toPublic ? nil : try row.decode("grantee"),
            privilege: try row.decode("privilege"),
            isGrantable: try row.decode("grantable"),
            isByOwner: try row.decode("by_owner")
        )
    }

    private static func sorted(_ grants: [ColumnFacts.Grant]) throws -> [ColumnFacts.Grant] {
        var sorted = grants.filter(\.isByOwner)
        var rest = grants.filter { !$0.isByOwner }
        while !rest.isEmpty {
            let ready = rest.filter { grant in
                sorted.contains { $0.grantee == grant.grantor && $0.privilege == grant.privilege && $0.isGrantable }
            }
            // A grantor whose own right came by another way (superuser, membership) has nothing to wait for.
            let next = ready.isEmpty ? rest : ready
            sorted += next
            rest.removeAll { next.contains($0) }
        }
        return sorted
    }

    private func readSequence(_ name: Identifier, into column: inout ColumnFacts) throws {
        let row = try connection.queryKept(
            """
            SELECT n.nspname AS schema, s.relname AS name, a.attidentity AS identity, q.seqstart AS first,
                   q.seqincrement AS step, q.seqmin AS lowest, q.seqmax AS highest, q.seqcache AS cache,
                   q.seqcycle AS cycles, obj_description(s.oid, 'pg_class') AS comment, s.oid AS sequence
              FROM pg_attribute a
              JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
                              AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
              JOIN pg_namespace n ON n.oid = s.relnamespace
              JOIN pg_sequence q ON q.seqrelid = s.oid
             WHERE a.attrelid = $1 AND a.attname = $2
            """,
            [table.oid, name]
        ).first
        guard let row else { return }
        let sequence = QualifiedName(schema: try row.decode("schema"), name: try row.decode("name"))
        let identity: String = try row.decode("identity")
        guard !identity.isEmpty else {
            column.ownedSequence = sequence
            return
        }
        let options = """
            START WITH \(try row.decode("first", as: Int64.self)) INCREMENT BY \(try row.decode("step", as: Int64.self)) \
            MINVALUE \(try row.decode("lowest", as: Int64.self)) MAXVALUE \(try row.decode("highest", as: Int64.self)) \
            CACHE \(try row.decode("cache", as: Int64.self))\(try row.decode("cycles") ? " CYCLE" : "")
            """
        column.identity = ColumnFacts.Identity(
            generation: identity == "a" ? "ALWAYS" : "BY DEFAULT",
            sequence: sequence,
            options: options,
            comment: try row.decodeIfPresent("comment"),
            grants: try sequenceGrants(try row.decode("sequence"))
        )
    }

    private func sequenceGrants(_ sequence: UInt32) throws -> [ColumnFacts.Grant] {
        try connection.queryKept(
            """
            SELECT pg_get_userbyid(x.grantor) AS grantor, pg_get_userbyid(x.grantee) AS grantee, x.grantee = 0 AS to_public,
                   x.privilege_type AS privilege, x.is_grantable AS grantable, x.grantor = c.relowner AS by_owner
              FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) WITH ORDINALITY x
             WHERE c.oid = $1 AND x.grantee <> c.relowner
             ORDER BY x.ordinality
            """,
            [sequence]
        ).map(Self.grant)
    }
}
