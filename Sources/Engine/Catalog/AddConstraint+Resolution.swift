import Postgres
import SQL
import Workflow

extension AddConstraint: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            let facts = try TableReader(connection, relation).read()
            let parent = try foreignKey.map { try RelationLookup(connection).find($0.references.table) }
            let draft = ConstraintDraft(change: self, table: relation.name, parent: parent?.name)
            let probe = ConstraintProbe(connection: connection, table: relation, parent: parent)
            var findings = try CrossTableObstacles(connection, relation).read().filter {
                ["read-only", "ownership", "inheritance"].contains($0.id)
                    || ($0.id == "table-kind" && relation.kind != .partitioned)
            }
            findings += try structure(relation, facts, on: connection)
            var tried = ConstraintProbe.Result(name: name ?? relation.name.name)
            do {
                tried = try probe.result(of: draft)
            } catch let error as ConstraintProbe.Refused {
                findings.append(Finding("definition", .refused, error.message, hint: "correct it in the plan"))
            }
            var blueprint = AddedConstraintBlueprint(
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
            blueprint.wasThere = try wasThere(tried, relation, plan, on: connection)
            if blueprint.wasThere == true { findings.append(present(blueprint)) }
            if !tried.isThere { findings += try taken(blueprint, plan, facts, on: connection) }
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
                "an exclusion constraint is built under ACCESS EXCLUSIVE: reads and writes of \(relation.name) wait meanwhile"
            findings.append(
                Finding("blocking-scan", .acknowledge, message, hint: "choose an hour when that is bearable")
            )
        }
        return findings
    }

    /// Whether the table has it, or has had it when the run began.
    private func wasThere(
        _ tried: ConstraintProbe.Result,
        _ relation: Relation,
        _ plan: Plan,
        on connection: Connection
    ) throws -> Bool {
        if let record = try Ledger(connection).newestRun(of: plan.name), !record.run.state.isOver,
            record.run.furthestPhase != nil
        {
            return (record.blueprint as? AddedConstraintBlueprint)?.wasThere == true
        }
        guard case .notNull(let column) = form else { return tried.isThere }
        return try ColumnReader(connection, relation).read(column).isNotNull
    }

    private func present(_ blueprint: AddedConstraintBlueprint) -> Finding {
        let noun = blueprint.column.map { "NOT NULL of \($0)" } ?? "\(blueprint.name)"
        return Finding(
            "already-there",
            .advice,
            "\(blueprint.table) has \(noun) already: the plan adds nothing, and its rollback leaves it",
            hint: "delete the plan"
        )
    }

    /// A name that something else has; once enforce has begun, or was run by hand, it is ours.
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
