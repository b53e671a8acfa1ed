import Postgres
import SQL
import Workflow

extension DropTable: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            let facts = try TableReader(connection, relation).read()
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
