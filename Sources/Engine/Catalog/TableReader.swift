import Postgres
import SQL
import Workflow

/// Reads what concerns the table as a whole.
struct TableReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What concerns the table alone, for a kind that is about no column of it.
    func read() throws -> TableFacts {
        var facts = TableFacts(
            name: table.name,
            kind: table.kind,
            serverVersion: connection.serverVersion,
            column: ColumnFacts(name: table.name.name, type: ServerText(""), comparison: .plain)
        )
        try read(into: &facts)
        return facts
    }

    func read(into facts: inout TableFacts) throws {
        facts.columns = try connection.queryKept(
            """
            SELECT attname FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """,
            [table.oid]
        ).map { try $0.decode("attname") }
        facts.keyColumns = try connection.queryKept(
            """
            SELECT a.attname FROM pg_index i
              CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, position)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
             WHERE i.indrelid = $1 AND i.indisprimary AND k.position <= i.indnkeyatts ORDER BY k.position
            """,
            [table.oid]
        ).map { try $0.decode("attname") }
        facts.partitions = try leaves()
        facts.isSubpartitioned =
            try connection.queryKept(
                "SELECT coalesce(max(level), 0) > 1 AS deep FROM pg_partition_tree($1::oid::regclass)",
                [table.oid]
            ).first?.decode("deep") ?? false
        facts.takenNames = Set(try takenNames())
        facts.estimatedRows =
            try connection.queryKept(
                """
                SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS rows FROM pg_class c
                 WHERE c.oid = $1 OR c.oid IN (SELECT relid FROM pg_partition_tree($1::oid::regclass))
                """,
                [table.oid]
            ).only().decode("rows")
    }

    /// The partitions that hold rows, or nothing for a plain table; read again before each pass, as they come and go.
    func leaves() throws -> [QualifiedName] {
        try connection.queryKept(
            """
            SELECT n.nspname AS schema, c.relname AS name
              FROM pg_partition_tree($1::oid::regclass) t JOIN pg_class c ON c.oid = t.relid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE t.isleaf AND t.level > 0 ORDER BY t.relid
            """,
            [table.oid]
        ).map { QualifiedName(schema: try $0.decode("schema"), name: try $0.decode("name")) }
    }

    private func takenNames() throws -> [String] {
        try connection.queryKept(
            """
            SELECT c.relname AS name FROM pg_class c JOIN pg_class t ON t.relnamespace = c.relnamespace WHERE t.oid = $1
             UNION SELECT conname FROM pg_constraint WHERE conrelid = $1
            """,
            [table.oid]
        ).map { try $0.decode("name") }
    }
}

