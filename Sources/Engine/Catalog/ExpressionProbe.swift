import Postgres
import SQL
import Workflow

/// Tries types and expressions of a plan on empty tables, in a transaction that is taken back.
struct ExpressionProbe {
    /// What the server said against it.
    struct Refused: Error {
        let message: String
    }

    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// What a column of the type would be like; names are found as the role's own sessions find them.
    func column(of type: TypeName) throws(Refused) -> ColumnFacts {
        do {
            let name = QualifiedName(
                schema: Identifier(shortening: "pg_temp"),
                name: Identifier(shortening: "crossfade_type")
            )
            try attempt(path: "DEFAULT", "CREATE TEMPORARY TABLE \(name.name.quoted) (value \(type.text))")
            let oid: UInt32 = try connection.query("SELECT to_regclass($1)::oid AS oid", [name.quoted]).only().decode(
                "oid"
            )
            let relation = Relation(oid: oid, name: name, kind: .table)
            let column = try ColumnReader(connection, relation).read(Identifier(shortening: "value"))
            try connection.execute("DROP TABLE \(name.quoted)")
            return column
        } catch let error as Refused {
            throw error
        } catch {
            throw Refused(message: "\(error)")
        }
    }

    /// Whether a cast gives a value for every value: one that PostgreSQL itself makes without being asked, or into text.
    func neverFails(from: ServerText, to: ServerText) throws -> Bool {
        if ["text", "character varying"].contains(to.text) { return true }
        guard !to.text.contains("(") else { return false }
        return try connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_cast WHERE castsource = to_regtype($1) AND casttarget = to_regtype($2) AND castcontext = 'i')
                AS implicit
            """,
            [from.text, to.text]
        ).only().decode("implicit")
    }

    /// Whether the type is an enum.
    func isEnum(_ type: ServerText) throws -> Bool {
        try connection.query(
            "SELECT EXISTS (SELECT FROM pg_type WHERE oid = to_regtype($1) AND typtype = 'e') AS found",
            [type.text]
        )
        .only().decode("found")
    }

    /// What is wrong with an expression over columns of the given types: unknown names, types, or another answer another time.
    ///
    /// `mayBeStable` is for what is known to give the same answer always, though PostgreSQL cannot know.
    func findings(
        on expression: Expression,
        of columns: [(Identifier, ServerText)],
        named key: String,
        mayBeStable: Bool = false
    ) throws -> [Finding] {
        let name = Identifier(shortening: "crossfade_expression")
        let list = columns.map { "\($0.0.quoted) \($0.1.text)" }.joined(separator: ", ")
        let path = "pg_catalog, \((table.name.schema ?? name).quoted)"
        do {
            try attempt(path: path, "CREATE TEMPORARY TABLE \(name.quoted) (\(list))")
            try attempt(path: path, "SELECT (\(expression.text)) FROM pg_temp.\(name.quoted)")
            defer { _ = try? connection.execute("DROP TABLE IF EXISTS pg_temp.\(name.quoted)") }
            if mayBeStable { return [] }
            return try volatility(of: expression, name, path).map { [$0] } ?? []
        } catch let error as Refused {
            return [
                Finding(
                    "expression",
                    .refused,
                    "\(key): \(expression.text): \(error.message)",
                    hint: "mend it in the plan"
                )
            ]
        }
    }

    private func volatility(of expression: Expression, _ name: Identifier, _ path: String) throws -> Finding? {
        do {
            // An index takes immutable expressions only: in another time zone or locale another one means another value. IS NULL,
            // since not every type can be indexed.
            try attempt(path: path, "CREATE INDEX ON pg_temp.\(name.quoted) ((((\(expression.text)) IS NULL)))")
            return nil
        } catch let error as Refused {
            return Finding(
                "expression",
                .refused,
                "\(expression.text) is not the same at every time and place: \(error.message)",
                hint: "name time zone, format or locale in it, so that it is IMMUTABLE"
            )
        }
    }

    /// Runs a statement under a search_path; when the server refuses it, what it said is thrown and the transaction goes on.
    private func attempt(path: String, _ sql: String) throws {
        try connection.execute("SAVEPOINT attempt; SET LOCAL search_path = \(path)")
        do throws(PostgresError) {
            try connection.execute(sql)
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT attempt")
            throw Refused(message: refusal.message)
        }
        try connection.execute("SET LOCAL search_path = pg_catalog; RELEASE SAVEPOINT attempt")
    }
}
