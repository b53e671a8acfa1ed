import SQL

/// What a table's columns and checks have from its parents, and what the parents' changes bring with them.
struct Lineage {
    let diff: SchemaDiff

    /// Whether a statement for the parent does it for the child as well.
    func isImplied(_ id: ObjectID) -> Bool {
        guard let change = diff.changes[id], case .column(let table, let name) = id else {
            return isImpliedCheck(id)
        }
        guard isInherited(id, change) else { return false }
        return commonParents(of: table).contains { isSameKind(diff.changes[.column($0, name)], change) }
    }

    /// Whether a new child of plain inheritance has it from the beginning.
    func comesWithParents(_ id: ObjectID) -> Bool {
        guard let table = id.owner, diff.changes[.table(table)]?.creates == true,
            let definition = diff.new.entries[.table(table)]?.object as? Table, !definition.parents.isEmpty
        else { return false }
        switch diff.new.entries[id]?.object {
        case let column as Column: return column.isInherited
        case let constraint as Constraint: return constraint.isInherited
        default: return false
        }
    }

    /// The parents' objects that have to be changed before the child's.
    func predecessors(of id: ObjectID) -> [ObjectID] {
        guard let table = id.owner else { return [] }
        return parents(of: table, in: diff.new).compactMap { parent in
            switch id {
            case .column(_, let name): .column(parent, name)
            case .columnDefault(_, let name): .column(parent, name)
            case .constraint(_, let name): .constraint(parent, name)
            default: nil
            }
        }
    }

    /// A default that a column has from its parent's when it is added with it.
    func comesWithColumn(_ id: ObjectID) -> Bool {
        guard case .columnDefault(let table, let name) = id, isImplied(.column(table, name)),
            diff.changes[.column(table, name)]?.creates == true,
            let value = diff.new.entries[id]?.object as? ColumnDefault
        else { return false }
        return commonParents(of: table).contains {
            diff.new.entries[.columnDefault($0, name)]?.object as? ColumnDefault == value
        }
    }

    private func isImpliedCheck(_ id: ObjectID) -> Bool {
        guard let change = diff.changes[id], case .constraint(let table, let name) = id, isInherited(id, change) else {
            return false
        }
        return commonParents(of: table).contains { isSameKind(diff.changes[.constraint($0, name)], change) }
    }

    private func isInherited(_ id: ObjectID, _ change: SchemaDiff.Change) -> Bool {
        switch (change.creates ? diff.new : diff.old).entries[id]?.object {
        case let column as Column: column.isInherited
        case let constraint as Constraint: constraint.isInherited
        default: false
        }
    }

    private func isSameKind(_ one: SchemaDiff.Change?, _ other: SchemaDiff.Change) -> Bool {
        switch (one, other) {
        case (.create, .create), (.drop, .drop), (.replace, .replace), (.retype, .retype): true
        default: false
        }
    }

    private func commonParents(of table: QualifiedName) -> [QualifiedName] {
        let before = parents(of: table, in: diff.old)
        return parents(of: table, in: diff.new).filter(before.contains)
    }

    private func parents(of table: QualifiedName, in schema: DatabaseSchema) -> [QualifiedName] {
        if let attachment = schema.entries[.attachment(table)]?.object as? Attachment { return [attachment.parent] }
        return (schema.entries[.table(table)]?.object as? Table)?.parents ?? []
    }
}
