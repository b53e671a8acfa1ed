package import SQL

extension SameRowBlueprint {
    /// What has been changed of the old column since another resolution, each as the statement that does it.
    package func changes(since former: SameRowBlueprint) -> [String] {
        var changes = column.changes(since: former.column, of: table)
        changes += indexes.map(\.facts).changes(since: former.indexes.map(\.facts), of: table)
        changes += originalChecks.changes(since: former.originalChecks, of: table)
        changes += foreignKeys.map(\.facts).changes(since: former.foreignKeys.map(\.facts))
        changes += (statistics ?? []).compared(former.statistics ?? [], \.name.name) { now, then in
            guard let now else { return ["DROP STATISTICS \(then?.name.description ?? "")"] }
            return ["CREATE STATISTICS \(now.name)\(now.kinds.text) ON \(now.elements.old.text) FROM \(table)"]
        }
        changes += columnTriggers.compared(former.columnTriggers, \.name) { now, then in
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
