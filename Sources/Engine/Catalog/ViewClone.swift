import Postgres
import SQL
import Workflow

/// An empty table of the same columns, over which views are written anew.
struct ViewClone {
    let connection: Connection
    let table: QualifiedName
    /// Both names as the server spells them.
    let spelling: String
    let original: String
    /// What the old column is called while views are read.
    ///
    /// It needs quotes, and cannot be part of another name.
    let mark: Identifier

    init(_ reader: ViewReader, _ columns: [ViewReader.Replacement]) throws {
        connection = reader.connection
        let number = String(connection.processID)
        let schema = Identifier(shortening: "crossfade_views", number)
        mark = Identifier(shortening: "~crossfade~" + number)
        table = QualifiedName(schema: schema, name: reader.table.name.name)
        try connection.execute(
            """
            CREATE SCHEMA \(schema.quoted);
            CREATE TABLE \(table.quoted) (LIKE \(reader.table.name.quoted) INCLUDING INDEXES)
            """
        )
        for column in columns where !column.isThere {
            try connection.execute("ALTER TABLE \(table.quoted) ADD COLUMN \(column.new.quoted) \(column.type)")
        }
        let row = try connection.query(
            "SELECT format('%I.%I', $1::text, $3::text) AS clone, format('%I.%I', $2::text, $3::text) AS original",
            [schema, reader.table.name.schema ?? schema, reader.table.name.name]
        ).only()
        spelling = try row.decode("clone")
        original = try row.decode("original")
    }

    /// The view as it would read the new column, or why it cannot.
    func attempt(_ view: ViewReader.Candidate, _ column: ViewReader.Replacement) throws -> Result<
        DependentView, ViewReader.Hindrance
    > {
        if view.isMaterialized { return .failure(.init(message: "a materialized view would have to be filled anew")) }
        if view.readsPartition { return .failure(.init(message: "it reads a partition by its name")) }
        if !view.isOwned { return .failure(.init(message: "it belongs to \(view.recreation.owner)")) }
        try connection.execute("SAVEPOINT view")
        let result: Result<DependentView, ViewReader.Hindrance>
        do {
            result = .success(try rewrite(view, column))
        } catch let hindrance as ViewReader.Hindrance {
            result = .failure(hindrance)
        } catch let error as SyntaxError {
            result = .failure(.init(message: "its definition cannot be read: \(error.message)"))
        } catch PostgresError.server(let refusal) {
            result = .failure(.init(message: "the server refuses it over the new column: \(refusal.message)"))
        }
        try connection.execute("ROLLBACK TO SAVEPOINT view; RELEASE SAVEPOINT view")
        return result
    }

    private func rewrite(_ view: ViewReader.Candidate, _ column: ViewReader.Replacement) throws -> DependentView {
        let (old, new) = (column.old, column.new)
        guard let schema = table.schema else { throw ViewReader.Hindrance(message: "the clone has no schema") }
        let before = QualifiedName(schema: schema, name: Identifier(shortening: "~before"))
        let after = QualifiedName(schema: schema, name: Identifier(shortening: "~after"))
        try create(before, view, try view.definition.replacing(table: original, by: spelling))
        try connection.execute("ALTER TABLE \(table.quoted) RENAME COLUMN \(old.quoted) TO \(mark.quoted)")
        let marked = try definition(before).text.replacing(mark.quoted, with: new.quoted)
        try connection.execute("ALTER TABLE \(table.quoted) RENAME COLUMN \(mark.quoted) TO \(old.quoted)")
        try create(after, view, ServerText(marked))
        guard try readsTheSame(before, after, column) else {
            throw ViewReader.Hindrance(message: "its definition does not name the column where it reads it")
        }
        var result = DependentView(
            name: view.name,
            before: view.definition,
            after: ServerText(try definition(after).text.replacing(spelling, with: original)),
            options: view.options
        )
        if try !hasTheSameColumns(view, after) {
            if let fixture = view.fixture {
                throw ViewReader.Hindrance(
                    message: "its columns change type, and it cannot be created anew: \(fixture)"
                )
            }
            result.recreation = view.recreation
        }
        return result
    }

    private func create(_ name: QualifiedName, _ view: ViewReader.Candidate, _ query: ServerText) throws {
        let options = view.options.map { " WITH (\($0.text))" } ?? ""
        try connection.execute("CREATE VIEW \(name.quoted)\(options) AS \(query.text)")
    }

    private func definition(_ view: QualifiedName) throws -> ServerText {
        try ViewReader.query(
            try connection.query("SELECT pg_get_viewdef(to_regclass($1)) AS text", [view.quoted]).only().decode("text")
        )
    }

    /// Whether one view reads what the other does, with the new column in place of the old.
    private func readsTheSame(
        _ before: QualifiedName,
        _ after: QualifiedName,
        _ column: ViewReader.Replacement
    ) throws -> Bool {
        try connection.query(
            """
            WITH reads AS (
              SELECT r.ev_class, d.refclassid, d.refobjid, d.refobjsubid FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
               WHERE d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n' AND r.ev_class IN (to_regclass($1), to_regclass($2))
                 -- Up to PostgreSQL 15 a rule names its own view as OLD and NEW.
                 AND NOT (d.refclassid = 'pg_class'::regclass AND d.refobjid = r.ev_class)
            ), number AS (
              SELECT (SELECT attnum FROM pg_attribute WHERE attrelid = to_regclass($3) AND attname = $4) AS old,
                     (SELECT attnum FROM pg_attribute WHERE attrelid = to_regclass($3) AND attname = $5) AS new
            ), expected AS (
              SELECT refclassid, refobjid, CASE WHEN refobjid = to_regclass($3) AND refobjsubid = number.old THEN number.new ELSE refobjsubid END
                FROM reads, number WHERE ev_class = to_regclass($1)
            ), present AS (
              SELECT refclassid, refobjid, refobjsubid FROM reads WHERE ev_class = to_regclass($2)
            )
            SELECT NOT EXISTS (SELECT * FROM expected EXCEPT SELECT * FROM present)
               AND NOT EXISTS (SELECT refclassid, refobjid, refobjsubid FROM present
                               -- A cast in the old query may be needed no more, or another one be.
                                WHERE refclassid = 'pg_class'::regclass EXCEPT SELECT * FROM expected) AS same
            """,
            [before.quoted, after.quoted, table.quoted, column.old, column.new]
        ).only().decode("same")
    }

    /// Whether the view could be replaced in place, which keeps whatever hangs on it.
    private func hasTheSameColumns(_ view: ViewReader.Candidate, _ after: QualifiedName) throws -> Bool {
        try connection.query(
            """
            SELECT (SELECT array_agg(row(attname, atttypid, atttypmod, attcollation)::text ORDER BY attnum) FROM pg_attribute
                     WHERE attrelid = $1 AND attnum > 0)
                 = (SELECT array_agg(row(attname, atttypid, atttypmod, attcollation)::text ORDER BY attnum) FROM pg_attribute
                     WHERE attrelid = to_regclass($2) AND attnum > 0) AS same
            """,
            [view.oid, after.quoted]
        ).only().decode("same")
    }
}
