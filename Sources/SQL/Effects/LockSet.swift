/// The strongest lock on each relation, in the order in which the statement names them.
struct LockSet {
    private(set) var locks: [RelationLock] = []

    /// Notes a lock; of two on one relation the stronger stays.
    mutating func take(_ mode: LockMode, on relation: QualifiedName?) {
        guard let relation else { return }
        guard let known = locks.firstIndex(where: { $0.relation == relation }) else {
            locks.append(RelationLock(relation: relation, mode: mode))
            return
        }
        if locks[known].mode < mode { locks[known] = RelationLock(relation: relation, mode: mode) }
    }
}

extension QualifiedName {
    /// The name in a `RangeVar`.
    init?(rangeVar: SyntaxTree?) {
        guard let name = rangeVar?.string("relname") else { return nil }
        self.init(schema: rangeVar?.string("schemaname").map(Identifier.init(parsed:)), name: Identifier(parsed: name))
    }

    /// The name in a list of `String` nodes: `[schema, name]` or `[name]`.
    init?(parts: some BidirectionalCollection<SyntaxTree>) {
        let names = parts.suffix(2).compactMap(\.string)
        guard let name = names.last else { return nil }
        self.init(
            schema: names.count == 2 ? Identifier(parsed: names[0]) : nil,
            name: Identifier(parsed: name)
        )
    }
}
