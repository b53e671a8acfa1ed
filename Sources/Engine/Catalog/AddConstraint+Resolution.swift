import Postgres
import SQL
import Workflow

extension AddConstraint: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            let column = ColumnFacts(name: relation.name.name, type: ServerText(""), comparison: .plain)
            var facts = TableFacts(
                name: relation.name,
                kind: relation.kind,
                serverVersion: connection.serverVersion,
                column: column
            )
            try TableReader(connection, relation).read(into: &facts)
            let parent = try foreignKey.map { try RelationLookup(connection).find($0.references.table) }
            let draft = ConstraintDraft(change: self, table: relation.name, parent: parent?.name)
            let probe = ConstraintProbe(connection: connection, table: relation, parent: parent)
            var findings = try CrossTableObstacles(connection, relation).read().filter {
                ["read-only", "ownership", "inheritance"].contains($0.id)
                    || ($0.id == "table-kind" && relation.kind != .partitioned)
            }
            findings += try structure(relation, facts, on: connection)
            var tried = ConstraintProbe.Result(name: name ?? relation.name.name)
            do throws(ConstraintProbe.Refused) {
                tried = try probe.result(of: draft)
            } catch {
                findings.append(Finding("definition", .refused, error.message, hint: "mend it in the plan"))
            }
            let blueprint = AddedConstraintBlueprint(
                plan: plan.name.text,
                table: relation.name,
                isPartitioned: relation.kind == .partitioned,
                keyColumns: facts.keyColumns,
                form: draft.form,
                name: tried.name,
                definition: draft.definition,
                column: draft.notNullColumn,
                isUnique: draft.isUniqueIndex,
                parent: parent?.name,
                violation: draft.violation(tried.exclusion),
                renamesNotNull: draft.form == .notNull && name != nil
            )
            findings += try taken(blueprint, plan, facts, on: connection)
            return Resolution((blueprint, findings))
        }
    }

    private var foreignKey: ForeignKey? { if case .foreignKey(let key) = form { key } else { nil } }

    private func structure(_ relation: Relation, _ facts: TableFacts, on connection: Connection) throws -> [Finding] {
        var findings: [Finding] = []
        switch form {
        case .check, .notNull: break
        default:
            if relation.kind == .partitioned {
                let message =
                    "\(relation.name) is partitioned: it cannot be built there without a scan that blocks writes"
                findings.append(
                    Finding("table-kind", .refused, message, hint: "build it on each partition, then on the table")
                )
            }
        }
        if case .notNull = form, name != nil, connection.serverVersion < 180_000 {
            let message = "NOT NULL has a name from PostgreSQL 18 on"
            findings.append(Finding("name", .refused, message, hint: "leave name: out"))
        }
        if case .unique(_, nullsAreEqual: true) = form, connection.serverVersion < 150_000 {
            findings.append(
                Finding("definition", .refused, "NULLS NOT DISTINCT exists from PostgreSQL 15 on", hint: nil)
            )
        }
        if case .exclude = form {
            let message =
                "an exclusion constraint is built under ACCESS EXCLUSIVE: nobody reads or writes \(relation.name) meanwhile"
            findings.append(
                Finding("blocking-scan", .acknowledge, message, hint: "choose an hour when that is bearable")
            )
        }
        return findings
    }

    /// A name that something else has; once enforce has begun it is ours.
    private func taken(
        _ blueprint: AddedConstraintBlueprint,
        _ plan: Plan,
        _ facts: TableFacts,
        on connection: Connection
    ) throws -> [Finding] {
        if blueprint.form == .notNull, name == nil { return [] }
        let furthest = try Ledger(connection).furthestPhase(of: plan.name)
        guard furthest.map({ $0 < .enforce }) ?? true, facts.takenNames.contains(blueprint.name.name) else { return [] }
        let message = "the name \(blueprint.name) is taken in \(blueprint.table)'s schema"
        return [Finding("name-taken", .refused, message, hint: "choose another under name:")]
    }
}

/// The SQL of what is to be added.
struct ConstraintDraft {
    let change: AddConstraint
    let table: QualifiedName
    let parent: QualifiedName?

