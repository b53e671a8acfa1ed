import SQL

/// How one schema becomes another: what happens to each object that is not the same on both sides.
package struct SchemaDiff: Sendable {
    /// What happens to an object.
    package enum Change: Sendable, Hashable {
        case create
        case drop
        /// Dropped and made again, because its definition cannot be changed in place or because of what it depends on.
        case replace
        /// Changed where it is. The steps are its own; comments and privileges come later.
        case alter([Step])
        /// A column that gets another type; by way of text where the type is one of the same name.
        case retype([Step])
    }

    package let old: DatabaseSchema
    package let new: DatabaseSchema
    /// Whether the owner of an object is a part of it.
    package let comparesOwners: Bool
    /// What happens to the objects with other definitions, and to those that have to follow.
    package private(set) var changes: [ObjectID: Change] = [:]
    /// Objects whose comment, owner or privileges differ, whatever else happens to them.
    package private(set) var remarks: Set<ObjectID> = []

    /// Compares two schemas; without `comparesOwners` it does not matter whose an object is.
    package init(from old: DatabaseSchema, to new: DatabaseSchema, comparingOwners comparesOwners: Bool = false) {
        self.old = old
        self.new = new
        self.comparesOwners = comparesOwners
        for (id, entry) in old.entries {
            guard let other = new.entries[id] else {
                changes[id] = .drop
                continue
            }
            compare(id, entry, other)
        }
        for id in new.entries.keys where old.entries[id] == nil { changes[id] = .create }
        propagate()
    }

    /// Whether there is nothing to do.
    package var isEmpty: Bool { changes.isEmpty && remarks.isEmpty }

    private mutating func compare(_ id: ObjectID, _ old: DatabaseSchema.Entry, _ new: DatabaseSchema.Entry) {
        switch new.object.alteration(of: id, fromAny: old.object) {
        case nil: break
        case .replacement: changes[id] = .replace
        case .inPlace(let steps): changes[id] = steps.isEmpty ? nil : .alter(steps)
        case .retyping(let steps): changes[id] = .retype(steps)
        }
        let hasOtherOwner = comparesOwners && old.owner != new.owner
        if old.comment != new.comment || old.privileges != new.privileges || hasOtherOwner { remarks.insert(id) }
    }

    // MARK: - What has to follow

    /// Whatever depends on what goes away has to go first; what is wanted again is made again.
    private mutating func propagate() {
        var dependants: [ObjectID: [ObjectID]] = [:]
        for (id, others) in old.dependencies {
            for other in others.keys { dependants[other, default: []].append(id) }
        }
        var open = Array(changes.filter { $0.value.removes || $0.value.isRetyping }.keys)
        while let cause = open.popLast() {
            for id in dependants[cause] ?? [] where new.entries[id] != nil && old.entries[id] != nil {
                guard changes[id]?.removes != true, let change = consequence(for: id, of: cause) else { continue }
                if case .retype = change, changes[id]?.isRetyping == true { continue }
                changes[id] = change
                open.append(id)
            }
        }
    }

    /// What happens to an object that is on both sides, because of what happens to one that it depends on; nil for nothing.
    private func consequence(for id: ObjectID, of cause: ObjectID) -> Change? {
        let isRetyped = changes[cause]?.isRetyping == true
        switch (id, cause) {
        case (.table, _): return nil
        case (.column, .type): return retyped(id)
        case (.column, .column), (.column, .routine):
            // Only the expression of a generated column depends on these.
            return .replace
        case (.column, .table): return .replace
        case (.column, _): return nil
        case (.index, .column), (.statistics, .column), (.sequenceOwner, .column):
            return isRetyped ? nil : .replace
        case (.constraint, .column):
            let isForeign = (new.entries[id]?.object as? Constraint)?.kind == .foreignKey
            return isRetyped && !isForeign ? nil : .replace
        default: return .replace
        }
    }

    /// The column with the type of the same name that is made again.
    private func retyped(_ id: ObjectID) -> Change? {
        guard let column = new.entries[id]?.object as? Column, let before = old.entries[id]?.object as? Column,
            let step = column.retyping(of: id, by: TypeCast(throughTextOf: before.type, to: column.type))
        else { return nil }
        if column.generation != nil { return .replace }
        // The other differences follow when the type is there.
        var between = before
        between.type = column.type
        between.collation = column.collation
        if case .inPlace(let steps) = column.alteration(of: id, fromAny: between) { return .retype([step] + steps) }
        return .retype([step])
    }
}

extension SchemaDiff.Change {
    /// Whether the old object goes away.
    package var removes: Bool {
        switch self {
        case .drop, .replace: true
        case .create, .alter, .retype: false
        }
    }

    /// Whether an object comes into being.
    package var creates: Bool {
        switch self {
        case .create, .replace: true
        case .drop, .alter, .retype: false
        }
    }

    var isRetyping: Bool {
        if case .retype = self { true } else { false }
    }
}
