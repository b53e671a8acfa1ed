package import SQL

extension SameRowBlueprint {
    /// What has been changed of the old column since another resolution, each as the statement that does it.
    package func changes(since former: SameRowBlueprint) -> [String] {
        var changes = column.changes(since: former.column, of: table)
        changes += Self.compared(indexes.map(\.facts), former.indexes.map(\.facts), \.name) { now, then in
            indexChanges(now, since: then)
        }
        changes += Self.compared(originalChecks, former.originalChecks, \.name) { now, then in
            checkChanges(now, since: then)
        }
        changes += Self.compared(foreignKeys.map(\.facts), former.foreignKeys.map(\.facts), \.place) { now, then in
            foreignKeyChanges(now, since: then)
        }
        changes += Self.compared(statistics ?? [], former.statistics ?? [], \.name.name) { now, then in
            guard let now else { return ["DROP STATISTICS \(then?.name.description ?? "")"] }
            return ["CREATE STATISTICS \(now.name)\(now.kinds.text) ON \(now.elements.old.text) FROM \(table)"]
        }
        changes += Self.compared(columnTriggers, former.columnTriggers, \.name) { now, then in
            now.map { ["CREATE OR REPLACE TRIGGER \($0.name) ON \(table)"] } ?? [
                "DROP TRIGGER \(then?.name ?? "") ON \(table)"
            ]
        }
        // Where the columns are to be exchanged, these stay with the column.
        if isExchanged == former.isExchanged {
            changes += objectChanges(\.redefined, since: former, \.object, \.withOld.text)
            changes += objectChanges(\.views, since: former, \.viewName, \.before.text)
        }
        let (added, gone) = (
            partitions.filter { !former.partitions.contains($0) }, former.partitions.filter { !partitions.contains($0) }
        )
        changes += added.map { "ALTER TABLE \(table) ATTACH PARTITION \($0)" }
        changes += gone.map { "ALTER TABLE \(table) DETACH PARTITION \($0)" }
        return changes
    }

    /// Objects that follow the column by a definition of their own: made, changed or dropped.
    private func objectChanges<T>(
        _ objects: KeyPath<SameRowBlueprint, [T]>,
        since former: SameRowBlueprint,
        _ name: KeyPath<T, String>,
        _ definition: KeyPath<T, String>
    ) -> [String] {
        let (now, then) = (self[keyPath: objects], former[keyPath: objects])
        let before = Dictionary(then.map { ($0[keyPath: name], $0[keyPath: definition]) }) { first, _ in first }
        let names = Set(now.map { $0[keyPath: name] })
        return then.filter { !names.contains($0[keyPath: name]) }.map { "DROP \($0[keyPath: name])" }
            + now.compactMap { object in
                guard let known = before[object[keyPath: name]] else { return "CREATE \(object[keyPath: name])" }
                return known == object[keyPath: definition] ? nil : "ALTER \(object[keyPath: name])"
            }
    }

    /// Those that the table has; one that stands in for a domain is Crossfade's own.
    private var originalChecks: [CheckFacts] { checks.filter(\.replacesOriginal).map(\.facts.comparable) }

    /// What `named` says of each value that one of both has, and the other has not or has otherwise.
    private static func compared<T: Hashable, Name: Hashable>(
        _ now: [T],
        _ then: [T],
        _ name: KeyPath<T, Name>,
        named: (T?, T?) -> [String]
    ) -> [String] {
        let formers = Dictionary(then.map { ($0[keyPath: name], $0) }) { first, _ in first }
        let present = Set(now.map { $0[keyPath: name] })
        return then.filter { !present.contains($0[keyPath: name]) }.flatMap { named(nil, $0) }
            + now.filter { formers[$0[keyPath: name]] != $0 }.flatMap { named($0, formers[$0[keyPath: name]]) }
    }