    var form: AddedConstraintBlueprint.Form {
        switch change.form {
        case .unique: .unique
        case .foreignKey: .foreignKey
        case .check: .check
        case .notNull: .notNull
        case .index: .index
        case .exclude: .exclusion
        }
    }

    var notNullColumn: Identifier? { if case .notNull(let column) = change.form { column } else { nil } }

    var isUniqueIndex: Bool { if case .index(let index) = change.form { index.isUnique } else { false } }

    /// What follows the name, or of an index the table.
    var definition: ServerText { definition(referencing: parent ?? table) }

    /// The same of UNIQUE where it is a constraint at once, which puts the words in another order than an index.
    var uniqueDefinition: String {
        guard case .unique(let columns, let nullsAreEqual) = change.form else { return "" }
        return "\(nullsAreEqual ? "NULLS NOT DISTINCT " : "")(\(Self.list(columns)))"
    }

    func definition(referencing parent: QualifiedName) -> ServerText {
        switch change.form {
        case .unique(let columns, let nullsAreEqual):
            return ServerText("(\(Self.list(columns)))\(nullsAreEqual ? " NULLS NOT DISTINCT" : "")")
        case .foreignKey(let key):
            return ServerText(
                "FOREIGN KEY (\(Self.list(key.columns))) REFERENCES \(parent.quoted) (\(Self.list(key.references.columns)))"
                    + " ON DELETE \(key.onDelete.sql) ON UPDATE \(key.onUpdate.sql)"
            )
        case .check(let expression): return ServerText("CHECK (\(expression.text))")
        case .notNull(let column): return ServerText("CHECK (\(column.quoted) IS NOT NULL)")
        case .exclude(let clause): return ServerText("EXCLUDE \(clause.text)")
        case .index(let index): return ServerText(Self.text(of: index))
        }
    }

    private static func text(of index: AddConstraint.Index) -> String {
        let elements = index.columns.map(\.quoted) + index.expressions.map { "(\($0.text))" }
        var text = "USING \(index.method.rawValue) (\(elements.joined(separator: ", ")))"
        if !index.include.isEmpty { text += " INCLUDE (\(list(index.include)))" }
        if let predicate = index.predicate { text += " WHERE (\(predicate.text))" }
        return text
    }

    /// The condition of a row of the table, as `t`, that violates it.
    func violation(_ exclusion: [ConstraintProbe.ExclusionElement]) -> ServerText? {
        switch change.form {
        case .check(let expression): ServerText("(\(Self.relative(expression, to: table))) IS FALSE")
        case .notNull(let column): ServerText("t.\(column.quoted) IS NULL")
        case .foreignKey(let key): ServerText(orphan(key))
        case .unique(let columns, let nullsAreEqual):
            ServerText(
                twin(columns.map { ("t.\($0.quoted)", "u.\($0.quoted)") }, where: nil, nullsAreEqual: nullsAreEqual)
            )
        case .index(let index) where index.isUnique && index.expressions.isEmpty && index.predicate == nil:
            ServerText(
                twin(index.columns.map { ("t.\($0.quoted)", "u.\($0.quoted)") }, where: nil, nullsAreEqual: false)
            )
        case .index(let index) where index.isUnique:
            ServerText(grouped(index))
        case .index: nil
        case .exclude:
            exclusion.isEmpty
                ? nil
                : ServerText(
                    "EXISTS (SELECT FROM \(table.quoted) u WHERE u.ctid <> t.ctid AND "
                        + exclusion.map { "u.\($0.column.quoted) OPERATOR(\($0.operator.text)) t.\($0.column.quoted)" }
                        .joined(separator: " AND ") + ")"
                )
        }
    }

    private func orphan(_ key: AddConstraint.ForeignKey) -> String {
        let refers = key.columns.map { "t.\($0.quoted) IS NOT NULL" }.joined(separator: " AND ")
        let matches = zip(key.columns, key.references.columns).map { "p.\($1.quoted) = t.\($0.quoted)" }
            .joined(separator: " AND ")
        return "\(refers) AND NOT EXISTS (SELECT FROM \((parent ?? table).quoted) p WHERE \(matches))"
    }

