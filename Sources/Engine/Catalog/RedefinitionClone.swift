import Postgres
import SQL
import Workflow

/// An empty table of the same columns, over which what names a column is written anew.
struct RedefinitionClone {
    let connection: Connection
    let table: Relation
    let column: RedefinitionReader.Replacement
    let name: QualifiedName

    init(_ connection: Connection, _ table: Relation, _ column: RedefinitionReader.Replacement) throws {
        self.connection = connection
        self.table = table
        self.column = column
        let schema = Identifier(shortening: "crossfade_around", String(connection.processID))
        name = QualifiedName(schema: schema, name: table.name.name)
        try connection.execute(
            "CREATE SCHEMA \(schema.quoted); CREATE TABLE \(name.quoted) (LIKE \(table.name.quoted))"
        )
        // From expand on the table has the new column already.
        try connection.execute("ALTER TABLE \(name.quoted) DROP COLUMN IF EXISTS \(column.new.quoted)")
        if let type = column.type {
            // It is empty: how the values come about does not matter.
            try connection.execute(
                "ALTER TABLE \(name.quoted) ALTER COLUMN \(column.old.quoted) TYPE \(type.text) USING NULL::\(type.text)"
            )
        }
    }

    private func rename(to new: Identifier) throws(PostgresError) {
        try connection.execute("ALTER TABLE \(name.quoted) RENAME COLUMN \(column.old.quoted) TO \(new.quoted)")
    }

    func refuseOtherValues() throws(RedefinitionReader.Hindrance) {
        guard column.hasOtherValues else { return }
        throw RedefinitionReader.Hindrance(message: RedefinitionReader.otherValues)
    }
}

// MARK: - Triggers

extension RedefinitionClone {
    enum WrittenTrigger {
        /// It lists the column, and has to list both while both live.
        case listing(ColumnTriggerFacts)
        case naming(Redefinition)
    }

    func rewrite(_ trigger: TriggerCandidate) throws -> WrittenTrigger {
        if trigger.hasCondition { try refuseOtherValues() }
        try connection.execute(trigger.statement(on: name).text)
        try rename(to: column.new)
        let row = try connection.query(
            """
            SELECT pg_get_triggerdef(oid) AS definition, format('%I.%I', $3::text, $4::text) AS relation,
                   'CREATE ' || CASE WHEN tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END || 'TRIGGER ' || quote_ident(tgname) || ' ' AS head
              FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2
            """,
            [name.quoted, trigger.name, name.schema ?? name.name, name.name]
        ).only()
        let pieces = try TriggerCandidate.pieces(
            try row.decode("definition"),
            head: try row.decode("head"),
            relation: try row.decode("relation")
        )
        let withOld = trigger.statement(on: table.name)
        let withNew = trigger.statement(pieces.event, pieces.rest, on: table.name)
        guard trigger.listsColumn else {
            return .naming(
                Redefinition(
                    object: "trigger \(trigger.name)",
                    found: try trigger.found(on: table.name, made: pieces),
                    withOld: withOld,
                    withNew: withNew
                )
            )
        }
        var facts = ColumnTriggerFacts(
            name: trigger.name.name,
            withOld: withOld,
            withBoth: trigger.statement(on: table.name, listing: column.new),
            withNew: withNew
        )
        facts.keepsArguments = true
        return .listing(facts)
    }
}

// MARK: - Policies and statistics

extension RedefinitionClone {
    func rewrite(_ policy: RedefinitionReader.Policy) throws -> Redefinition {
        try refuseOtherValues()
        try connection.execute(
            "CREATE POLICY \(policy.name.quoted) ON \(name.quoted)\(Self.clauses(policy.using, policy.check))"
        )
        // A sub-select of the table itself names the column of the table, not of the clone.
        let readsItself: Bool = try connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_depend d JOIN pg_policy p ON p.oid = d.objid AND p.polrelid = to_regclass($1) AND p.polname = $2
                            WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $3) AS itself
            """,
            [name.quoted, policy.name, table.oid]
        ).only().decode("itself")
        if readsItself { throw RedefinitionReader.Hindrance(message: "it reads \(table.name) in a sub-select, too") }
        try rename(to: column.new)
        let row = try connection.query(
            """
            SELECT pg_get_expr(polqual, polrelid) AS "using", pg_get_expr(polwithcheck, polrelid) AS "check"
              FROM pg_policy WHERE polrelid = to_regclass($1) AND polname = $2
            """,
            [name.quoted, policy.name]
        ).only()
        func statement(_ using: String?, _ check: String?) -> ServerText {
            ServerText("ALTER POLICY \(policy.name.quoted) ON \(table.name.quoted)\(Self.clauses(using, check))")
        }
        let made = RedefinitionReader.Policy(
            name: policy.name,
            using: try row.decodeIfPresent("using"),
            check: try row.decodeIfPresent("check")
        )
        return Redefinition(
            object: "policy \(policy.name)",
            found: (unchanged: try condition(policy), asMade: try condition(made)),
            withOld: statement(policy.using, policy.check),
            withNew: statement(made.using, made.check)
        )
    }

    /// That the table has just this policy.
    private func condition(_ policy: RedefinitionReader.Policy) throws(InvalidName) -> ServerText {
        func same(_ column: String, _ text: String?) throws(InvalidName) -> String {
            "coalesce(pg_catalog.pg_get_expr(\(column), polrelid), '') = \(try Literal(text ?? "").quoted)"
        }
        let (table, name) = (try Literal(table.name.quoted).quoted, try Literal(policy.name.name).quoted)
        return ServerText(
            "(SELECT \(try same("polqual", policy.using)) AND \(try same("polwithcheck", policy.check)) "
                + "FROM pg_catalog.pg_policy WHERE polrelid = to_regclass(\(table)) AND polname = \(name)) IS TRUE"
        )
    }

    private static func clauses(_ using: String?, _ check: String?) -> String {
        (using.map { " USING (\($0))" } ?? "") + (check.map { " WITH CHECK (\($0))" } ?? "")
    }

    func rewrite(_ statistics: RedefinitionReader.Statistics) throws -> CarriedStatistics {
        if statistics.hasExpressions { try refuseOtherValues() }
        if statistics.isStrange {
            throw RedefinitionReader.Hindrance(message: "another role than the table's owner has it")
        }
        let own = QualifiedName(schema: name.schema, name: statistics.name.name)
        try connection.execute(
            "CREATE STATISTICS \(own.quoted)\(statistics.kinds.text) ON \(statistics.elements.text) FROM \(name.quoted)"
        )
        func elements(named column: Identifier) throws -> ServerText {
            try rename(to: column)
            let row = try connection.query(
                "SELECT pg_get_statisticsobjdef_columns(oid) AS elements FROM pg_statistic_ext WHERE stxrelid = to_regclass($1)",
                [name.quoted]
            ).only()
            try connection.execute(
                "ALTER TABLE \(name.quoted) RENAME COLUMN \(column.quoted) TO \(self.column.old.quoted)"
            )
            return ServerText(try row.decode("elements"))
        }
        var carried = CarriedStatistics(
            name: statistics.name,
            kinds: statistics.kinds,
            elements: Rewritten(
                old: statistics.elements,
                new: try elements(named: column.new),
                retired: try elements(named: column.retired)
            ),
            otherColumns: statistics.otherColumns.filter { $0 != column.new }
        )
        carried.target = statistics.target
        carried.comment = statistics.comment
        return carried
    }
}
