import Postgres
import SQL
import Workflow

/// Lets the server itself rewrite definitions for another column name.
///
/// In an empty clone of the table, which the transaction takes back, the column is renamed and the definitions are read
/// again: right for a column `name` beside a literal 'name', a function name() and a column username, where any rewriting
/// of text is not. Only the original is locked, ACCESS SHARE.
struct DefinitionProbe {
    let connection: Connection
    let table: Relation

    init(_ connection: Connection, _ table: Relation) {
        self.connection = connection
        self.table = table
    }

    /// With `retyping` the definitions for the new name are those the server makes for the new type.
    func rewrite(_ facts: inout TableFacts, to new: Identifier, retyping: TypeMapping? = nil) throws {
        guard !facts.indexes.isEmpty || !facts.checks.isEmpty else { return }
        let clone = try makeClone(of: facts, without: new)
        for index in facts.indexes {
            let unique = index.isUnique ? "UNIQUE " : ""
            try connection.execute(
                "CREATE \(unique)INDEX \(index.name.quoted) ON \(clone.quoted) \(index.definition.old.text)"
            )
        }
        for index in facts.indexes where index.role == .uniqueConstraint || index.isDeferrable {
            try addConstraint(index, to: clone)
        }
        let keys = try UniqueKeyReader(connection, clone).read()
        for position in facts.indexes.indices { facts.indexes[position].key = keys[facts.indexes[position].name.name] }
        let retired = retiredName(of: facts.column.name)
        guard let retyping else {
            try read(clone, renaming: facts.column.name, to: new, into: &facts) { $0.new = $1 }
            try read(clone, renaming: new, to: retired, into: &facts) { $0.retired = $1 }
            return try readRetiredKeys(clone, &facts)
        }
        try read(clone, renaming: facts.column.name, to: retired, into: &facts) { $0.retired = $1 }
        try readRetiredKeys(clone, &facts)
        try retype(clone, retired, retyping, &facts)
        try read(clone, renaming: retired, to: new, into: &facts) { $0.new = $1 }
        facts.newKeys = try UniqueKeyReader(connection, clone).readAll().map { name, key in
            NewKey(index: try Identifier(name), key: key)
        }.sorted { $0.index.name < $1.index.name }
    }

    private func readRetiredKeys(_ clone: QualifiedName, _ facts: inout TableFacts) throws {
        let keys = try UniqueKeyReader(connection, clone).read()
        for position in facts.indexes.indices {
            guard var key = facts.indexes[position].key, let other = keys[facts.indexes[position].name.name] else {
                continue
            }
            for (place, element) in zip(key.elements.indices, other.elements) {
                key.elements[place].expression.retired = element.expression.old
            }
            key.predicate?.retired = other.predicate?.old ?? ServerText("true")
            facts.indexes[position].key = key
        }
    }

    /// What the server refuses for the new type in the clone cannot be carried over.
    private func retype(
        _ clone: QualifiedName,
        _ column: Identifier,
        _ mapping: TypeMapping,
        _ facts: inout TableFacts
    ) throws {
        try connection.execute("SAVEPOINT retype")
        var findings: [Finding] = []
        var mapped: [MappedDefinition] = []
        if mapping.changesMeaning == true {
            let reader = MappedDefinition.Reader(clone: clone, column: column, mapping: mapping, facts: facts)
            (mapped, findings) = try reader.definitions()
        }
        for definition in mapped { try connection.execute(definition.drop) }
        // The clone is empty: how the values come about does not matter to the definitions.
        let type = mapping.type.text + (mapping.collation.map { " COLLATE \($0.quoted)" } ?? "")
        let statement =
            "ALTER TABLE \(clone.quoted) ALTER COLUMN \(column.quoted) TYPE \(type) USING NULL::\(mapping.type.text)"
        if let problem = try refusal(of: statement) {
            findings.append(
                Finding(
                    "cannot-carry",
                    .refused,
                    "an index or check of \(facts.name) cannot be made for \(mapping.type.text): \(problem)",
                    hint: MappedDefinition.remedy
                )
            )
        } else {
            for definition in mapped {
                if let problem = try refusal(of: definition.add) { findings.append(definition.refused(problem)) }
            }
        }
        if findings.isEmpty {
            for definition in mapped { facts[keyPath: definition.place] = true }
        } else {
            try connection.execute("ROLLBACK TO SAVEPOINT retype")
        }
        facts.obstacles += findings
    }

