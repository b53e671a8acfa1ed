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
        let after: ColumnFacts
        do throws(ExpressionProbe.Refused) {
            after = try probe.column(of: type)
        } catch {
            findings.append(Finding("type", .refused, "\(type.text) is no type to change to: \(error.message)"))
            after = before
        }
        if after.domainBase != nil || after.type == before.type {
            let why = after.type == before.type ? "the column's type already" : "a domain with constraints"
            findings.append(Finding("type", .refused, "\(type.text) is \(why)", hint: "name another type"))
        }
        let forward = try cast(using, to: after.type)
        let backward = try cast(back, to: before.type)
        var mapping = TypeMapping(
            plan: plan.name.text,
            type: after.type,
            comparison: after.comparison,
            forward: forward,
            backward: backward,
            fails: (
                forward: try using != nil || !probe.neverFails(from: before.type, to: after.type),
                backward: try back != nil || !probe.neverFails(from: after.type, to: before.type)
            ),
            isLossy: loss == .acknowledged
        )
        mapping.isWritten = using != nil
        // An enum's labels can be renamed, so that PostgreSQL calls reading one no more than STABLE; no setting changes it.
        let isLabel = try probe.isEnum(before.type) || probe.isEnum(after.type)
        let there = try probe.read(
            forward,
            of: [ExpressionProbe.Source(name: column, type: before.type, constantDefault: before.constantDefault)],
            named: "using",
            mayBeStable: isLabel && using == nil
        )
        let home = try probe.read(
            backward,
            of: [ExpressionProbe.Source(name: column, type: after.type)],
            named: "back",
            mayBeStable: isLabel && back == nil
        )
        findings += there.findings + home.findings
        mapping.forwardFacts = there.facts
        mapping.backwardFacts = home.facts
        mapping.standIn = try standIn(before, &findings, on: connection)
        mapping.constantDefault = try constantDefault(before, after.type, &findings, on: connection)
        mapping.replanned = try replanned(relation, on: connection)
        try readSequence(relation, before, into: &mapping, on: connection)
        return (mapping, findings)
    }

    private func cast(_ expression: Expression?, to type: ServerText) throws -> Expression {
        try Expression(parsing: "(\(expression?.text ?? column.quoted))::\(type.text)")
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

    /// A constant default in the new type; one that has no counterpart is told now, and not in contract.
    private func constantDefault(
        _ column: ColumnFacts,
        _ type: ServerText,
        _ findings: inout [Finding],
        on connection: Connection
    ) throws -> ServerText? {
        guard let text = column.default, column.defaultIsConstant else { return nil }
        try connection.execute("SAVEPOINT constant")
        do throws(PostgresError) {
            let literal: String? = try connection.query(
                "SELECT quote_literal(((\(text.text))::\(type.text))::text) AS literal"
            ).only().decodeIfPresent("literal")
            return literal.map { ServerText("\($0)::\(type.text)") }
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT constant")
            let message = "the default \(text.text) of \(self.column) is no \(type.text): \(refusal.message)"
            findings.append(Finding("default", .refused, message, hint: "drop or change the default first"))
            return nil
        }
    }

    private func replanned(_ table: Relation, on connection: Connection) throws -> [ServerText] {
        try connection.query(
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
        guard let sequence = before.ownedSequence, ["smallint", "integer", "bigint"].contains(mapping.type.text) else {
            return
        }
        let type: String? = try connection.query(
            "SELECT format_type(seqtypid, NULL) AS type FROM pg_sequence WHERE seqrelid = to_regclass($1)",
            [sequence.quoted]
        ).first?.decode("type")
        guard let type, type == before.type.text else { return }
        mapping.formerSequenceType = ServerText(type)
        mapping.sequenceType = mapping.type
    }
}