/// Reads the indexes that contain the column; their definitions come from the probe.
struct IndexReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// Through pg_depend, so that columns of expressions, INCLUDE lists and predicates count too.
    func read(_ column: Identifier) throws -> [IndexFacts] {
        try connection.queryKept(
            """
            SELECT c.relname AS name, i.indisunique AS is_unique, k.contype AS constraint_type,
                   coalesce(k.condeferrable, false) AS deferrable, coalesce(k.condeferred, false) AS deferred,
                   pg_get_indexdef(i.indexrelid) AS definition, pg_get_constraintdef(k.oid) AS constraint_definition,
                   quote_ident(c.relname) AS quoted, \(Self.relation) AS relation, array_to_string(c.reloptions, ', ') AS options,
                   ARRAY(SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits h JOIN pg_index pi ON pi.indexrelid = h.inhrelid
                           JOIN pg_class p ON p.oid = pi.indrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
                          WHERE h.inhparent = i.indexrelid ORDER BY h.inhrelid) AS partitions,
                   ARRAY(SELECT p.relname::text FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid
                          WHERE h.inhparent = i.indexrelid ORDER BY h.inhrelid) AS partition_names,
                   obj_description(i.indexrelid, 'pg_class') AS comment, obj_description(k.oid, 'pg_constraint') AS constraint_comment,
                   i.indisclustered AS clustered, i.indisreplident AS replica_identity
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indexrelid
              JOIN pg_class r ON r.oid = i.indrelid
              JOIN pg_namespace n ON n.oid = r.relnamespace
              LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u')
             WHERE i.indrelid = $1
               AND (EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attname = $2
                              AND a.attnum = ANY (i.indkey::int2[]))
                    OR EXISTS (SELECT FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND a.attname = $2))
               AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conindid = i.indexrelid AND x.contype = 'x')
             ORDER BY c.relname
            """,
            [table.oid, column]
        ).map { row in
            let role: IndexFacts.Role =
                switch try row.decodeIfPresent("constraint_type", as: String.self) {
                case "p": .primaryKey
                case "u": .uniqueConstraint
                default: .index
                }
            let text = try Self.tail(row)
            var index = IndexFacts(
                name: try row.decode("name"),
                role: role,
                isUnique: try row.decode("is_unique"),
                definition: Rewritten(old: text, new: text, retired: text)
            )
            index.constraint = try row.decodeIfPresent("constraint_definition").map { (text: String) in
                Rewritten(old: ServerText(text), new: ServerText(text), retired: ServerText(text))
            }
            index.isDeferrable = try row.decode("deferrable")
            index.isInitiallyDeferred = try row.decode("deferred")
            index.options = try row.decodeIfPresent("options").map { ServerText($0) }
            index.isClustered = try row.decode("clustered")
            index.isReplicaIdentity = try row.decode("replica_identity")
            index.comment = try row.decodeIfPresent("comment")
            index.constraintComment = try row.decodeIfPresent("constraint_comment")
            let partitions = try row.decode("partitions", as: [String].self).map {
                try QualifiedName(parsing: $0).quoted
            }
            let names = try row.decode("partition_names", as: [String].self).map { try Identifier($0) }
            index.partitionNames = Dictionary(zip(partitions, names)) { first, _ in first }
            return index
        }
    }

    /// The relation as pg_get_indexdef writes it.
    static let relation = "quote_ident(n.nspname) || '.' || quote_ident(r.relname)"

    /// What pg_get_indexdef writes after the table's name; the part before it is known to the letter.
    static func tail(_ row: Row) throws -> ServerText {
        let definition: String = try row.decode("definition")
        let quoted: String = try row.decode("quoted")
        let relation: String = try row.decode("relation")
        let unique = try row.decode("is_unique") ? "UNIQUE " : ""
        for only in ["", "ONLY "] {
            let head = "CREATE \(unique)INDEX \(quoted) ON \(only)\(relation) "
            if definition.hasPrefix(head) { return ServerText(String(definition.dropFirst(head.count))) }
        }
        throw PostgresError.decoding("pg_get_indexdef of \(quoted) reads otherwise than expected: \(definition)")
    }
}

/// Reads the CHECK constraints that name the column; their definitions come from the probe.
struct CheckReader {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    func read(_ column: Identifier) throws -> [CheckFacts] {
        try connection.queryKept(
            """
            SELECT k.conname AS name, k.convalidated AS validated, pg_get_constraintdef(k.oid) AS definition,
                   pg_get_expr(k.conbin, k.conrelid) AS expression, obj_description(k.oid, 'pg_constraint') AS comment
              FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
             WHERE k.conrelid = $1 AND k.contype = 'c' AND a.attname = $2 ORDER BY k.conname
            """,
            [table.oid, column]
        ).map { row in
            let text = Self.withoutValidity(try row.decode("definition"))
            var check = CheckFacts(
                name: try row.decode("name"),
                definition: Rewritten(old: text, new: text, retired: text),
                isValidated: try row.decode("validated"),
                comment: try row.decodeIfPresent("comment")
            )
            check.expression = Rewritten(try row.decode("expression", as: String.self))
            return check
        }
    }

    /// The definition without ` NOT VALID`, which the steps add themselves.
    static func withoutValidity(_ definition: String) -> ServerText {
        let suffix = " NOT VALID"
        return ServerText(definition.hasSuffix(suffix) ? String(definition.dropLast(suffix.count)) : definition)
    }
}