    /// What the server says against a statement, which is then as if it had not been run.
    private func refusal(of statement: String) throws -> String? {
        let path = "pg_catalog, \((table.name.schema ?? table.name.name).quoted)"
        try connection.execute("SAVEPOINT refusal; SET LOCAL search_path = \(path)")
        do throws(PostgresError) {
            try connection.execute(statement)
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT refusal; RELEASE SAVEPOINT refusal")
            return refusal.message
        }
        try connection.execute("SET LOCAL search_path = pg_catalog; RELEASE SAVEPOINT refusal")
        return nil
    }

    private func makeClone(of facts: TableFacts, without new: Identifier) throws -> QualifiedName {
        let schema = Identifier(shortening: "crossfade_probe", String(connection.processID))
        let clone = QualifiedName(schema: schema, name: table.name.name)
        try connection.execute(
            """
            CREATE SCHEMA \(schema.quoted);
            CREATE TABLE \(clone.quoted) (LIKE \(table.name.quoted) INCLUDING CONSTRAINTS INCLUDING GENERATED)
            """
        )
        // From expand on the table has the new column already.
        if facts.columns.contains(new) {
            try connection.execute("ALTER TABLE \(clone.quoted) DROP COLUMN \(new.quoted) CASCADE")
        }
        return clone
    }

    /// A deferrable constraint cannot be made of an index that is there: it gets one of its own.
    private func addConstraint(_ index: IndexFacts, to clone: QualifiedName) throws {
        guard let constraint = index.constraint, let schema = clone.schema else { return }
        try connection.execute(
            """
            DROP INDEX \(schema.quoted).\(index.name.quoted);
            ALTER TABLE \(clone.quoted) ADD CONSTRAINT \(index.name.quoted) \(constraint.old.text)
            """
        )
    }

    private func read(
        _ clone: QualifiedName,
        renaming from: Identifier,
        to: Identifier,
        into facts: inout TableFacts,
        _ keep: (inout Rewritten, ServerText) -> Void
    ) throws {
        try connection.execute("ALTER TABLE \(clone.quoted) RENAME COLUMN \(from.quoted) TO \(to.quoted)")
        let indexes = try indexDefinitions(clone)
        let constraints = try constraintDefinitions(clone)
        for position in facts.indexes.indices {
            let name = facts.indexes[position].name.name
            guard let text = indexes[name] else { throw PostgresError.decoding("the clone has no index \(name)") }
            keep(&facts.indexes[position].definition, text)
            guard var constraint = facts.indexes[position].constraint, let text = constraints[name] else { continue }
            keep(&constraint, text.definition)
            facts.indexes[position].constraint = constraint
        }
        for position in facts.checks.indices {
            let name = facts.checks[position].name.name
            guard let text = constraints[name] else { throw PostgresError.decoding("the clone has no check \(name)") }
            keep(&facts.checks[position].definition, text.definition)
            guard var expression = facts.checks[position].expression else { continue }
            keep(&expression, text.expression)
            facts.checks[position].expression = expression
        }
    }

    private func indexDefinitions(_ clone: QualifiedName) throws -> [String: ServerText] {
        let rows = try connection.query(
            """
            SELECT c.relname AS name, quote_ident(c.relname) AS quoted, \(IndexReader.relation) AS relation,
                   i.indisunique AS is_unique, pg_get_indexdef(i.indexrelid) AS definition
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
              JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = r.relnamespace
             WHERE i.indrelid = to_regclass($1)
            """,
            [clone.quoted]
        )
        return Dictionary(try rows.map { (try $0.decode("name"), try IndexReader.tail($0)) }) { first, _ in first }
    }

    /// The definition of each constraint, and of a check what it holds a row to.
    private func constraintDefinitions(_ clone: QualifiedName) throws
        -> [String: (definition: ServerText, expression: ServerText)]
    {
        let rows = try connection.queryKept(
            """
            SELECT conname AS name, pg_get_constraintdef(oid) AS definition,
                   coalesce(pg_get_expr(conbin, conrelid), '') AS expression
              FROM pg_constraint WHERE conrelid = to_regclass($1)
            """,
            [clone.quoted]
        )
        return Dictionary(
            try rows.map { row in
                let definition = CheckReader.withoutValidity(try row.decode("definition"))
                return (try row.decode("name"), (definition, ServerText(try row.decode("expression"))))
            }
        ) { first, _ in first }
    }
}
