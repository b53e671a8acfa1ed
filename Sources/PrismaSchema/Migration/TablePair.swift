import SQL

/// A table in both states, and what differs.
struct TablePair {
    let previous: Table
    let next: Table
    /// The columns that both have, by name.
    let commonColumns: [ColumnAlteration]

    init(previous: Table, next: Table) {
        self.previous = previous
        self.next = next
        let after = Dictionary(next.columns.map { ($0.name, $0) }) { first, _ in first }
        commonColumns = previous.columns.compactMap { column in
            after[column.name].map {
                ColumnAlteration(previous: column, next: $0, changes: ColumnChanges(from: column, to: $0))
            }
        }
    }

    // MARK: - Columns

    var droppedColumns: [Column] {
        let kept = Set(next.columns.map(\.name))
        return previous.columns.filter { !kept.contains($0.name) }.sorted { $0.name.isBefore($1.name) }
    }

    private var addedColumns: [Column] {
        let known = Set(previous.columns.map(\.name))
        return next.columns.filter { !known.contains($0.name) }.sorted { $0.name.isBefore($1.name) }
    }

    /// The clauses of one ALTER TABLE: dropped columns and added ones by name, altered ones in their own order.
    var alteration: TableAlteration? {
        var changes: [TableChange] = []
        let isKeyReplaced = isPrimaryKeyReplaced
        if let key = previous.primaryKey, isKeyReplaced || next.primaryKey == nil {
            changes.append(.dropPrimaryKey(key))
        }
        if let before = previous.primaryKey, let after = next.primaryKey, !isKeyReplaced, before.name != after.name {
            changes.append(.renamePrimaryKey(before, to: after.name))
        }
        changes += droppedColumns.map(TableChange.dropColumn)
        changes += addedColumns.map(TableChange.addColumn)
        changes += commonColumns.filter { !$0.changes.isEmpty }.map {
            $0.changes.type == .impossible ? .recreateColumn($0) : .alterColumn($0)
        }
        if let key = next.primaryKey, isKeyReplaced || previous.primaryKey == nil {
            changes.append(.addPrimaryKey(key))
        }
        if changes.isEmpty { return nil }
        return TableAlteration(previous: previous, next: next, changes: changes)
    }

    /// Whether both have a key, and not the same one.
    private var isPrimaryKeyReplaced: Bool {
        guard let before = previous.primaryKey, let after = next.primaryKey else { return false }
        let isSame =
            before.columns.count == after.columns.count
            && zip(before.columns, after.columns).allSatisfy {
                $0.name == $1.name && ($0.order ?? .ascending) == ($1.order ?? .ascending)
            }
        let names = Set(before.columns.map(\.name))
        return !isSame || commonColumns.contains { names.contains($0.previous.name) && $0.changes.type != nil }
    }

    // MARK: - Foreign keys

    var droppedForeignKeys: [ForeignKey] {
        previous.foreignKeys.filter { key in !next.foreignKeys.contains { matches(key, $0) } }
    }

    var createdForeignKeys: [ForeignKey] {
        next.foreignKeys.filter { key in !previous.foreignKeys.contains { matches($0, key) } }
    }

    var renamedForeignKeys: [Renaming] {
        var taken: Set<Int> = []
        return previous.foreignKeys.compactMap { before in
            let place = next.foreignKeys.indices.first { !taken.contains($0) && matches(before, next.foreignKeys[$0]) }
            guard let place else { return nil }
            taken.insert(place)
            let after = next.foreignKeys[place]
            // The keys of join tables had other names once, and Prisma leaves those alone.
            if before.name == after.name || (previous.isJoinTable && next.isJoinTable) { return nil }
            return Renaming(table: previous.name, previous: before.name, next: after.name)
        }
    }

    /// Whether two keys differ in nothing but their names.
    private func matches(_ before: ForeignKey, _ after: ForeignKey) -> Bool {
        before.columns == after.columns && before.referencedColumns == after.referencedColumns
            && before.referencedTable.name == after.referencedTable.name && before.onDelete == after.onDelete
            && before.onUpdate == after.onUpdate
            && !commonColumns.contains { before.columns.contains($0.previous.name) && $0.changes.type != nil }
    }

    // MARK: - Indexes

    var droppedIndexes: [Index] {
        previous.indexes.filter { index in !next.indexes.contains { index.matches($0) } }
    }

    /// New indexes, and those that a column takes with it when it is made anew.
    var createdIndexes: [IndexCreation] {
        let recreated = Set(commonColumns.filter { $0.changes.type == .impossible }.map(\.next.name))
        return next.indexes.compactMap { index in
            let isNew = !previous.indexes.contains { $0.matches(index) }
            let isRecreation = index.columns.contains { recreated.contains($0.name) }
            if !isNew, !isRecreation { return nil }
            return IndexCreation(table: next.name, index: index, isOnExistingTable: true, isRecreation: !isNew)
        }
    }

    /// Of several indexes over the same columns none is renamed: which is which cannot be told.
    var renamedIndexes: [Renaming] {
        let recreated = Set(createdIndexes.map(\.index.name))
        return previous.indexes.compactMap { before in
            let alike = previous.indexes.count {
                $0.columns.map(\.name) == before.columns.map(\.name) && $0.isUnique == before.isUnique
            }
            guard alike == 1, let after = next.indexes.first(where: { before.matches($0) }) else { return nil }
            // An index that comes back with its column has its new name already.
            if before.name == after.name || recreated.contains(after.name) { return nil }
            return Renaming(table: previous.name, previous: before.name, next: after.name)
        }
    }
}

extension Table {
    fileprivate var isJoinTable: Bool { columns.map(\.name.name).sorted() == ["A", "B"] }
}

extension Index {
    /// Whether two indexes differ in nothing but their names.
    fileprivate func matches(_ other: Index) -> Bool {
        columns.count == other.columns.count && isUnique == other.isUnique && method == other.method
            && predicate == other.predicate
            && zip(columns, other.columns).allSatisfy { before, after in
                before.name == after.name && (before.order ?? .ascending) == (after.order ?? .ascending)
                    && Self.isSameClass(before.operatorClass, after.operatorClass, method)
            }
    }

    private static func isSameClass(_ before: OperatorClass?, _ after: OperatorClass?, _ method: IndexMethod) -> Bool {
        switch (before, after) {
        case (nil, nil): true
        case (let named?, nil), (nil, let named?): named.isDefault(for: method)
        case (let before?, let after?): before.name == after.name
        }
    }
}
