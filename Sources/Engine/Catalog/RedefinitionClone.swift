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
        if column.oldValue != nil, let type = column.type {
            try connection.execute(
                "ALTER TABLE \(name.quoted) ADD COLUMN \(column.new.quoted) \(type.text)"
            )
        } else if let type = column.type {
            // It is empty: how the values come about does not matter.
            try connection.execute(
                "ALTER TABLE \(name.quoted) ALTER COLUMN \(column.old.quoted) TYPE \(type.text) USING NULL::\(type.text)"
            )
        }
    }

    private func rename(to new: Identifier) throws(PostgresError) {
        try connection.execute("ALTER TABLE \(name.quoted) RENAME COLUMN \(column.old.quoted) TO \(new.quoted)")
    }

    /// What the old column is called while texts of it are read: no other name is part of it.
    private static let mark = Identifier(shortening: "~crossfade~around")

    /// Reads what was made for the old column as it is for the new one, by its text with the mark for the column, and makes it anew
    /// of that; it then stands in the clone for the new column.
    private func exchange<Text>(
        _ object: String,
        reading text: () throws -> Text,
        _ make: (Text, OldValue) throws -> Void
    ) throws {
        guard let oldValue = column.oldValue else { return try rename(to: column.new) }
        try rename(to: Self.mark)
        let marked = try text()
        try connection.execute(
            "ALTER TABLE \(name.quoted) RENAME COLUMN \(Self.mark.quoted) TO \(column.old.quoted); DROP \(object)"
        )
        do {
            try make(marked, oldValue)
        } catch let error as SyntaxError {
            throw RedefinitionReader.Hindrance(message: "its text cannot be read: \(error.message)")
        }
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
        try connection.execute(trigger.statement(on: name).text)
        let object = "TRIGGER \(trigger.name.quoted) ON \(name.quoted)"
        try exchange(object, reading: { try pieces(of: trigger) }) { marked, oldValue in
            let event = trigger.event(listing: column.new, for: column.old)
            let rest = try oldValue.text(marked.rest, marked: Self.mark, as: .trigger)
            try connection.execute(trigger.statement(event, rest, on: name).text)
        }
        let made = try pieces(of: trigger)
        let withOld = trigger.statement(on: table.name)
        let withNew = trigger.statement(made.event, made.rest, on: table.name)
        guard trigger.listsColumn else {
            return .naming(
                Redefinition(
                    object: "trigger \(trigger.name)",
                    found: try trigger.found(on: table.name, made: made),
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

extension RedefinitionClone {
    /// The trigger as the server writes it of the clone.
    private func pieces(of trigger: TriggerCandidate) throws -> (event: String, rest: String) {
        let row = try connection.queryKept(
            """
            SELECT pg_get_triggerdef(oid) AS definition, format('%I.%I', $3::text, $4::text) AS relation,
                   'CREATE ' || CASE WHEN tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END || 'TRIGGER ' || quote_ident(tgname) || ' ' AS head
              FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2
            """,
            [name.quoted, trigger.name, name.schema ?? name.name, name.name]
        ).only()
        return try TriggerCandidate.pieces(
            try row.decode("definition"),
            head: try row.decode("head"),
            relation: try row.decode("relation")
        )
    }
}

// MARK: - Policies and statistics

extension RedefinitionClone {
    func rewrite(_ policy: RedefinitionReader.Policy) throws -> Redefinition {
        try connection.execute(
            "CREATE POLICY \(policy.name.quoted) ON \(name.quoted)\(Self.clauses(policy.using, policy.check))"
        )
        // A sub-select of the table itself names the column of the table, not of the clone.
        let readsItself: Bool = try connection.queryKept(
            """
            SELECT EXISTS (SELECT FROM pg_depend d JOIN pg_policy p ON p.oid = d.objid AND p.polrelid = to_regclass($1) AND p.polname = $2
                            WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $3) AS itself
            """,
            [name.quoted, policy.name, table.oid]
        ).only().decode("itself")
        if readsItself { throw RedefinitionReader.Hindrance(message: "it reads \(table.name) in a sub-select, too") }
        try exchange("POLICY \(policy.name.quoted) ON \(name.quoted)", reading: { try read(policy) }) {
            marked,
            oldValue in
            let clauses = Self.clauses(
                try marked.using.map { try oldValue.text($0, marked: Self.mark, as: .expression) },
                try marked.check.map { try oldValue.text($0, marked: Self.mark, as: .expression) }
            )
            try connection.execute("CREATE POLICY \(policy.name.quoted) ON \(name.quoted)\(clauses)")
        }
        let made = try read(policy)
        func statement(_ using: String?, _ check: String?) -> ServerText {
            ServerText("ALTER POLICY \(policy.name.quoted) ON \(table.name.quoted)\(Self.clauses(using, check))")
        }
        return Redefinition(
            object: "policy \(policy.name)",
            found: (unchanged: try condition(policy), asMade: try condition(made)),
            withOld: statement(policy.using, policy.check),
            withNew: statement(made.using, made.check)
        )
    }

    /// The policy as the server writes it of the clone.
    private func read(_ policy: RedefinitionReader.Policy) throws -> RedefinitionReader.Policy {
        let row = try connection.queryKept(
            """
            SELECT pg_get_expr(polqual, polrelid) AS "using", pg_get_expr(polwithcheck, polrelid) AS "check"
              FROM pg_policy WHERE polrelid = to_regclass($1) AND polname = $2
            """,
            [name.quoted, policy.name]
        ).only()
        return RedefinitionReader.Policy(
            name: policy.name,
            using: try row.decodeIfPresent("using"),
            check: try row.decodeIfPresent("check")
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
        if statistics.isStrange {
            throw RedefinitionReader.Hindrance(message: "another role than the table's owner has it")
        }
        let own = QualifiedName(schema: name.schema, name: statistics.name.name)
        func create(_ elements: String) throws {
            try connection.execute(
                "CREATE STATISTICS \(own.quoted)\(statistics.kinds.text) ON \(elements) FROM \(name.quoted)"
            )
        }
        func read() throws -> String {
            try connection.queryKept(
                "SELECT pg_get_statisticsobjdef_columns(oid) AS elements FROM pg_statistic_ext WHERE stxrelid = to_regclass($1)",
                [name.quoted]
            ).only().decode("elements")
        }
        func elements(named column: Identifier) throws -> ServerText {
            try rename(to: column)
            let elements = try read()
            try connection.execute(
                "ALTER TABLE \(name.quoted) RENAME COLUMN \(column.quoted) TO \(self.column.old.quoted)"
            )
            return ServerText(elements)
        }
        try create(statistics.elements.text)
        let retired = try elements(named: column.retired)
        try exchange("STATISTICS \(own.quoted)", reading: read) { marked, oldValue in
            let mapped = try oldValue.text(marked, marked: Self.mark, as: .statistics)
            try create(mapped.replacing(Self.mark.quoted, with: column.new.quoted))
        }
        let new = ServerText(try read())
        var carried = CarriedStatistics(
            name: statistics.name,
            kinds: statistics.kinds,
            elements: Rewritten(
                old: statistics.elements,
                new: new,
                retired: retired
            ),
            otherColumns: statistics.otherColumns.filter { $0 != column.new }
        )
        carried.target = statistics.target
        carried.comment = statistics.comment
        return carried
    }
}
