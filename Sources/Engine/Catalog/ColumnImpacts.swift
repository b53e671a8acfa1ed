import Postgres
import SQL
import Workflow

/// Finds what the columns that a change adds would break, in functions and in the statements that the server remembers.
struct ColumnImpacts {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// One table with the columns that it gets.
    struct Addition {
        let shape: NamedShape
        /// Whether contract takes another of its columns away.
        let losesColumn: Bool
    }

    func findings(_ additions: [Addition]) throws -> [Finding] {
        try connection.rolledBack { connection in
            var findings: [Finding] = []
            for addition in additions {
                let look = ImpactLook(connection, addition.shape.table)
                guard let table = try look.table(addition) else { continue }
                findings += try look.functions(table) + look.statements(table)
            }
            return findings
        }
    }
}

/// The look at one table, in a transaction that is taken back.
private struct ImpactLook {
    let connection: Connection
    let name: QualifiedName

    init(_ connection: Connection, _ name: QualifiedName) {
        self.connection = connection
        self.name = name
    }

    /// The table as it was before it got the columns.
    struct Table {
        let grown: GrownTable
        let oid: UInt32
        /// The columns that it has today, quoted.
        let columns: [String]
    }

    /// Nil where the table is not there.
    func table(_ addition: ColumnImpacts.Addition) throws -> Table? {
        let news = addition.shape.columns
        let row = try connection.queryKept(
            """
            SELECT to_regclass($1)::oid AS oid, ARRAY(SELECT quote_ident(attname) FROM pg_attribute
                     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($2::text[])
                     ORDER BY attnum) AS columns
            """,
            [name.quoted, news]
        ).only()
        guard let oid: UInt32 = try row.decodeIfPresent("oid") else { return nil }
        let neighbours = try connection.queryKept(Self.neighbours, [oid, news]).map { row in
            GrownTable.Neighbour(
                name: QualifiedName(schema: try row.decode("schema"), name: try row.decode("name")),
                columns: try row.decode("columns", as: [String].self).map { try Identifier($0) }
            )
        }
        let grown = GrownTable(name: name, columns: news, losesColumn: addition.losesColumn, neighbours: neighbours)
        return Table(grown: grown, oid: oid, columns: try row.decode("columns"))
    }

    /// Relations of the table's own name, and of the names of those that have one of the columns already.
    private static let neighbours = """
        WITH holding AS (
          SELECT a.attrelid AS oid, array_agg(a.attname::text) AS columns FROM pg_attribute a
           WHERE a.attname = ANY ($2::text[]) AND a.attnum > 0 AND NOT a.attisdropped AND a.attrelid <> $1 GROUP BY 1
        )
        SELECT n.nspname AS schema, c.relname AS name, coalesce(h.columns, '{}') AS columns
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN holding h ON h.oid = c.oid
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid <> $1
           AND c.oid NOT IN (SELECT relid FROM pg_partition_tree($1))
           AND (c.relname IN (SELECT relname FROM pg_class JOIN holding USING (oid)) OR c.relname = (SELECT relname FROM pg_class WHERE oid = $1))
        """

    // MARK: - Functions

    func functions(_ table: Table) throws -> [Finding] {
        let rows = try connection.queryKept(Self.candidates, [table.oid])
        var paths: [String?: SearchPath] = [:]
        return try rows.flatMap { row -> [Finding] in
            let setting: String? = try row.decodeIfPresent("path")
            let path = try paths[setting] ?? searchPath(setting)
            paths[setting] = path
            let shown: String = try row.decode("shown")
            let body = try row.decode("body", as: String.self)
            guard let function = try function(row, body) else {
                let language: String = try row.decode("language")
                return unread(table, body, "the body of \(shown), which is in \(language) and not parsed,")
            }
            guard let impacts = ImpactReader(table.grown, path: path).impacts(on: function) else {
                return unread(table, body, "the body of \(shown), which could not be parsed,")
            }
            return impacts.map { finding($0, table, "\(shown), line \($0.line)") }
        }
    }

