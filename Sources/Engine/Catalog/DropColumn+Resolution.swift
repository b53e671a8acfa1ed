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
            let objects = try ColumnObjects(of: column, on: relation, connection)
            let keys = try ForeignKeyReader(connection, relation).read(column)
            facts.foreignKeys = keys.filter { $0.child == relation.name && $0.columns.contains(column) }
            var findings = try ObstacleReader(connection, relation).read(column, retired).compactMap(Self.rephrase)
            findings += inbound(keys, relation) + structure(facts, relation, objects)
            for trigger in try TriggerReader(connection, relation).columnTriggers(column, retired) {
                let message = "trigger \(trigger.name) fires on updates of \(column.name)"
                findings.append(
                    Finding("trigger", .blocksContract, message, hint: "create it again without the column")
                )
            }
            var blueprint = DroppedColumnBlueprint(
                plan: plan.name.text,
                facts: facts,
                retired: retired,
                goesWith: objects.all
            )
            if try GivenUp.read(from: blueprint.functions.first, on: connection, blueprint.comment) != nil {
                blueprint.relaxes = true
                blueprint.column.isNotNull = true
            }
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

    private func structure(_ facts: TableFacts, _ relation: Relation, _ objects: ColumnObjects) -> [Finding] {
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
        let names = objects.spanning.map { "\($0)" }
        if !names.isEmpty {
            let message = "what spans \(column.name) and other columns goes with it: \(names.joined(separator: ", "))"
            findings.append(Finding("spans", .acknowledge, message, hint: "build its like without the column before"))
        }
        return findings
    }
}
