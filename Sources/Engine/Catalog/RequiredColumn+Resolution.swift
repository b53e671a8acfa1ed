import Postgres
import SQL
import Workflow

extension MakeRequired: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try RequiredColumnReader(connection: connection, plan: plan, table: table, column: column, fill: fill).resolve(
            adding: nil
        )
    }
}

extension AddRequiredColumn: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try RequiredColumnReader(connection: connection, plan: plan, table: table, column: column, fill: fill).resolve(
            adding: type
        )
    }
}

/// Reads what the two kinds that end in NOT NULL need to know.
private struct RequiredColumnReader {
    let connection: Connection
    let plan: Plan
    let table: QualifiedName
    let column: Identifier
    let fill: Expression

    func resolve(adding type: TypeName?) throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            let probe = ExpressionProbe(connection, relation)
            var findings: [Finding] = []
            var added: ServerText?
            let target: ServerText
            if let type {
                do throws(ExpressionProbe.Refused) {
                    let facts = try probe.column(of: type)
                    added = facts.type
                    if facts.domainBase != nil {
                        let message = "\(type.text) is a domain with constraints: adding it would rewrite the table"
                        findings.append(Finding("type", .refused, message, hint: "use the type it is based on"))
                    }
                } catch {
                    let message = "\(type.text) is no type of a column: \(error.message)"
                    findings.append(Finding("type", .refused, message, hint: error.hint))
                }
                target = added ?? ServerText("text")
            } else {
                target = try ColumnReader(connection, relation).read(column).type
            }
            var facts = TableFacts(
                name: relation.name,
                kind: relation.kind,
                serverVersion: connection.serverVersion,
                column: ColumnFacts(name: column, type: target, comparison: .plain)
            )
            try TableReader(connection, relation).read(into: &facts)
            findings += try ownFindings(relation)
            findings += try expressionFindings(relation, target, facts)
            var blueprint = RequiredColumnBlueprint(
                plan: plan.name.text,
                table: relation.name,
                isPartitioned: relation.kind == .partitioned,
                keyColumns: facts.keyColumns,
                column: column,
                type: added,
                fill: fill
            )
            blueprint.fillReadsSettings = try readsSettings(relation, probe)
            if added != nil, facts.columns.contains(column), try !blueprint.hasExpanded(plan, on: connection) {
                let message = "\(relation.name) has a column \(column) already"
                findings.append(
                    Finding("new-column", .refused, message, hint: "choose another name, or use make_required")
                )
            }
            return Resolution((blueprint, findings))
        }
    }

    private func ownFindings(_ relation: Relation) throws -> [Finding] {
        var findings = try CrossTableObstacles(connection, relation).read().filter {
            // One table, whose partitions the trigger reaches.
            !($0.id == "table-kind" && relation.kind == .partitioned)
        }
        for trigger in try TriggerReader(connection, relation).beforeTriggers()
        where !trigger.utf8.lexicographicallyPrecedes("~crossfade".utf8) {
            let message = "trigger \(trigger) of \(relation.name) fires after the one that fills \(column)"
            let hint = "rename it: ALTER TRIGGER ... RENAME TO ..."
            findings.append(Finding("trigger-order", .refused, message, hint: hint))
        }
        return findings
    }

    /// Nil for an expression that the server refuses.
    private func readsSettings(_ relation: Relation, _ probe: ExpressionProbe) throws -> Bool? {
        try connection.execute("SAVEPOINT fill")
        do throws(PostgresError) {
            try connection.execute(
                "CREATE TEMPORARY VIEW crossfade_fill AS SELECT (\(fill.text)) AS value FROM \(relation.name.quoted)"
            )
        } catch {
            guard case .server = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT fill")
            return nil
        }
        let tree: String = try connection.query(
            "SELECT ev_action::text AS tree FROM pg_rewrite WHERE ev_class = 'pg_temp.crossfade_fill'::regclass"
        ).only().decode("tree")
        try connection.execute("ROLLBACK TO SAVEPOINT fill; RELEASE SAVEPOINT fill")
        return try probe.readsSettings(tree)
    }

    /// Tries the expression on the table's own columns, as an assignment to the new one.
    private func expressionFindings(_ relation: Relation, _ type: ServerText, _ facts: TableFacts) throws -> [Finding] {
        // As in the trigger, names of types and functions are those of pg_catalog, or have their schema.
        try connection.execute("SAVEPOINT fill")
        do throws(PostgresError) {
            try connection.execute(
                """
                CREATE TEMPORARY TABLE crossfade_fill (value \(type.text));
                INSERT INTO pg_temp.crossfade_fill SELECT (\(fill.text)) FROM \(relation.name.quoted) LIMIT 100;
                DROP TABLE pg_temp.crossfade_fill
                """
            )
            try connection.execute("RELEASE SAVEPOINT fill")
            return []
        } catch {
            guard case .server(let refusal) = error else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT fill")
            let suggestion = NameSuggestion(connection: connection, path: "pg_catalog")
            let hint = try suggestion.hint(for: try MentionedNames(in: fill)) ?? "correct it in the plan, or the rows"
            return [Finding("expression", .refused, "fill: \(fill.text): \(refusal.message)", hint: hint)]
        }
    }
}