    private static let candidates = """
        WITH tree AS (SELECT $1::oid AS oid UNION SELECT relid::oid FROM pg_partition_tree($1::oid))
        SELECT p.oid::regprocedure::text AS shown, p.proname AS name, l.lanname AS language, p.prosrc AS body,
               coalesce(p.proargnames, '{}') AS names, coalesce(p.proargmodes::text[], '{}') AS modes,
               ARRAY(SELECT (coalesce(y.typrelid, 0) = $1)::text FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY a(type, place)
                       LEFT JOIN pg_type y ON y.oid = a.type ORDER BY a.place) AS rows,
               CASE WHEN r.typrelid = $1 THEN 'rows' WHEN r.typname IN ('void', 'trigger', 'event_trigger') THEN 'none' ELSE 'others' END AS result,
               EXISTS (SELECT FROM pg_trigger g WHERE g.tgfoid = p.oid AND g.tgrelid IN (SELECT oid FROM tree) AND NOT g.tgisinternal) AS is_triggered,
               ARRAY(SELECT DISTINCT x.name::text FROM pg_trigger g CROSS JOIN LATERAL (VALUES (g.tgoldtable), (g.tgnewtable)) x(name)
                      WHERE g.tgfoid = p.oid AND g.tgrelid IN (SELECT oid FROM tree) AND x.name IS NOT NULL) AS transitions,
               (SELECT substr(c, 13) FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%') AS path,
               coalesce((SELECT split_part(c, '=', 2) FROM unnest(p.proconfig) c WHERE c LIKE 'plpgsql.variable_conflict=%'),
                        current_setting('plpgsql.variable_conflict', true), 'error') AS conflict,
               coalesce((SELECT split_part(c, '=', 2) FROM unnest(p.proconfig) c WHERE c LIKE 'plpgsql.extra_errors=%'),
                        current_setting('plpgsql.extra_errors', true), '') ~ 'all|strict_multi_assignment' AS strict
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
          JOIN pg_type r ON r.oid = p.prorettype, pg_class t
         WHERE t.oid = $1 AND p.oid >= 16384 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade')
           AND l.lanname NOT IN ('c', 'internal') AND p.prosqlbody IS NULL AND NOT \(NamePattern.isOfExtension)
           AND (position(lower(t.relname) in lower(p.prosrc)) > 0
             OR EXISTS (SELECT FROM pg_trigger g WHERE g.tgfoid = p.oid AND g.tgrelid IN (SELECT oid FROM tree) AND NOT g.tgisinternal)
             OR t.reltype = ANY (coalesce(p.proallargtypes, p.proargtypes::oid[])))
         ORDER BY shown
        """

    /// Nil for a language that cannot be read.
    private func function(_ row: Row, _ body: String) throws -> ImpactReader.Function? {
        let language: ImpactReader.Function.Language
        switch try row.decode("language", as: String.self) {
        case "sql": language = .sql
        case "plpgsql": language = .plpgsql
        default: return nil
        }
        let names: [String] = try row.decode("names")
        let modes: [String] = try row.decode("modes")
        let areRows: [String] = try row.decode("rows")
        var variables: [BodyVariable] = []
        var rows: Set<String> = try row.decode("is_triggered") ? ["new", "old"] : []
        for (place, name) in names.enumerated() where !name.isEmpty {
            // Results have names in PL/pgSQL only.
            let isInput = modes.isEmpty || ["i", "b", "v"].contains(modes[place])
            guard language == .plpgsql || isInput else { continue }
            variables.append(BodyVariable(name: name, type: []))
            if place < areRows.count, areRows[place] == "true" { rows.insert(name) }
        }
        return ImpactReader.Function(
            language: language,
            name: try row.decode("name"),
            body: body,
            variables: variables,
            result: try result(row.decode("result")),
            rows: rows,
            transitions: Set(try row.decode("transitions", as: [String].self)),
            conflict: try row.decode("conflict"),
            isStrict: try row.decode("strict")
        )
    }

    private func result(_ word: String) -> ImpactReader.Function.Result {
        switch word {
        case "rows": .rows
        case "none": .none
        default: .others
        }
    }

    /// The schemas in which a function finds names, by its own setting or by the role's default.
    private func searchPath(_ setting: String?) throws -> SearchPath {
        if let setting {
            _ = try connection.query("SELECT set_config('search_path', $1, true)", [setting])
        } else {
            try connection.execute("SET LOCAL search_path = DEFAULT")
        }
        let current = "SELECT pg_catalog.current_schemas(false)::pg_catalog.text[] AS schemas"
        let schemas: [String] = try connection.query(current).only().decode("schemas")
        try connection.execute("SET LOCAL search_path = pg_catalog")
        return SearchPath(schemas: schemas, isFixed: setting != nil)
    }

    // MARK: - Statements

    func statements(_ table: Table) throws -> [Finding] {
        let reader = ImpactReader(table.grown, path: try searchPath(nil))
        var seen: Set<ColumnImpact> = []
        return try StatementHistory(connection).texts(naming: name.name).flatMap { text in
            (reader.impacts(on: text) ?? []).filter { seen.insert($0).inserted }
        }.map { finding($0, table, "a statement of the application") }
    }

    // MARK: - Words

    private func unread(_ table: Table, _ body: String, _ subject: String) -> [Finding] {
        let reader = ImpactReader(table.grown, path: SearchPath(schemas: [], isFixed: false))
        guard reader.hasWords(in: body) else { return [] }
        let columns = table.grown.columns.map(\.name).joined(separator: ", ")
        let message = "\(subject) has the word \(name.name), and \(columns), NATURAL or *"
        return [Finding("unread-body", .acknowledge, message, hint: ImpactWords.unreadHint)]
    }

    private func finding(_ impact: ColumnImpact, _ table: Table, _ place: String) -> Finding {
        ImpactWords(table: name, columns: table.columns).finding(impact, at: place)
    }
}
