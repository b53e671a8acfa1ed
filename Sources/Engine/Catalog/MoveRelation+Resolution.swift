import Postgres
import SQL
import Workflow

extension MoveRelation: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        try connection.rolledBack { connection in
            let near = try RelationLookup(connection).find(from.table)
            let far = try RelationLookup(connection).find(to.table)
            var column = try ColumnReader(connection, near).read(from.column)
            let nearKey = try ColumnReader(connection, near).read(to.references.column)
            let farKey = try ColumnReader(connection, far).read(from.references.column)
            let indexes = try IndexReader(connection, near).read(from.column)
            let keys = try ForeignKeyReader(connection, near).read(from.column)
            var foreignKey = keys.first {
                $0.child == near.name && $0.parent == far.name && $0.columns == [from.column]
            }
            let others = keys.filter { $0 != foreignKey }
            let unique = indexes.first { $0.isUnique && isPlain($0) }
            let missing = IndexFacts(
                name: from.column,
                role: .index,
                isUnique: true,
                definition: Rewritten(old: ServerText(""), new: ServerText(""), retired: ServerText(""))
            )
            func blueprint() -> MoveRelationBlueprint {
                MoveRelationBlueprint(
                    plan: plan.name.text,
                    old: .init(
                        table: near.name,
                        key: nearKey.name,
                        keyType: nearKey.domainBase ?? nearKey.type,
                        reference: from.column,
                        referenceType: column.domainBase ?? column.type
                    ),
                    new: .init(
                        table: far.name,
                        key: farKey.name,
                        keyType: farKey.domainBase ?? farKey.type,
                        reference: to.column,
                        referenceType: nearKey.domainBase ?? nearKey.type
                    ),
                    column: column,
                    foreignKey: foreignKey,
                    unique: unique ?? missing,
                    change: self
                )
            }
            if let before = try GivenUp.read(from: blueprint().functions.first, on: connection, blueprint().comment) {
                column.isNotNull = true
                if let timing = before.timing { foreignKey = foreignKey?.timed(timing) }
            }
            var findings =
                try CrossTableObstacles(connection, near).read() + CrossTableObstacles(connection, far).read()
            findings += try keyFindings(near, nearKey, far, farKey, on: connection)
            findings += try CrossTableObstacles(connection, near).unfitKey(nearKey.name)
            findings += try CrossTableObstacles(connection, far).unfitKey(farKey.name)
            findings += columnFindings(near, column, others, unique)
            if let foreignKey { findings += actionFindings(foreignKey) }
            findings += try TableRights(connection, near).widerRights(of: [(from.column, to.column)], on: far)
            findings += required.findings(column, foreignKey, of: near.name)
            findings += try CrossTableObstacles(connection, near).dependants(
                of: from.column,
                without: [unique?.name, foreignKey?.name].compactMap { $0 }
            )
            if try !blueprint().hasExpanded(plan, on: connection) {
                findings += try takenColumn(far, on: connection)
            }
            findings += try takenNames(blueprint(), far, on: connection)
            return Resolution((blueprint(), findings))
        }
    }

    /// Whether an index is on the column alone, as it stands and on every row.
    private func isPlain(_ index: IndexFacts) -> Bool {
        let text = index.definition.old.text
        let names = [from.column.quoted, from.column.name]
        return names.contains { text == "USING btree (\($0))" }
    }

    // MARK: - Findings

    private func keyFindings(
        _ near: Relation,
        _ nearKey: ColumnFacts,
        _ far: Relation,
        _ farKey: ColumnFacts,
        on connection: Connection
    ) throws -> [Finding] {
        try [(near, nearKey), (far, farKey)].compactMap { table, key in
            let isUnique: Bool = try connection.queryKept(
                """
                SELECT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND i.indkey[0] = a.attnum AND i.indnkeyatts = 1
                  WHERE i.indrelid = $1 AND a.attname = $2 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL) AS found
                """,
                [table.oid, key.name]
            ).only().decode("found")
            guard !isUnique else { return nil }
            let message = "\(table.name).\(key.name) is no key by itself: a foreign key cannot reference it"
            return Finding("relation-key", .refused, message, hint: "keys of several columns are not supported")
        }
    }

    private func columnFindings(
        _ near: Relation,
        _ column: ColumnFacts,
        _ others: [ForeignKeyFacts],
        _ unique: IndexFacts?
    ) -> [Finding] {
        var findings: [Finding] = []
        let shown = "\(near.name).\(from.column)"
        if unique == nil {
            let message = "\(shown) is not unique: the relation is 1:n, and the other side can hold one row only"
            let hint = "make it unique first: crossfade new add_constraint; or see link_table"
            findings.append(Finding("relation-unique", .refused, message, hint: hint))
        }
        if column.default != nil || column.identity != nil {
            findings.append(Finding("relation-default", .refused, "\(shown) has a default", hint: "drop it first"))
        }
        if !others.isEmpty {
            let names = others.map { "\($0.name) of \($0.child)" }.joined(separator: ", ")
            findings.append(
                Finding("relation-keys", .refused, "other foreign keys use \(shown): \(names)", hint: "drop them first")
            )
        }
        return findings
    }

    /// What the old side's actions mean for the new version while both live.
    private func actionFindings(_ key: ForeignKeyFacts) -> [Finding] {
        let clauses = key.clauses.text
        if clauses.contains("ON DELETE CASCADE") {
            let message =
                "until contract deleting a row of \(key.parent) deletes the row of \(key.child) linked to it, as it does now (\(key.name) "
                + "has ON DELETE CASCADE), also when the new version deletes it"
            return [Finding("old-action", .acknowledge, message, hint: "have the new version unlink it first")]
        }
        let isCascade = clauses.contains("ON DELETE SET NULL")
        let isDeferred = clauses.contains("INITIALLY DEFERRED") && !clauses.contains("RESTRICT")
        guard !isCascade, !isDeferred else { return [] }
        return [
            Finding(
                "old-action",
                .acknowledge,
                "until contract \(key.name) refuses to delete a row of \(key.parent) that is linked, as it does now, also when the "
                    + "new version deletes it first",
                hint: "let the new version delete the row of \(key.child) first, or make the foreign key cascade"
            )
        ]
    }

    private func takenColumn(_ far: Relation, on connection: Connection) throws -> [Finding] {
        let isTaken: Bool = try connection.queryKept(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = $1 AND attname = $2 AND NOT attisdropped) AS taken",
            [far.oid, to.column]
        ).only().decode("taken")
        guard isTaken else { return [] }
        let message = "\(far.name) has a column \(to.column) already"
        return [Finding("new-column", .refused, message, hint: "choose another name under to:")]
    }

    private func takenNames(_ blueprint: MoveRelationBlueprint, _ far: Relation, on connection: Connection) throws
        -> [Finding]
    {
        try connection.queryKept(
            """
            SELECT c.relname AS name FROM pg_class c JOIN pg_class t ON t.relnamespace = c.relnamespace
             WHERE t.oid = $1 AND c.relname = $2 AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a
                     ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indexrelid = c.oid AND a.attname = $4)
            UNION ALL SELECT k.conname FROM pg_constraint k
             WHERE k.conrelid = $1 AND k.conname = $3 AND NOT EXISTS (SELECT FROM pg_attribute a
                     WHERE a.attrelid = $1 AND k.conkey = ARRAY[a.attnum] AND a.attname = $4)
            """,
            [far.oid, blueprint.newIndex, blueprint.newForeignKey, to.column]
        ).map { row in
            let name: String = try row.decode("name")
            return Finding(
                "name-taken",
                .refused,
                "the name \(name), which the new side needs, is taken",
                hint: "rename that object"
            )
        }
    }
}
