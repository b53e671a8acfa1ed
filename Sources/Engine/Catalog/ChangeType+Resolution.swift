import Postgres
import SQL
import Workflow

extension ChangeType: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        let (mapping, found) = try connection.rolledBack { (connection: Connection) -> (TypeMapping, [Finding]) in
            try self.mapping(in: plan, on: connection)
        }
        let rename = RenameColumn(table: table, from: column, to: working)
        let facts = try CatalogReader(connection).facts(for: rename, retyping: mapping, isGlance: isGlance)
        let resolved = resolve(facts, mapping, in: plan)
        return Resolution(blueprint: resolved.blueprint, findings: found + resolved.findings)
    }

    /// The types and expressions as the server understands them.
    private func mapping(in plan: Plan, on connection: Connection) throws -> (TypeMapping, [Finding]) {
        var findings: [Finding] = []
        let relation = try RelationLookup(connection).find(table)
        let before = try ColumnReader(connection, relation).read(column)
        let probe = ExpressionProbe(connection, relation)
        let after = try newColumn(probe, before, &findings)
        // A value of a domain is one of the type that it is based on.
        let base = before.domainBase ?? before.type
        let there = try ImpliedCast(of: column, from: base, to: after.type, connection)
        let home = try ImpliedCast(of: column, from: after.type, to: before.type, connection)
        let forward =
            try using.map { try cast($0, to: after.type) } ?? there.expression(of: column.quoted, to: after.type)
        let backward =
            try back.map { try cast($0, to: before.type) } ?? home.expression(of: column.quoted, to: before.type)
        var mapping = TypeMapping(
            plan: plan.name.text,
            type: after.type,
            comparison: after.comparison,
            forward: forward,
            backward: backward,
            fails: (
                forward: using != nil || !there.neverFails,
                backward: back != nil || !home.neverFails
            ),
            isLossy: loss == .acknowledged
        )
        let made = try probe.read(
            forward,
            of: [ExpressionProbe.Source(name: column, type: before.type, constantDefault: before.constantDefault)],
            named: "using",
            as: using == nil && there.isSettled ? .settled : .pinned
        )
        let madeBack = try probe.read(
            backward,
            of: [ExpressionProbe.Source(name: column, type: after.type)],
            named: "back",
            as: back == nil && home.isSettled ? .settled : .pinned
        )
        findings += made.findings.map { using == nil ? $0.hinting(at: there.hint(under: "using", and: "back")) : $0 }
        findings += madeBack.findings.map { back == nil ? $0.hinting(at: home.hint(under: "back", and: "using")) : $0 }
        mapping.collation = after.collation
        if keeps == .as { mapping.keepsNew = true }
        mapping.forwardFacts = made.facts
        mapping.backwardFacts = madeBack.facts
        mapping.standIn = try standIn(before, &findings, on: connection)
        mapping.changesValues = try changesValues(mapping, before, probe)
        // The labels of an enum are those of its text, and a cast of them is not IMMUTABLE.
        mapping.changesMeaning =
            try mapping.changesValues == true || (!there.isLabel && !probe.areAlike(base, after.type))
        try readDefault(relation, before, into: &mapping, &findings, on: connection)
        findings += try domainFindings(relation, before, on: connection)
        mapping.replanned = try replanned(relation, on: connection)
        try readSequence(relation, before, into: &mapping, on: connection)
        return (mapping, findings)
    }

    /// The new column as the server understands the plan's type; where it refuses it, the old one.
    private func newColumn(_ probe: ExpressionProbe, _ before: ColumnFacts, _ findings: inout [Finding]) throws
        -> ColumnFacts
    {
        let shown = type.text + (collation.map { " COLLATE \($0)" } ?? "")
        let after: ColumnFacts
        do {
            var plain = try probe.column(of: type, collation: collation)
            if collation == nil, let kept = before.collation, try probe.isCollatable(plain.type) {
                plain = try probe.column(of: type, collation: kept)
            }
            after = plain
        } catch let refusal as ExpressionProbe.Refused {
            findings.append(
                Finding(
                    "type",
                    .refused,
                    "\(shown) is no type to change to: \(refusal.message)",
                    hint: refusal.hint
                )
            )
            return before
        }
        if after.type == before.type, after.collation == before.collation {
            let message = "\(shown) is the column's type already"
            findings.append(Finding("type", .refused, message, hint: "name another type"))
        }
        if after.domainBase != nil {
            let message =
                "\(shown) is a domain with constraints: to add a column of it PostgreSQL checks every row under a lock that stops "
                + "reads and writes"
            let hint = "name its base type, and add its constraints after contract by a plan with add_constraint"
            findings.append(Finding("type", .refused, message, hint: hint))
        }
        return after
    }

    private func cast(_ expression: Expression, to type: ServerText) throws(SyntaxError) -> Expression {
        try Expression(parsing: "(\(expression.text))::\(type.text)")
    }

    /// The stand-in as a value of the old type, which it has to be at any time.
    private func standIn(_ column: ColumnFacts, _ findings: inout [Finding], on connection: Connection) throws
        -> Expression?
    {
        guard let standIn else { return nil }
        let expression = try cast(standIn, to: column.type)
        var problem: String?
        if !column.isNotNull { problem = "\(self.column) may be NULL, and then stays NULL" }
        try connection.execute("SAVEPOINT stand_in")
        do throws(PostgresError) {
            let isNull: Bool = try connection.query("SELECT (\(expression.text)) IS NULL AS is_null").only().decode(
                "is_null"
            )
            if isNull { problem = "it is NULL" }
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT stand_in")
            problem = refusal.message
        }
        if let problem {
            let message = "\(standIn.text) cannot stand in for a value of \(table).\(self.column): \(problem)"
            findings.append(
                Finding("stand-in", .refused, message, hint: "name a constant of \(column.type.text), or leave it out")
            )
        }
        return expression
    }

    /// Whether the expression is more than the cast that stands for it when it is left out.
    private func changesValues(_ mapping: TypeMapping, _ column: ColumnFacts, _ probe: ExpressionProbe) throws -> Bool {
        guard using != nil else { return false }
        let source = ExpressionProbe.Source(name: self.column, type: column.type)
        return try !probe.isSame(
            mapping.forward,
            as: Expression(parsing: "(\(self.column.quoted))::\(mapping.type.text)"),
            of: source,
            giving: mapping.type
        )
    }

    /// The default until contract and from contract on; one that has no counterpart is told now.
    private func readDefault(
        _ relation: Relation,
        _ column: ColumnFacts,
        into mapping: inout TypeMapping,
        _ findings: inout [Finding],
        on connection: Connection
    ) throws {
        guard column.identity == nil else { return }
        let probe = DefaultProbe(
            trial: DefaultTrial(connection: connection, table: relation),
            column: column,
            mapping: mapping,
            isZoned: using?.isColumnAtTimeZone ?? false
        )
        do {
            if let constant = column.constantDefault {
                mapping.constantDefault = try probe.literal(constant.text).map {
                    ServerText("\($0)::\(mapping.type.text)")
                }
            }
            mapping.finalDefault = try `default`.map(probe.stated) ?? probe.carried()
        } catch let refusal as DefaultTrial.Refused {
            let shown = `default`?.text ?? column.default?.text ?? "NULL"
            let name = "\(relation.name).\(self.column)"
            let message = "the default \(shown) of \(name) is no \(mapping.type.text): \(refusal.message)"
            findings.append(Finding("default", .refused, message, hint: refusal.hint))
        }
    }

    /// What a domain does for its values, and the new column no longer does.
    private func domainFindings(_ relation: Relation, _ before: ColumnFacts, on connection: Connection) throws
        -> [Finding]
    {
        guard before.domainBase != nil else { return [] }
        let shown = "\(relation.name).\(column) is of the domain \(before.type.text)"
        let row = try connection.queryKept(
            """
            WITH RECURSIVE domain AS (
              SELECT t.* FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1 AND a.attname = $2
              UNION ALL SELECT t.* FROM domain JOIN pg_type t ON t.oid = domain.typbasetype
            )
            SELECT bool_or(typnotnull) AS is_not_null, bool_or(typdefault IS NOT NULL AND typtype = 'd') AS has_default,
                   (SELECT string_agg(pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname) FROM pg_constraint k
                     WHERE k.contypid IN (SELECT oid FROM domain) AND k.contype = 'c') AS checks
              FROM domain
            """,
            [relation.oid, column]
        ).only()
        let own = try row.decode("is_not_null") ? "NOT NULL" : row.decode("has_default") ? "a default" : nil
        if let own {
            let message = "\(shown), which has \(own): it goes for the old column alone"
            let hint =
                "change its type to \(before.domainBase?.text ?? "") first, by ALTER TABLE: it keeps the values, and rewrites nothing"
            return [Finding("domain", .refused, message, hint: hint)]
        }
        guard let checks: String = try row.decodeIfPresent("checks") else { return [] }
        let message =
            "\(shown): as after ALTER COLUMN TYPE, its checks no longer hold the values from contract on: \(checks)"
        let hint = "add them to the column after contract, by a plan with add_constraint"
        return [Finding("lost-domain-check", .acknowledge, message, hint: hint)]
    }

    private func replanned(_ table: Relation, on connection: Connection) throws -> [ServerText] {
        try connection.queryKept(
            """
            SELECT DISTINCT format('%s COST %s', p.oid::regprocedure, p.procost) AS function FROM pg_trigger g
              JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_language l ON l.oid = p.prolang
             WHERE g.tgrelid = $1 AND NOT g.tgisinternal AND l.lanname = 'plpgsql' AND \(TriggerReader.isForeign) ORDER BY 1
            """,
            [table.oid]
        ).map { ServerText(try $0.decode("function")) }
    }

    /// A serial's sequence is as wide as its column, and goes along.
    private func readSequence(
        _ table: Relation,
        _ before: ColumnFacts,
        into mapping: inout TypeMapping,
        on connection: Connection
    ) throws {
        // Mapped, its values are still those of the old type.
        guard mapping.changesValues != true, let sequence = before.ownedSequence,
            ["smallint", "integer", "bigint"].contains(mapping.type.text)
        else {
            return
        }
        let type: String? = try connection.queryKept(
            "SELECT format_type(seqtypid, NULL) AS type FROM pg_sequence WHERE seqrelid = to_regclass($1)",
            [sequence.quoted]
        ).first?.decode("type")
        guard let type, type == before.type.text else { return }
        mapping.formerSequenceType = ServerText(type)
        mapping.sequenceType = mapping.type
    }
}

extension Finding {
    /// The same with a better hint, where there is one.
    fileprivate func hinting(at hint: String?) -> Finding {
        guard let hint else { return self }
        var finding = self
        finding.hint = hint
        return finding
    }
}
