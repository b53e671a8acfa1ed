import Postgres
import SQL
import Workflow

extension DropColumn: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            let retired = Identifier(shortening: "crossfade_old", column.name)
            var facts = TableFacts(
                name: relation.name,
                kind: relation.kind,
                serverVersion: connection.serverVersion,
                column: try ColumnReader(connection, relation).read(column)
            )
            try TableReader(connection, relation).read(into: &facts)
            facts.indexes = try IndexReader(connection, relation).read(column)
            facts.checks = try CheckReader(connection, relation).read(column)
            let keys = try ForeignKeyReader(connection, relation).read(column)
            facts.foreignKeys = keys.filter { $0.child == relation.name && $0.columns.contains(column) }
            var findings = try ObstacleReader(connection, relation).read(column, retired).compactMap(Self.rephrase)
            findings += inbound(keys, relation) + structure(facts, relation)
            for trigger in try TriggerReader(connection, relation).columnTriggers(column, retired) {
                let message = "trigger \(trigger.name) fires on updates of \(column.name)"
                findings.append(
                    Finding("trigger", .blocksContract, message, hint: "create it again without the column")
                )
            }
            let blueprint = DroppedColumnBlueprint(plan: plan.name.text, facts: facts, retired: retired)
            return Resolution((blueprint, findings))
        }
    }

    /// What concerns every column that is to leave; the rest of the list is about one that takes its place.
    private static func rephrase(_ finding: Finding) -> Finding? {
        let kept: Set = [
            "read-only", "table-kind", "inheritance", "typed-table", "ownership", "row-security", "partition-key",
            "rules",
            "security-label", "view", "generated-column", "policy", "publication-columns", "statistics", "function",
            "function-bodies", "select-star", "trigger",
        ]
        guard kept.contains(finding.id) else { return nil }
        var finding = finding
        if finding.id == "function-bodies" {
            finding.hint = "let it do without the column, or acknowledge function-bodies when it means something else"
        } else if finding.weight == .blocksContract {
            finding.hint = "drop it, or let it do without the column"
        }
        return finding
    }

    private func inbound(_ keys: [ForeignKeyFacts], _ relation: Relation) -> [Finding] {
        keys.filter { $0.parent == relation.name && $0.parentColumns.contains(column) }.map { key in
            Finding(
                "foreign-key",
                .refused,
                "foreign key \(key.name) of \(key.child) references \(column.name)",
                hint: "drop it first: ALTER TABLE \(key.child.quoted) DROP CONSTRAINT \(key.name.quoted)"
            )
        }
    }

    private func structure(_ facts: TableFacts, _ relation: Relation) -> [Finding] {
        var findings: [Finding] = []
        if facts.keyColumns.contains(column) {
            let message = "\(column.name) is part of the primary key of \(relation.name)"
            findings.append(Finding("primary-key", .refused, message, hint: "give the table another key first"))
        }
        if relation.kind == .partitioned, !facts.foreignKeys.isEmpty {
            let message =
                "\(column.name) of the partitioned table \(relation.name) has a foreign key: it could not be set back"
            findings.append(Finding("foreign-key", .refused, message, hint: "drop it first"))
        }
        let spanning = facts.indexes.filter { $0.definition.old.text.contains(",") }.map(\.name)
        let names = (spanning + facts.foreignKeys.filter { $0.columns.count > 1 }.map(\.name)).map { "\($0)" }
        if !names.isEmpty {
            let message = "what spans \(column.name) and other columns goes with it: \(names.joined(separator: ", "))"
            findings.append(Finding("spans", .acknowledge, message, hint: "build its like without the column before"))
        }
        return findings
    }
}

extension DropTable: ResolvedKind {
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
            let retired = Identifier(shortening: "crossfade_old", relation.name.name.name)
            let keys = try ForeignKeyReader(connection, relation).readAll()
            let own = keys.filter { $0.child == relation.name }
            var findings = try CrossTableObstacles(connection, relation).read().filter {
                !["user-triggers", "row-security", "rules"].contains($0.id)
                    && !($0.id == "table-kind" && relation.kind == .partitioned)
            }
            findings += keys.filter { $0.child != relation.name }.map { key in
                Finding(
                    "foreign-key",
                    .refused,
                    "foreign key \(key.name) of \(key.child) references \(relation.name)",
                    hint: "drop it first: ALTER TABLE \(key.child.quoted) DROP CONSTRAINT \(key.name.quoted)"
                )
            }
            if relation.kind == .partitioned, !own.isEmpty {
                let message = "the partitioned table \(relation.name) has foreign keys: they could not be set back"
                findings.append(Finding("foreign-key", .refused, message, hint: "drop them first"))
            }
            if facts.takenNames.contains(retired.name) {
                let message = "the reserved name \(retired) is taken"
                findings.append(Finding("name-taken", .refused, message, hint: "rename the object that has it"))
            }
            findings += try TableDependants(connection, relation).read()
            let blueprint = DroppedTableBlueprint(
                plan: plan.name.text,
                facts: facts,
                retired: retired,
                foreignKeys: own
            )
            return Resolution((blueprint, findings))
        }
    }
}
