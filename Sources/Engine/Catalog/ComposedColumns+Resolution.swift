import Postgres
import SQL
import Workflow

extension MergeColumns: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try ComposedColumnsReader(connection: connection, plan: plan, change: columns, backwardKey: "split").resolve()
    }
}

extension SplitColumn: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try ComposedColumnsReader(connection: connection, plan: plan, change: columns, backwardKey: "merge").resolve()
    }
}

/// Reads what the two kinds need to know of the table and of the columns on both sides.
private struct ComposedColumnsReader {
    let connection: Connection
    let plan: Plan
    let change: ComposedColumns
    /// The key of the plan under which the way back would be.
    let backwardKey: String

    func resolve() throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(change.table)
            let probe = ExpressionProbe(connection, relation)
            var findings: [Finding] = []
            var old: [ComposedColumnsBlueprint.Column] = []
            for (place, name) in change.from.enumerated() {
                let facts = try ColumnReader(connection, relation).read(name)
                old.append(
                    ComposedColumnsBlueprint.Column(
                        facts: facts,
                        retired: Identifier(shortening: "crossfade_old", name.name),
                        isRequired: facts.isNotNull,
                        value: change.backward?[place]
                    )
                )
            }
            var new = try change.to.indices.map { try column($0, of: old, probe, &findings) }
            var facts = TableFacts(
                name: relation.name,
                kind: relation.kind,
                serverVersion: connection.serverVersion,
                column: old[0].facts
            )
            try TableReader(connection, relation).read(into: &facts)
            findings += try columnFindings(relation, facts, old)
            findings += try readExpressions(probe, &old, &new)
            if !findings.contains(where: { $0.weight == .refused }) {
                findings += try readDefaults(DefaultTrial(connection: connection, table: relation), old, &new)
            }
            let triggers = TriggerReader(connection, relation)
            var blueprint = ComposedColumnsBlueprint(
                plan: plan.name.text,
                table: relation.name,
                isPartitioned: relation.kind == .partitioned,
                keyColumns: facts.keyColumns,
                old: old,
                new: new,
                conflict: plan.dualWrite.conflict,
                keeper: plan.dualWrite.by,
                isLossy: change.loss == .acknowledged,
                goesWith: try objects(relation)
            )
            blueprint.hasBeforeTriggers = try !triggers.beforeTriggers().isEmpty
            blueprint.columnTriggers = try triggers.columnTriggers(old.map(\.name), new.map(\.name))
            if plan.dualWrite.by == .application {
                for column in old { findings += column.facts.dualWriteFindings(of: relation.name) }
                if !blueprint.hasWayBack {
                    let message =
                        "without a way back a write of both sides cannot be told from one of the new side alone"
                    findings.append(Finding("dual-write", .refused, message, hint: "use dual_write.by: trigger"))
                }
            }
            findings += try ownFindings(relation, facts, blueprint)
            return Resolution((blueprint, findings))
        }
    }

    /// A new column as the plan has it.
    private func column(
        _ place: Int,
        of old: [ComposedColumnsBlueprint.Column],
        _ probe: ExpressionProbe,
        _ findings: inout [Finding]
    ) throws -> ComposedColumnsBlueprint.Column {
        let target = change.to[place]
        var facts = ColumnFacts(name: target.name, type: ServerText("text"), comparison: .bytewise)
        do throws(ExpressionProbe.Refused) {
            facts = try probe.column(of: target.type, collation: target.collation)
            facts.name = target.name
        } catch {
            let shown = target.type.text + (target.collation.map { " COLLATE \($0)" } ?? "")
            let message = "\(shown) is no type of a column: \(error.message)"
            findings.append(Finding("type", .refused, message, hint: error.hint))
        }
        return ComposedColumnsBlueprint.Column(
            facts: facts,
            isRequired: target.isRequired ?? old.allSatisfy(\.isRequired),
            value: change.forward[place]
        )
    }

    /// The defaults of the new columns from contract on; an old one that none of them has is told now.
    private func readDefaults(
        _ trial: DefaultTrial,
        _ old: [ComposedColumnsBlueprint.Column],
        _ new: inout [ComposedColumnsBlueprint.Column]
    ) throws -> [Finding] {
        let defaults = ComposedDefaults(trial: trial, old: old)
        var findings: [Finding] = []
        for (place, target) in change.to.enumerated() {
            do {
                new[place].finalDefault =
                    try target.default.map { try defaults.stated($0, new[place]) } ?? defaults.carried(new[place])
            } catch let refusal as DefaultTrial.Refused {
                new[place].finalDefault = FinalDefault(text: nil)
                if let stated = target.default {
                    let message =
                        "the default \(stated.text) of \(target.name) is no \(target.type.text): \(refusal.message)"
                    findings.append(Finding("default", .refused, message, hint: "change it in the plan"))
                } else {
                    let message = "\(target.name) has no default from contract on: \(refusal.message)"
                    findings.append(
                        Finding("lost-default", .acknowledge, message, hint: "state one under to: {default: ...}")
                    )
                }
            }
        }
        return findings
    }

    /// The indexes and checks of the old columns, each once.
    private func objects(_ relation: Relation) throws -> [Identifier] {
        var names: Set<Identifier> = []
        for column in change.from { names.formUnion(try ColumnObjects(of: column, on: relation, connection).all) }
        return names.sorted { $0.name < $1.name }
    }

    private func columnFindings(
        _ relation: Relation,
        _ facts: TableFacts,
        _ old: [ComposedColumnsBlueprint.Column]
    ) throws -> [Finding] {
        var findings: [Finding] = []
        for column in old {
            let retired = column.retired ?? column.name
            findings += try ObstacleReader(connection, relation).read(column.name, retired).compactMap(Self.rephrase)
            for key in try ForeignKeyReader(connection, relation).read(column.name) {
                let message = "foreign key \(key.name) of \(key.child) is on \(column.name)"
                findings.append(Finding("foreign-key", .refused, message, hint: "drop it first"))
            }
            if facts.keyColumns.contains(column.name) {
                let message = "\(column.name) is part of the primary key of \(relation.name)"
                findings.append(Finding("primary-key", .refused, message, hint: "give the table another key first"))
            }
            if column.facts.identity != nil || column.facts.ownedSequence != nil {
                let message = "the values of \(column.name) are made by a sequence"
                findings.append(Finding("identity", .refused, message))
            }
            if !column.facts.grants.isEmpty {
                let message = "rights on the column \(column.name) alone do not follow to the new columns"
                findings.append(Finding("column-rights", .acknowledge, message, hint: "GRANT them after expand"))
            }
        }
        var seen: Set<Finding> = []
        return findings.filter { seen.insert($0).inserted }
    }

    private static func rephrase(_ finding: Finding) -> Finding? {
        let left: Set = [
            "new-column", "exclusion", "index", "partitioned-key", "subpartitions", "foreign-key", "replica-identity",
        ]
        guard !left.contains(finding.id) else { return nil }
        var finding = finding
        if finding.weight == .blocksContract, finding.id != "function-bodies" {
            finding.hint = "let it use the new columns, or drop it"
        }
        if finding.id == "function-bodies" {
            finding.hint = "let it use the new columns, or acknowledge function-bodies when it means something else"
        }
        return finding
    }

    private func ownFindings(_ relation: Relation, _ facts: TableFacts, _ blueprint: ComposedColumnsBlueprint) throws
        -> [Finding]
    {
        var findings: [Finding] = []
        if try !blueprint.hasExpanded(plan, on: connection) {
            findings += blueprint.new.map(\.name).filter(facts.columns.contains).map { name in
                Finding(
                    "new-column",
                    .refused,
                    "\(relation.name) has a column \(name) already",
                    hint: "choose another name"
                )
            }
        }
        if !blueprint.goesWith.isEmpty {
            let names = blueprint.goesWith.map { "\($0)" }.joined(separator: ", ")
            let message = "what is on the old columns goes with them, and has no like on the new ones: \(names)"
            findings.append(Finding("not-carried", .acknowledge, message, hint: "build its like after expand"))
        }
        let settings = blueprint.old.flatMap { column in column.facts.settings.map { "\($0) of \(column.name)" } }
        if !settings.isEmpty {
            let message = "the new columns do not get from the old ones: \(settings.joined(separator: ", "))"
            let hint = "state collation and not_null under to:, and set the others after expand"
            findings.append(Finding("not-carried", .acknowledge, message, hint: hint))
        }
        let triggers = try TriggerReader(connection, relation).beforeTriggers()
        if plan.dualWrite.by == .application {
            findings += triggers.map { .dualWriteTrigger($0, of: relation.name) }
        }
        for trigger in triggers where !trigger.utf8.lexicographicallyPrecedes("~crossfade".utf8) {
            let message = "trigger \(trigger) fires after the one that keeps the columns equal"
            let hint = "rename it: ALTER TRIGGER ... RENAME TO ..."
            findings.append(Finding("trigger-order", .refused, message, hint: hint))
        }
        let defaulted = blueprint.old.filter { $0.facts.default != nil }
        if !defaulted.isEmpty, blueprint.new.contains(where: { !$0.isRequired }) {
            let news = blueprint.new.map(\.name)
            findings.append(.explicitNull(in: news, defaultsOf: defaulted.map(\.name), of: relation.name))
        }
        if !blueprint.hasWayBack { findings.append(oneWay(blueprint)) }
        return findings
    }

    private func oneWay(_ blueprint: ComposedColumnsBlueprint) -> Finding {
        let names = blueprint.old.map { "\($0.name)" }.joined(separator: ", ")
        let refused = blueprint.old.contains { $0.isRequired && $0.facts.default == nil }
        return Finding(
            "one-way",
            .acknowledge,
            "there is no \(backwardKey): what new versions write does not reach \(names), and rollback after the first such write "
                + "would lose it" + (refused ? "; rows they add without \(names) are refused until contract" : ""),
            hint: "give \(backwardKey), or deploy versions that use the new columns after contract only"
        )
    }

    /// Reads what the server knows of the expressions.
    private func readExpressions(
        _ probe: ExpressionProbe,
        _ old: inout [ComposedColumnsBlueprint.Column],
        _ new: inout [ComposedColumnsBlueprint.Column]
    ) throws -> [Finding] {
        func sources(_ side: [ComposedColumnsBlueprint.Column]) -> [ExpressionProbe.Source] {
            side.map {
                ExpressionProbe.Source(
                    name: $0.name,
                    type: $0.facts.type,
                    constantDefault: $0.facts.constantDefault
                )
            }
        }
        func read(_ side: inout [ComposedColumnsBlueprint.Column], of other: [ExpressionProbe.Source]) throws
            -> [Finding]
        {
            try side.indices.flatMap { place in
                guard let value = side[place].value else { return [] as [Finding] }
                let (facts, findings) = try probe.read(value, of: other, named: side[place].name.name)
                side[place].valueFacts = facts
                return findings
            }
        }
        let (olds, news) = (sources(old), sources(new))
        return try read(&new, of: olds) + read(&old, of: news)
    }
}
