extension Sequence<RelationLock> {
    /// The strongest lock on each relation, in the order in which the relations come.
    package var strongest: [RelationLock] {
        var modes: [QualifiedName: LockMode] = [:]
        var order: [QualifiedName] = []
        for lock in self {
            if modes[lock.relation] == nil { order.append(lock.relation) }
            modes[lock.relation] = Swift.max(modes[lock.relation] ?? lock.mode, lock.mode)
        }
        return order.compactMap { name in modes[name].map { RelationLock(relation: name, mode: $0) } }
    }
}
