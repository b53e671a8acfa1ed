import Postgres
import SQL
import Workflow

/// Reads what a move of columns between two tables needs to know of both.
struct MovedColumnsReader {
    let connection: Connection
    let from: Relation
    let plan: Plan

    private var names: MovedColumnsNames { MovedColumnsNames(plan: plan.name.text) }

    /// Reads the facts; the target may not be there yet.
    static func facts(
        from: QualifiedName,
        to: QualifiedName,
        columns: [Identifier],
        match: [NamePair],
        makesTable: Bool,
        plan: Plan,
        on connection: Connection
    ) throws -> MovedColumnsFacts {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(from)
            let reader = MovedColumnsReader(connection: connection, from: relation, plan: plan)
            var facts = try reader.tableFacts(to)
            let target = try reader.readTarget(to, mustExist: !makesTable, &facts)
            facts.columns = try columns.map { try reader.column($0) }
            try reader.readMatch(match, target, &facts)
            try reader.readCarried(columns, &facts)
            facts.obstacles = try reader.obstacles(columns, target, makesTable: makesTable, facts)
            if !makesTable, let target {
                facts.neededColumns = try reader.neededColumns(target, besides: match.map(\.key) + columns)
            }
            return facts
        }
    }

    // MARK: - Tables

    private func tableFacts(_ to: QualifiedName) throws -> MovedColumnsFacts {
        // Without a schema of its own the new table comes to stand beside the old one.
        let target = QualifiedName(schema: to.schema ?? from.name.schema, name: to.name)
        let rights = TableRights(connection, from)
        var facts = MovedColumnsFacts(table: from.name, target: target, owner: try rights.owner())
        facts.rowSecurity = try rights.rowSecurity()
        facts.isPartitioned = from.kind == .partitioned
        facts.grants = try rights.grants()
        var table = TableFacts(
            name: from.name,
            kind: from.kind,
            serverVersion: connection.serverVersion,
            column: ColumnFacts(name: from.name.name, type: ServerText("text"), comparison: .plain)
        )
        try TableReader(connection, from).read(into: &table)
        facts.keyColumns = table.keyColumns
        facts.tableColumns = table.columns
        facts.isUnderWay =
            try connection.queryKept(
                "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = $1 AND tgname = $2) AS there",
                [from.oid, names.updateTrigger]
            ).only().decode("there")
        return facts
    }

    private func readTarget(_ to: QualifiedName, mustExist: Bool, _ facts: inout MovedColumnsFacts) throws -> Relation?
    {
        if mustExist {
            let target = try RelationLookup(connection).find(to)
            facts.target = target.name
            facts.targetExists = true
            facts.isPartitioned = facts.isPartitioned || target.kind == .partitioned
            return target
        }
        facts.targetExists =
            try connection.queryKept("SELECT to_regclass($1) IS NOT NULL AS there", [facts.target.quoted]).only()
            .decode("there")
        return facts.targetExists && facts.isUnderWay ? try RelationLookup(connection).find(facts.target) : nil
    }

    private func neededColumns(_ target: Relation, besides known: [Identifier]) throws -> [Identifier] {
        try connection.queryKept(
            """
            SELECT attname FROM pg_attribute
             WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''
             ORDER BY attnum
            """,
            [target.oid]
        ).map { try $0.decode("attname") }.filter { !known.contains($0) }
    }

    // MARK: - Columns

    /// A column that expand relaxed is NOT NULL by the check at commit, whose condition names it.
    private func column(_ name: Identifier) throws -> ColumnFacts {
        var column = try ColumnReader(connection, from).read(name)
        let isRelaxed: Bool = try connection.queryKept(
            """
            SELECT EXISTS (SELECT FROM pg_trigger g
              JOIN pg_depend d ON d.classid = 'pg_trigger'::regclass AND d.objid = g.oid
                              AND d.refclassid = 'pg_class'::regclass AND d.refobjid = g.tgrelid
              JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE g.tgrelid = $1 AND g.tgname = $2 AND a.attname = $3) AS relaxed
            """,
            [from.oid, names.requiredTrigger, name]
        ).only().decode("relaxed")
        if isRelaxed { column.isNotNull = true }
        return column
    }

    private func readMatch(_ match: [NamePair], _ target: Relation?, _ facts: inout MovedColumnsFacts) throws {
        for pair in match {
            let source = try ColumnReader(connection, from).read(pair.value)
            var matched = MatchedColumn(
                target: pair.key,
                source: pair.value,
                type: source.type,
                collation: source.collation
            )
            matched.grants = source.grants
            facts.match.append(matched)
            if try !KeyType(connection, from).isBuiltIn(pair.value) {
                facts.unfitMatches.append(
                    "\(from.name).\(pair.value) is of the type \(source.type.text), whose equality an extension or a collation makes"
                )
            }
            guard let target else { continue }
            let other = try ColumnReader(connection, target).read(pair.key)
            if other.type != source.type {
                facts.unfitMatches.append(
                    "\(from.name).\(pair.value) is \(source.type.text), \(target.name).\(pair.key) is \(other.type.text)"
                )
            }
        }
        facts.sourceIsKey = try isUnique(match.map(\.value), of: from, isRequired: true)
        if let target { facts.targetIsUnique = try isUnique(match.map(\.key), of: target, isRequired: false) }
    }

    /// Whether a unique index has exactly these columns, without a condition, and is not deferrable.
    private func isUnique(_ columns: [Identifier], of relation: Relation, isRequired: Bool) throws -> Bool {
        try connection.queryKept(
            """
            SELECT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = $1 AND i.indisunique AND i.indimmediate AND i.indisvalid
              AND i.indpred IS NULL AND i.indexprs IS NULL
              AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C") FROM pg_attribute a
                    WHERE a.attrelid = $1 AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
                = (SELECT array_agg(n ORDER BY n COLLATE "C") FROM unnest($2::text[]) n))
              AND (NOT $3 OR NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attname = ANY ($2::text[]) AND NOT a.attnotnull)) AS fits
            """,
            [relation.oid, columns.map(\.name), isRequired]
        ).only().decode("fits")
    }

    // MARK: - Indexes and checks

    private func readCarried(_ columns: [Identifier], _ facts: inout MovedColumnsFacts) throws {
        let strange = try strangers(columns)
        func unique<T>(_ values: [T], by name: KeyPath<T, Identifier>) -> [T] {
            var seen: Set<Identifier> = []
            return values.filter { seen.insert($0[keyPath: name]).inserted && !strange.contains($0[keyPath: name]) }
        }
        facts.indexes = unique(
            try columns.flatMap { try IndexReader(connection, from).read($0) }.filter { $0.role != .primaryKey },
            by: \.name
        )
        facts.checks = unique(try columns.flatMap { try CheckReader(connection, from).read($0) }, by: \.name)
    }

    /// Indexes and checks that contain moved columns beside others, which no single table has any more.
    private func strangers(_ columns: [Identifier]) throws -> Set<Identifier> {
        let rows = try connection.queryKept(
            """
            SELECT c.relname AS name, ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = $1
                     AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (SELECT FROM pg_depend d
                       WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                         AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND d.refobjsubid = a.attnum))) AS columns
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1
            UNION ALL
            SELECT k.conname, ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = $1 AND a.attnum = ANY (k.conkey))
              FROM pg_constraint k WHERE k.conrelid = $1 AND k.contype = 'c'
            """,
            [from.oid]
        )
        let moved = Set(columns.map(\.name))
        return Set(
            try rows.compactMap { row in
                let contained = Set(try row.decode("columns", as: [String].self))
                return contained.isDisjoint(with: moved) || contained.isSubset(of: moved) ? nil : try row.decode("name")
            }
        )
    }

    // MARK: - What stands against it

    private func obstacles(
        _ columns: [Identifier],
        _ target: Relation?,
        makesTable: Bool,
        _ facts: MovedColumnsFacts
    ) throws -> [Finding] {
        var findings: [Finding] = []
        func add(_ found: [Finding]) { findings += found.filter { !findings.contains($0) } }
        for column in columns {
            let place = Identifier(shortening: "\(facts.target.name).\(column)")
            add(try ObstacleReader(connection, from).read(column, place))
            add(try remainders(column, place))
        }
        for name in try strangers(columns).sorted(by: { $0.name < $1.name }) {
            let message = "\(name) of \(from.name) contains moved columns beside others"
            let hint = "it cannot be carried over to another table: drop it before contract"
            add([Finding("several-columns", .blocksContract, message, hint: hint)])
        }
        if let target, !makesTable {
            for column in columns {
                add(
                    try ObstacleReader(connection, target).read(Identifier(shortening: "crossfade_none"), column).map(
                        Self.worded
                    )
                )
            }
        }
        let rights = TableRights(connection, from)
        if makesTable {
            add(try schemaRights(facts.target))
            add(try rights.rowSecurityFindings(facts.target, match: facts.match.map { ($0.target, $0.source) }))
        } else if let target {
            add(try rights.widerRights(of: columns.map { ($0, $0) }, on: target))
        }
        return findings
    }

    private static func worded(_ finding: Finding) -> Finding {
        guard finding.id == "new-column" else { return finding }
        return Finding(finding.id, finding.weight, finding.message, hint: "rename one of the two columns first")
    }

    private func schemaRights(_ target: QualifiedName) throws -> [Finding] {
        guard let schema = target.schema else { return [] }
        let row = try connection.queryKept(
            """
            SELECT n.oid IS NOT NULL AS there, coalesce(has_schema_privilege(n.oid, 'CREATE'), false) AS may
              FROM (SELECT to_regnamespace($1)::oid AS oid) n
            """,
            [schema.quoted]
        ).only()
        if try row.decode("may") { return [] }
        let message =
            try row.decode("there") ? "no right to create a table in \(schema)" : "there is no schema \(schema)"
        return [Finding("schema", .refused, message, hint: "GRANT CREATE ON SCHEMA, or create it")]
    }

    /// Keys and triggers that hang on the old column: they can neither stay nor go along.
    private func remainders(_ column: Identifier, _ place: Identifier) throws -> [Finding] {
        var findings = try ForeignKeyReader(connection, from).read(column).map { key in
            Finding(
                "foreign-key",
                .blocksContract,
                "foreign key \(key.name) of \(key.child) contains \(column)",
                hint: "build its like on \(place) after enforce, and drop it before contract"
            )
        }
        findings += try IndexReader(connection, from).read(column).filter { $0.role == .primaryKey }.map { index in
            Finding("primary-key", .refused, "\(column) is part of the primary key \(index.name) of \(from.name)")
        }
        findings += try TriggerReader(connection, from).columnTriggers(column, column).map { trigger in
            Finding(
                "trigger",
                .blocksContract,
                "trigger \(trigger.name) of \(from.name) lists \(column)",
                hint: "create its like for \(place), and drop it before contract"
            )
        }
        return findings
    }
}