    /// A second row of the same values: a join that the planner can hash, unlike one for each row.
    private func twin(_ pairs: [(String, String)], where condition: String?, nullsAreEqual: Bool) -> String {
        let mine = pairs.map(\.0).joined(separator: ", ")
        let theirs = pairs.map(\.1).joined(separator: ", ")
        let holds = condition.map { " WHERE \($0)" } ?? ""
        let groups = "SELECT \(theirs) FROM \(table.quoted) u\(holds) GROUP BY \(theirs) HAVING count(*) > 1"
        guard nullsAreEqual else { return "(\(mine)) IN (\(groups))" }
        let names = pairs.indices.map { "c\($0)" }.joined(separator: ", ")
        let same = pairs.enumerated().map { "d.c\($0) IS NOT DISTINCT FROM \($1.0)" }.joined(separator: " AND ")
        return "EXISTS (SELECT FROM (\(groups)) d (\(names)) WHERE \(same))"
    }

    /// The same for expressions and conditions, whose names are those of the table: they are computed where it stands alone.
    private func grouped(_ index: AddConstraint.Index) -> String {
        let elements = index.columns.map(\.quoted) + index.expressions.map { "(\($0.text))" }
        let condition = index.predicate.map { " WHERE (\($0.text))" } ?? ""
        let values = elements.joined(separator: ", ")
        let present = elements.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        return """
            t.ctid = ANY (ARRAY(SELECT unnest(places) FROM (SELECT array_agg(ctid) AS places FROM \(table.quoted)\
            \(condition.isEmpty ? " WHERE \(present)" : condition + " AND \(present)") GROUP BY \(values) HAVING count(*) > 1) d))
            """
    }

    /// An expression of the table's columns where the table is `t`.
    private static func relative(_ expression: Expression, to table: QualifiedName) -> String {
        "SELECT (\(expression.text)) FROM (SELECT t.*) \(table.name.quoted)"
    }

    static func list(_ names: [Identifier]) -> String { names.map(\.quoted).joined(separator: ", ") }
}

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
    }

    let connection: Connection
    let table: Relation
    let parent: Relation?

    func result(of draft: ConstraintDraft) throws(Refused) -> Result {
        do {
            try connection.execute("SAVEPOINT probe")
            let clone = QualifiedName(schema: Identifier(shortening: "pg_temp"), name: table.name.name)
            // Without the table's own indexes, or one that enforce has built already would take the name; only a foreign key to
            // the table itself needs them.
            let indexes = parent?.oid == table.oid ? " INCLUDING INDEXES" : ""
            try connection.execute("CREATE TEMPORARY TABLE \(clone.quoted) (LIKE \(table.name.quoted)\(indexes))")
            try connection.execute("SET LOCAL search_path = pg_catalog")
            let before = try names(on: clone)
            try connection.execute(try statement(draft, on: clone))
            let found = try names(on: clone).subtracting(before)
            let own = try found.first.map { try Identifier($0) }
            return Result(name: draft.change.name ?? own ?? table.name.name, exclusion: try exclusion(on: clone))
        } catch let error as PostgresError {
            guard case .server(let refusal) = error else { throw Refused(message: "\(error)") }
            _ = try? connection.execute("ROLLBACK TO SAVEPOINT probe")
            throw Refused(message: refusal.message)
        } catch {
            throw Refused(message: "\(error)")
        }
    }

    private func statement(_ draft: ConstraintDraft, on clone: QualifiedName) throws -> String {
        switch draft.form {
        case .unique: return "ALTER TABLE \(clone.quoted) ADD UNIQUE \(draft.uniqueDefinition)"
        case .check, .exclusion: return "ALTER TABLE \(clone.quoted) ADD \(draft.definition.text)"
        // It has no name of its own before PostgreSQL 18.
        case .notNull: return "ALTER TABLE \(clone.quoted) ADD \(draft.definition.text)"
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

    private func names(on clone: QualifiedName) throws -> Set<String> {
        Set(
            try connection.query(
                """
                SELECT conname::text AS name FROM pg_constraint WHERE conrelid = to_regclass($1)
                UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass($1)
                """,
                [clone.quoted]
            ).map { try $0.decode("name", as: String.self) }
        )
    }

    private func exclusion(on clone: QualifiedName) throws -> [ExclusionElement] {
        let rows = try connection.query(
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
