import Postgres
import SQL
import Workflow

/// An empty table of the same columns, over which views are written anew.
struct ViewClone {
    let connection: Connection
    let table: QualifiedName
    /// What the old column is called while views are read.
    ///
    /// It needs quotes, and cannot be part of another name.
    let mark: Identifier
    /// The views' schemas, each with the one in which its views are written anew: none can meet a name of the table's.
    private let schemas: [Identifier: Identifier]
    /// The clone's schemas as the server spells them before a name, each with the one that it stands for.
    private let prefixes: [(clone: String, original: String)]

    init(_ reader: ViewReader, _ columns: [ViewReader.Replacement], views: [ViewCandidate]) throws {
        connection = reader.connection
        let number = String(connection.processID)
        let schema = Identifier(shortening: "crossfade_views", number)
        mark = Identifier(shortening: "~crossfade~" + number)
        table = QualifiedName(schema: schema, name: reader.table.name.name)
        let originals = Set(views.compactMap(\.name.schema)).sorted { $0.name < $1.name }
        let clones = originals.indices.map { Identifier(shortening: "crossfade_views", number, "\($0)") }
        schemas = Dictionary(uniqueKeysWithValues: zip(originals, clones))
        for schema in [schema] + clones { try connection.execute("CREATE SCHEMA \(schema.quoted)") }
        try connection.execute(
            "CREATE TABLE \(table.quoted) (LIKE \(reader.table.name.quoted) INCLUDING INDEXES)"
        )
        for column in columns where !column.isThere {
            try connection.execute("ALTER TABLE \(table.quoted) ADD COLUMN \(column.new.quoted) \(column.type)")
        }
        prefixes = try connection.query(
            """
            SELECT quote_ident(clone) || '.' AS clone, quote_ident(original) || '.' AS original
              FROM unnest($1::text[], $2::text[]) AS given (clone, original)
            """,
            [
                ([schema] + clones).map(\.name),
                ([reader.table.name.schema ?? schema] + originals).map(\.name),
            ]
        ).map { (try $0.decode("clone"), try $0.decode("original")) }
        spelling = try connection.query("SELECT quote_ident($1) AS name", [table.name]).only().decode("name")
    }

    /// The table's name as the server spells it.
    private let spelling: String

    /// The name that a view has over the clone.
    func name(of view: ViewCandidate) -> QualifiedName {
        QualifiedName(schema: view.name.schema.flatMap { schemas[$0] } ?? table.schema, name: view.name.name)
    }

    /// The view's query over the clone and over the views that are there for those it reads.
    func query(of view: ViewCandidate, over below: [ViewCandidate]) throws -> ServerText {
        guard let own = prefixes.first else { return view.definition }
        var query = try view.definition.replacing(table: own.original + spelling, by: own.clone + spelling)
        for other in below {
            let row = try connection.queryKept(
                "SELECT format('%I.%I', $1::text, $3::text) AS original, format('%I.%I', $2::text, $3::text) AS clone",
                [other.name.schema ?? other.name.name, name(of: other).schema ?? other.name.name, other.name.name]
            ).only()
            query = try query.replacing(table: try row.decode("original"), by: try row.decode("clone"))
        }
        return query
    }

    /// A text of the server's over the clone, as it is over the table itself.
    func original(_ text: ServerText) -> ServerText {
        ServerText(prefixes.reduce(text.text) { $0.replacing($1.clone, with: $1.original) })
    }

    func rename(_ column: Identifier, to other: Identifier) throws(PostgresError) {
        try connection.execute("ALTER TABLE \(table.quoted) RENAME COLUMN \(column.quoted) TO \(other.quoted)")
    }

    func create(_ view: ViewCandidate, _ query: ServerText) throws {
        let options = view.options.map { " WITH (\($0.text))" } ?? ""
        try connection.execute("CREATE VIEW \(name(of: view).quoted)\(options) AS \(query.text)")
    }

    func definition(of view: ViewCandidate) throws -> ServerText {
        ViewCandidate.query(
            try connection.queryKept("SELECT pg_get_viewdef(to_regclass($1)) AS text", [name(of: view).quoted]).only()
                .decode("text")
        )
    }

    /// Whether the view could be replaced in place, which keeps whatever hangs on it.
    func hasTheSameColumns(_ view: ViewCandidate) throws -> Bool {
        try connection.queryKept(
            """
            SELECT (SELECT array_agg(row(attname, atttypid, atttypmod, attcollation)::text ORDER BY attnum) FROM pg_attribute
                     WHERE attrelid = $1 AND attnum > 0)
                 = (SELECT array_agg(row(attname, atttypid, atttypmod, attcollation)::text ORDER BY attnum) FROM pg_attribute
                     WHERE attrelid = to_regclass($2) AND attnum > 0) AS same
            """,
            [view.oid, name(of: view).quoted]
        ).only().decode("same")
    }

    /// What a view depends on: relations by name and column, other objects by number.
    struct Reads {
        let relations: Set<String>
        let others: Set<String>

        /// Whether a view that reads `later` reads what this one does; a cast may be needed no more, or another one be.
        func isKept(in later: Reads) -> Bool { relations == later.relations && others.isSubset(of: later.others) }
    }

    /// What a view over the clone reads, with the new column in place of the old one where it is asked for.
    func reads(_ view: ViewCandidate, replacing column: ViewReader.Replacement? = nil) throws -> Reads {
        let rows = try connection.queryKept(
            """
            SELECT d.refclassid = 'pg_class'::regclass AS is_relation,
                   CASE d.refclassid WHEN 'pg_class'::regclass THEN d.refobjid::regclass::text WHEN 'pg_type'::regclass THEN d.refobjid::regtype::text
                        ELSE d.refclassid::regclass || ' ' || d.refobjid END
                   || coalesce('.' || CASE WHEN d.refobjid = to_regclass($2) AND a.attname = $3 THEN $4 ELSE a.attname END, '') AS object
              FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
              LEFT JOIN pg_attribute a ON d.refclassid = 'pg_class'::regclass AND a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                      AND d.refobjsubid > 0
             WHERE d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n' AND r.ev_class = to_regclass($1)
               -- Up to PostgreSQL 15 a rule names its own view as OLD and NEW.
               AND NOT (d.refclassid = 'pg_class'::regclass AND d.refobjid = r.ev_class)
            """,
            [name(of: view).quoted, table.quoted, column?.old ?? mark, column?.new ?? mark]
        ).map {
            (isRelation: try $0.decode("is_relation", as: Bool.self), object: try $0.decode("object", as: String.self))
        }
        return Reads(
            relations: Set(rows.filter(\.isRelation).map(\.object)),
            others: Set(rows.filter { !$0.isRelation }.map(\.object))
        )
    }
}
