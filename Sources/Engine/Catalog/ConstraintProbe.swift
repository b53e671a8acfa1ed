import Postgres
import SQL
import Workflow

/// Tries a constraint on empty clones of the tables, in a transaction that is taken back.
struct ConstraintProbe {
    /// What the server said against it.
    struct Refused: Error {
        let message: String
    }

    /// A column of an exclusion constraint, and the operator that must not hold between two rows.
    struct ExclusionElement {
        let column: Identifier
        let `operator`: ServerText
    }

    struct Result {
        /// The plan's name, or the one PostgreSQL itself gives.
        var name: Identifier
        /// Empty where an exclusion is of expressions, or partial: then violations are found only when it is built.
        var exclusion: [ExclusionElement] = []
        /// Whether the table has it by that name already.
        var isThere = false
    }

    let connection: Connection
    let table: Relation
    let parent: Relation?

    /// Tries the constraint.
    ///
    /// - Throws: ``Refused`` with what the server says against it; any other error is none of the plan's.
    func result(of draft: ConstraintDraft) throws -> Result {
        try connection.execute("SAVEPOINT probe")
        do throws(PostgresError) {
            return try attempt(draft)
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT probe")
            throw Refused(message: refusal.message)
        }
    }

    private func attempt(_ draft: ConstraintDraft) throws(PostgresError) -> Result {
        let clone = QualifiedName(schema: Identifier(shortening: "pg_temp"), name: table.name.name)
        // Without the table's own indexes, or one that enforce has built already would take the name; only a foreign key to
        // the table itself needs them.
        let indexes = parent?.oid == table.oid ? " INCLUDING INDEXES" : ""
        try connection.execute("CREATE TEMPORARY TABLE \(clone.quoted) (LIKE \(table.name.quoted)\(indexes))")
        try connection.execute("SET LOCAL search_path = pg_catalog")
        let before = try names(on: clone)
        try connection.execute(try statement(draft, on: clone))
        let own = try names(on: clone).subtracting(before).first
        let name = draft.change.name ?? own ?? table.name.name
        var isThere = false
        if let own { isThere = try hasLike(of: own, on: clone, as: name) }
        return Result(name: name, exclusion: try exclusion(on: clone), isThere: isThere)
    }

    /// Whether what has that name on the table is what the clone has: an index, or a constraint, of the same definition.
    private func hasLike(of own: Identifier, on clone: QualifiedName, as name: Identifier) throws(PostgresError) -> Bool
    {
        try connection.queryKept(
            """
            SELECT EXISTS (
              SELECT FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
                JOIN pg_index m ON m.indrelid = to_regclass($1) JOIN pg_class o ON o.oid = m.indexrelid AND o.relname = $2
               WHERE i.indrelid = $3 AND n.relname = $4 AND i.indisunique = m.indisunique
                 AND substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*') = substring(pg_get_indexdef(m.indexrelid) FROM ' USING .*')
            ) OR EXISTS (
              SELECT FROM pg_constraint k JOIN pg_constraint m ON m.conrelid = to_regclass($1) AND m.conname = $2 AND m.contype = k.contype
               WHERE k.conrelid = $3 AND k.conname = $4 AND k.contype IN ('c', 'f')
                 AND (k.contype <> 'f' OR k.confrelid = $5)
                 AND regexp_replace(replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''), ' REFERENCES [^(]*', '')
                   = regexp_replace(replace(pg_get_constraintdef(m.oid), ' NOT VALID', ''), ' REFERENCES [^(]*', '')
            ) AS found
            """,
            [clone.quoted, own, table.oid, name, parent?.oid ?? table.oid]
        ).only().decode("found")
    }

    private func statement(_ draft: ConstraintDraft, on clone: QualifiedName) throws(PostgresError) -> String {
        switch draft.form {
        case .unique: return "ALTER TABLE \(clone.quoted) ADD UNIQUE \(draft.uniqueDefinition)"
        // NOT NULL, by a check: it has no name of its own before PostgreSQL 18.
        case .check, .notNull, .exclusion: return "ALTER TABLE \(clone.quoted) ADD \(draft.definition.text)"
        case .index:
            return "CREATE \(draft.isUniqueIndex ? "UNIQUE " : "")INDEX ON \(clone.quoted) \(draft.definition.text)"
        case .foreignKey:
            guard let parent, parent.oid != table.oid else {
                return "ALTER TABLE \(clone.quoted) ADD \(draft.definition(referencing: clone).text)"
            }
            let other = QualifiedName(schema: clone.schema, name: Identifier(shortening: "crossfade_parent"))
            try connection.execute(
                "CREATE TEMPORARY TABLE \(other.quoted) (LIKE \(parent.name.quoted) INCLUDING INDEXES)"
            )
            return "ALTER TABLE \(clone.quoted) ADD \(draft.definition(referencing: other).text)"
        }
    }

    private func names(on clone: QualifiedName) throws(PostgresError) -> Set<Identifier> {
        Set(
            try connection.queryKept(
                """
                SELECT conname::text AS name FROM pg_constraint WHERE conrelid = to_regclass($1)
                UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass($1)
                """,
                [clone.quoted]
            ).map { row throws(PostgresError) in try row.decode("name", as: Identifier.self) }
        )
    }

    private func exclusion(on clone: QualifiedName) throws(PostgresError) -> [ExclusionElement] {
        let rows = try connection.queryKept(
            """
            SELECT a.attname AS name, format('%I.%s', n.nspname, o.oprname) AS operator, i.indpred IS NOT NULL AS partial
              FROM pg_constraint k JOIN pg_index i ON i.indexrelid = k.conindid
              CROSS JOIN LATERAL unnest(k.conexclop) WITH ORDINALITY e(operator, position)
              JOIN pg_operator o ON o.oid = e.operator JOIN pg_namespace n ON n.oid = o.oprnamespace
              LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = i.indkey[e.position - 1] AND a.attnum > 0
             WHERE k.contype = 'x' AND k.conrelid = to_regclass($1) ORDER BY e.position
            """,
            [clone.quoted]
        )
        var elements: [ExclusionElement] = []
        for row in rows {
            guard let column: Identifier = try row.decodeIfPresent("name"), try !row.decode("partial", as: Bool.self)
            else { return [] }
            elements.append(
                ExclusionElement(column: column, operator: ServerText(try row.decode("operator")))
            )
        }
        return elements
    }
}
