import Postgres
import SQL
import Workflow

/// Tries types and expressions of a plan on empty tables, in a transaction that is taken back.
struct ExpressionProbe {
    /// What the server said against it.
    struct Refused: Error {
        let message: String
        /// The server's code; nil where it is not the server that refuses it.
        var state: SQLState?
        /// What to write instead, where the catalog says so.
        var hint: String?
    }

    /// A column that an expression may name.
    struct Source {
        let name: Identifier
        let type: ServerText
        /// What an INSERT that leaves it out puts into it; nil: NULL, or a value made for each row.
        var constantDefault: ServerText?
    }

    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What a column of the type would be like; names are found as the role's own sessions find them.
    func column(of type: TypeName, collation: QualifiedName? = nil) throws(Refused) -> ColumnFacts {
        do {
            let name = QualifiedName(
                schema: Identifier(shortening: "pg_temp"),
                name: Identifier(shortening: "crossfade_type")
            )
            let definition = type.text + (collation.map { " COLLATE \($0.quoted)" } ?? "")
            try attempt(path: "DEFAULT", "CREATE TEMPORARY TABLE \(name.name.quoted) (value \(definition))")
            let oid: UInt32 = try connection.queryKept("SELECT to_regclass($1)::oid AS oid", [name.quoted]).only()
                .decode(
                    "oid"
                )
            let relation = Relation(oid: oid, name: name, kind: .table)
            let column = try ColumnReader(connection, relation).read(Identifier(shortening: "value"))
            try connection.execute("DROP TABLE \(name.quoted)")
            return column
        } catch var error as Refused {
            let suggestion = NameSuggestion(connection: connection, path: "DEFAULT", isWhole: true)
            error.hint = try? suggestion.hint(for: MentionedNames(in: type))
            throw error
        } catch {
            throw Refused(message: "\(error)")
        }
    }

    /// Whether values of a type are compared by a collation.
    func isCollatable(_ type: ServerText) throws -> Bool {
        try connection.queryKept(
            "SELECT EXISTS (SELECT FROM pg_type WHERE oid = to_regtype($1) AND typcollation <> 0) AS found",
            [type.text]
        ).only().decode("found")
    }

    /// Whether two of PostgreSQL's own types are of one category, such as numbers: what is written for values of the one means
    /// the same of the other.
    func areAlike(_ first: ServerText, _ second: ServerText) throws -> Bool {
        try connection.queryKept(
            """
            SELECT count(*) > 0 AND count(DISTINCT typcategory) = 1 AND bool_and(oid < 16384) AS alike
              FROM pg_type WHERE oid IN (to_regtype($1), to_regtype($2))
            """,
            [first.text, second.text]
        ).only().decode("alike")
    }

    /// Whether the server understands two expressions of one type, over one column, to be the same.
    func isSame(_ first: Expression, as second: Expression, of column: Source, giving type: ServerText) throws -> Bool {
        try connection.execute("SAVEPOINT same")
        let answer = Result {
            let trees = try [first, second].map { try tree(of: $0, column, type) }
            return trees[0] == trees[1]
        }
        try connection.execute("ROLLBACK TO SAVEPOINT same; RELEASE SAVEPOINT same")
        do {
            return try answer.get()
        } catch is Refused {
            return false
        }
    }

    /// The parsed form of an expression, without the places of its parts in the text.
    private func tree(of expression: Expression, _ column: Source, _ type: ServerText) throws -> String {
        let function = "pg_temp.crossfade_tree(\(column.name.quoted) \(column.type.text))"
        let path = "pg_catalog, \((table.name.schema ?? table.name.name).quoted)"
        try attempt(
            path: path,
            "CREATE OR REPLACE FUNCTION \(function) RETURNS \(type.text) LANGUAGE sql RETURN (\(expression.text))"
        )
        return try connection.queryKept(
            """
            SELECT regexp_replace(prosqlbody::text, ':(\\w*location|stmt_len) -?\\d+', '', 'g') AS tree
              FROM pg_proc WHERE pronamespace = pg_my_temp_schema() AND proname = 'crossfade_tree'
            """
        ).only().decode("tree")
    }

    /// Runs a statement under a search_path; when the server refuses it, what it said is thrown and the transaction goes on.
    private func attempt(path: String, _ sql: String) throws {
        try connection.execute("SAVEPOINT attempt; SET LOCAL search_path = \(path)")
        do throws(PostgresError) {
            try connection.execute(sql)
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT attempt")
            throw Refused(message: refusal.message, state: refusal.state)
        }
        try connection.execute("SET LOCAL search_path = pg_catalog; RELEASE SAVEPOINT attempt")
    }
}

// MARK: - Expressions

extension ExpressionProbe {
    /// What is known of an expression's answers beforehand.
    enum Stability {
        /// They are always the same, though PostgreSQL cannot know it.
        case settled
        /// They are those of a function with pinned settings.
        case pinned
    }

    private static let rows = "pg_temp.crossfade_expression"

    /// What the server knows of an expression over these columns, and what is wrong with it: unknown names, types, or another
    /// answer another time.
    ///
    /// The facts are nil where the server refuses the expression.
    func read(
        _ expression: Expression,
        of columns: [Source],
        named key: String,
        as stability: Stability = .pinned
    ) throws -> (facts: ExpressionFacts?, findings: [Finding]) {
        try connection.execute("SAVEPOINT expression")
        let answer = Result { try look(at: expression, columns, key, stability) }
        try connection.execute("ROLLBACK TO SAVEPOINT expression; RELEASE SAVEPOINT expression")
        return try answer.get()
    }

