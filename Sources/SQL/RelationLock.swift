/// A lock that a statement takes on a relation it names.
package struct RelationLock: Hashable, Sendable {
    /// The relation, as the statement names it.
    package let relation: QualifiedName

    /// The strongest lock the statement takes on it.
    package let mode: LockMode

    /// A lock from its parts.
    package init(relation: QualifiedName, mode: LockMode) {
        self.relation = relation
        self.mode = mode
    }
}
