import Postgres
import SQL
import Workflow

extension Custom: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            var others: [QualifiedName] = []
            for name in also { others.append(try RelationLookup(connection).find(name).name) }
            var change = self
            change.also = others
            let facts = try TableReader(connection, relation).read()
            let blueprint = CustomBlueprint(
                change,
                plan: plan.name.text,
                table: relation.name,
                isPartitioned: relation.kind == .partitioned,
                keyColumns: facts.keyColumns
            )
            return Resolution((blueprint, try findings(relation, on: connection)))
        }
    }

    private func findings(_ relation: Relation, on connection: Connection) throws -> [Finding] {
        var findings: [Finding] = []
        if try connection.queryKept("SELECT pg_catalog.pg_is_in_recovery() AS standby").only().decode("standby") {
            let message = "the server is in recovery: it cannot be written to"
            findings.append(Finding("read-only", .refused, message, hint: "connect to the primary"))
        }
        if ![.table, .partitioned].contains(relation.kind) {
            let message = "\(relation.name) is no table that rows could be copied in"
            findings.append(Finding("table-kind", .refused, message, hint: "name the table behind it"))
        }
        return findings
    }
}