    private func look(at expression: Expression, _ columns: [Source], _ key: String, _ stability: Stability) throws
        -> (facts: ExpressionFacts?, findings: [Finding])
    {
        let path = "pg_catalog, \((table.name.schema ?? table.name.name).quoted)"
        let list = columns.map { "\($0.name.quoted) \($0.type.text)" }.joined(separator: ", ")
        do {
            try attempt(path: path, "CREATE TEMPORARY TABLE crossfade_expression (\(list))")
            try attempt(path: path, "SELECT (\(expression.text)) FROM \(Self.rows)")
            let facts = try facts(of: expression, columns, path)
            let finding = stability == .settled ? nil : try volatility(of: expression, path)
            return (facts, finding.map { [$0] } ?? [])
        } catch let error as Refused {
            let message = "\(key): \(expression.text): \(error.message)"
            let hint = try hint(for: expression, error, columns, path) ?? "correct it in the plan"
            return (nil, [Finding("expression", .refused, message, hint: hint)])
        }
    }

    private func volatility(of expression: Expression, _ path: String) throws -> Finding? {
        do {
            // An index takes immutable expressions only: in another time zone or locale another one means another value. IS NULL,
            // since not every type can be indexed.
            try attempt(path: path, "CREATE INDEX ON \(Self.rows) ((((\(expression.text)) IS NULL)))")
            return nil
        } catch let error as Refused {
            let unpinned = try unpinned()
            if unpinned?.isEmpty == true { return nil }
            let named = "name time zone, format or locale in it, so that it is IMMUTABLE"
            let called = unpinned.map { $0.joined(separator: ", ") } ?? ""
            return Finding(
                "expression",
                .refused,
                "\(expression.text) is not the same at every time and place: \(error.message)",
                hint: called.isEmpty
                    ? named
                    : "\(named), or call a function of your own that is declared IMMUTABLE in place of \(called)"
            )
        }
    }

    /// What the function that `facts(of:)` made calls, where it is more than a matter of pinned settings; nil: what the server
    /// evaluates without a call.
    ///
    /// `to_date` and the like are STABLE for the sake of lc_time and TimeZone. What a type reads from text may be more: 'today'
    /// is another date tomorrow.
    private func unpinned() throws -> [String]? {
        let row = try connection.queryKept(
            """
            WITH made AS (
              SELECT prosqlbody::text AS tree FROM pg_proc WHERE pronamespace = pg_my_temp_schema() AND proname = 'crossfade_value'
            ), called AS (
              SELECT (regexp_matches(tree, ':(?:funcid|opfuncid) (\\d+)', 'g'))[1]::oid AS id FROM made
              UNION SELECT o.oprcode::oid FROM (SELECT (regexp_matches(tree, ':opno (\\d+)', 'g'))[1]::oid AS id FROM made) used
                JOIN pg_operator o ON o.oid = used.id
            )
            SELECT bool_and(tree !~ 'SQLVALUEFUNCTION|NEXTVALUEEXPR|COERCEVIAIO') AS calls_alone,
                   ARRAY(SELECT DISTINCT p.proname::text FROM called JOIN pg_proc p ON p.oid = called.id
                          WHERE p.provolatile <> 'i' AND NOT (p.pronamespace = 'pg_catalog'::regnamespace AND p.proname IN (
                            'to_date', 'to_timestamp', 'to_number', 'to_char', 'extract', 'date_part', 'numeric', 'money')) ORDER BY 1) AS called
              FROM made
            """
        ).only()
        let called = try row.decode("called", as: [String].self)
        return try row.decode("calls_alone") || !called.isEmpty ? called : nil
    }

    private func facts(of expression: Expression, _ columns: [Source], _ path: String) throws -> ExpressionFacts {
        let value = "(\(expression.text)) AS value FROM \(Self.rows)"
        try attempt(path: path, "CREATE TEMPORARY TABLE crossfade_value AS SELECT \(value)")
        let type: String = try connection.query(
            """
            SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute
             WHERE attrelid = 'pg_temp.crossfade_value'::regclass AND attname = 'value'
            """
        ).only().decode("type")
        let arguments = columns.map { "\($0.name.quoted) \($0.type.text)" }.joined(separator: ", ")
        let function = "CREATE FUNCTION pg_temp.crossfade_value(\(arguments)) RETURNS \(type) LANGUAGE sql STABLE"
        try attempt(path: path, "\(function) RETURN (\(expression.text))")
        let nulls = columns.map { "(NULL::\($0.type.text))" }.joined(separator: ", ")
        let omitted = columns.map { "(\($0.constantDefault?.text ?? "NULL")::\($0.type.text))" }.joined(separator: ", ")
        var facts = ExpressionFacts(
            type: ServerText(type),
            mapsNull: try hasValue("pg_temp.crossfade_value(\(nulls))", path),
            mapsOmitted: try hasValue("pg_temp.crossfade_value(\(omitted))", path),
            readsSettings: try readsSettings(
                try connection.queryKept(
                    "SELECT prosqlbody::text AS tree FROM pg_proc WHERE pronamespace = pg_my_temp_schema() AND proname = 'crossfade_value'"
                ).only().decode("tree")
            )
        )
        facts.resolved = try resolved(columns)
        facts.callsApplication = try callsApplication()
        return facts
    }

    /// Whether an expression has a value; one that fails has none.
    private func hasValue(_ text: String, _ path: String) throws -> Bool {
        do {
            try attempt(path: path, "CREATE TEMPORARY TABLE crossfade_answer AS SELECT (\(text)) IS NOT NULL AS answer")
        } catch is Refused {
            return false
        }
        let answer: Bool = try connection.query("SELECT answer FROM pg_temp.crossfade_answer").only().decode("answer")
        try connection.execute("DROP TABLE pg_temp.crossfade_answer")
        return answer
    }
}
