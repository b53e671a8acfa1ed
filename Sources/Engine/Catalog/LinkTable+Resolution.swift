import Postgres
import SQL
import Workflow

extension LinkTable: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let near = try RelationLookup(connection).find(from.table)
            let far = try RelationLookup(connection).find(from.references.table)
            var column = try ColumnReader(connection, near).read(from.column)
            let farKey = try ColumnReader(connection, far).read(from.references.column)
            var facts = TableFacts(
                name: near.name,
                kind: near.kind,
                serverVersion: connection.serverVersion,
                column: column
            )
            try TableReader(connection, near).read(into: &facts)
            let nearKey = try ColumnReader(connection, near).read(facts.keyColumns.first ?? from.column)
            let keys = try ForeignKeyReader(connection, near).read(from.column)
            var foreignKey = keys.first {
                $0.child == near.name && $0.parent == far.name && $0.columns == [from.column]
            }
            let others = keys.filter { $0 != foreignKey }
            let rights = try self.rights(near, nearKey, column, on: connection)
            func made() -> LinkTableBlueprint {
                LinkTableBlueprint(
                    plan: plan.name.text,
                    old: .init(
                        table: near.name,
                        key: nearKey.name,
                        keyType: nearKey.domainBase ?? nearKey.type,
                        reference: from.column,
                        referenceType: column.domainBase ?? column.type
                    ),
                    target: far.name,
                    targetKey: farKey.name,
                    targetKeyType: farKey.domainBase ?? farKey.type,
                    column: column,
                    foreignKey: foreignKey,
                    change: self,
                    rights: rights
                )
            }
            if let before = try GivenUp.read(from: made().functions.first, on: connection, made().comment) {
                column.isNotNull = true
                if let timing = before.timing { foreignKey = foreignKey?.timed(timing) }
            }
            let blueprint = made()
            var findings =
                try CrossTableObstacles(connection, near).read() + CrossTableObstacles(connection, far).read()
            findings += try CrossTableObstacles(connection, near).unfitKey(nearKey.name)
            findings += try CrossTableObstacles(connection, far).unfitKey(farKey.name)
            findings += shapeFindings(facts, column, others, near)
            findings += try CrossTableObstacles(connection, near).dependants(
                of: from.column,
                without: [foreignKey?.name].compactMap { $0 } + (try plainIndexes(near, on: connection))
            )
            findings += foreignKey.map(actionFindings) ?? [unchecked(near)]
            if let link = blueprint.near {
                findings += try TableRights(connection, near).rowSecurityFindings(
                    blueprint.link,
                    match: [(link.name, nearKey.name)]
                )
            }
            findings += required.findings(column, foreignKey, of: near.name)
            findings += try takenName(blueprint, plan, on: connection)
            return Resolution((blueprint, findings))
        }
    }

    // MARK: - Facts

    private func rights(
        _ table: Relation,
        _ key: ColumnFacts,
        _ column: ColumnFacts,
        on connection: Connection
    ) throws -> LinkTableBlueprint.Rights {
        let rights = TableRights(connection, table)
        let privileges = ["SELECT", "INSERT", "UPDATE", "DELETE"]
        return LinkTableBlueprint.Rights(
            owner: try rights.owner(),
            grants: try rights.grants().filter { privileges.contains($0.privilege) },
            onKey: key.grants.filter { privileges.contains($0.privilege) },
            onColumn: column.grants.filter { privileges.contains($0.privilege) },
            rowSecurity: try rights.rowSecurity()
        )
    }

    /// Indexes on the column alone: they are set aside with it, and harm nobody.
    private func plainIndexes(_ table: Relation, on connection: Connection) throws -> [Identifier] {
        try connection.queryKept(
            """
            SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = $1 AND a.attname = $2 AND i.indnatts = 1 AND NOT i.indisunique
            """,
            [table.oid, from.column]
        ).map { try $0.decode("name") }
    }

    // MARK: - Findings

    private func shapeFindings(
        _ facts: TableFacts,
        _ column: ColumnFacts,
        _ others: [ForeignKeyFacts],
        _ table: Relation
    ) -> [Finding] {
        var findings: [Finding] = []
        if facts.keyColumns.count != 1 {
            let message = "\(table.name) has no primary key of one column, by which links could name its rows"
            findings.append(
                Finding("relation-key", .refused, message, hint: "keys of several columns are not supported")
            )
        }
        if column.default != nil || column.identity != nil {
            findings.append(
                Finding(
                    "relation-default",
                    .refused,
                    "\(table.name).\(from.column) has a default",
                    hint: "drop it first"
                )
            )
        }
        if !others.isEmpty {
            let names = others.map { "\($0.name) of \($0.child)" }.joined(separator: ", ")
            let message = "other foreign keys use \(table.name).\(from.column): \(names)"
            findings.append(Finding("relation-keys", .refused, message, hint: "drop them first"))
        }
        return findings
    }

    /// What deleting a linked row does while both shapes live.
    private func actionFindings(_ key: ForeignKeyFacts) -> [Finding] {
        let clauses = key.clauses.text
        if clauses.contains("ON DELETE CASCADE") {
            let message =
                "until contract deleting a row of \(key.parent) deletes the rows of \(key.child) linked to it, as it does now, also "
                + "those with a second link"
            return [Finding("old-action", .acknowledge, message, hint: "have the new version unlink them first")]
        }
        if clauses.contains("ON DELETE SET NULL") { return [] }
        let message =
            "until contract \(key.name) refuses to delete a row of \(key.parent) that is linked, as it does now"
        return [Finding("old-action", .acknowledge, message, hint: "have the new version unlink its rows first")]
    }

    /// What a link to nowhere becomes, which nothing has kept off so far.
    private func unchecked(_ table: Relation) -> Finding {
        let message =
            "\(table.name).\(from.column) has no foreign key: from expand on a link to a row that is not there fails with 23503"
        return Finding(
            "unchecked-links",
            .acknowledge,
            message,
            hint: "add the foreign key first: crossfade new add_constraint"
        )
    }

    private func takenName(_ blueprint: LinkTableBlueprint, _ plan: Plan, on connection: Connection) throws -> [Finding]
    {
        guard try !blueprint.hasExpanded(plan, on: connection) else { return [] }
        let isTaken: Bool = try connection.queryKept(
            "SELECT to_regclass($1) IS NOT NULL AS taken",
            [blueprint.link.quoted]
        )
        .only().decode("taken")
        guard isTaken else { return [] }
        let message = "there is a relation \(blueprint.link) already"
        return [Finding("name-taken", .refused, message, hint: "choose another name under through:")]
    }
}