    private func indexChanges(_ now: IndexFacts?, since then: IndexFacts?) -> [String] {
        guard let now else {
            guard let then else { return [] }
            return [
                then.role == .index ? "DROP INDEX \(then.name)" : "ALTER TABLE \(table) DROP CONSTRAINT \(then.name)"
            ]
        }
        var changes: [String] = []
        if now.built != then?.built {
            let create =
                now.constraint.map { "ALTER TABLE \(table) ADD CONSTRAINT \(now.name) \($0.old.text)" }
                ?? "CREATE \(now.isUnique ? "UNIQUE " : "")INDEX \(now.name) ON \(table) \(now.definition.old.text)"
            changes.append(create)
        }
        if now.comment != then?.comment {
            changes.append("COMMENT ON INDEX \(now.name) IS \(ColumnFacts.literal(now.comment))")
        }
        if now.constraintComment != then?.constraintComment {
            changes.append(
                "COMMENT ON CONSTRAINT \(now.name) ON \(table) IS \(ColumnFacts.literal(now.constraintComment))"
            )
        }
        if (now.isClustered == true) != (then?.isClustered == true) {
            changes.append(
                "ALTER TABLE \(table) \(now.isClustered == true ? "CLUSTER ON \(now.name)" : "SET WITHOUT CLUSTER")"
            )
        }
        if (now.isReplicaIdentity == true) != (then?.isReplicaIdentity == true) {
            let identity = now.isReplicaIdentity == true ? "USING INDEX \(now.name)" : "DEFAULT"
            changes.append("ALTER TABLE \(table) REPLICA IDENTITY \(identity)")
        }
        return changes
    }

    private func checkChanges(_ now: CheckFacts?, since then: CheckFacts?) -> [String] {
        let alter = "ALTER TABLE \(table)"
        guard let now else { return then.map { ["\(alter) DROP CONSTRAINT \($0.name)"] } ?? [] }
        var changes: [String] = []
        if now.definition != then?.definition {
            changes.append(
                "\(alter) ADD CONSTRAINT \(now.name) \(now.definition.old.text)" + (now.isValidated ? "" : " NOT VALID")
            )
        } else if now.isValidated != then?.isValidated {
            changes.append(
                "\(alter) \(now.isValidated ? "VALIDATE CONSTRAINT \(now.name)" : "ADD CONSTRAINT \(now.name) NOT VALID")"
            )
        }
        if now.comment != then?.comment {
            changes.append("COMMENT ON CONSTRAINT \(now.name) ON \(table) IS \(ColumnFacts.literal(now.comment))")
        }
        return changes
    }

    private func foreignKeyChanges(_ now: ForeignKeyFacts?, since then: ForeignKeyFacts?) -> [String] {
        guard let now else { return then.map { ["ALTER TABLE \($0.child) DROP CONSTRAINT \($0.name)"] } ?? [] }
        var changes: [String] = []
        if now.built != then?.built {
            func names(_ columns: [Identifier]) -> String { columns.map { "\($0)" }.joined(separator: ", ") }
            changes.append(
                "ALTER TABLE \(now.child) ADD CONSTRAINT \(now.name) FOREIGN KEY (\(names(now.columns))) REFERENCES \(now.parent) "
                    + "(\(names(now.parentColumns)))\(now.clauses.text)" + (now.isValidated ? "" : " NOT VALID")
            )
        } else if now.isValidated != then?.isValidated {
            changes.append("ALTER TABLE \(now.child) VALIDATE CONSTRAINT \(now.name)")
        }
        if now.comment != then?.comment {
            changes.append("COMMENT ON CONSTRAINT \(now.name) ON \(now.child) IS \(ColumnFacts.literal(now.comment))")
        }
        return changes
    }
}

// MARK: - What a like of it is built by

extension IndexFacts {
    /// Without what is told of it, what it is marked as, and the partitions that it has.
    package var built: IndexFacts {
        var copy = self
        (copy.comment, copy.constraintComment, copy.isClustered, copy.isReplicaIdentity) = (nil, nil, nil, nil)
        (copy.partitionNames, copy.key, copy.isMapped) = ([:], nil, nil)
        return copy
    }
}

extension CheckFacts {
    /// Without what is told of it, and whether it is proved.
    package var built: CheckFacts {
        var copy = comparable
        (copy.comment, copy.isValidated, copy.isMapped) = (nil, true, nil)
        return copy
    }
}

extension ForeignKeyFacts {
    /// Without what is told of it, and whether it is proved.
    package var built: ForeignKeyFacts {
        var copy = self
        (copy.comment, copy.isValidated) = (nil, true)
        return copy
    }
}

extension DependentView {
    fileprivate var viewName: String { "VIEW \(name)" }
}

extension ForeignKeyFacts {
    /// What tells it from others: two tables may have foreign keys of one name.
    fileprivate var place: [String] { [child.quoted, name.name] }
}
