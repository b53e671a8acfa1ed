/// The definition of one kind of object.
package protocol SchemaObject: Hashable, Sendable {
    /// The kind as statements name it, such as `MATERIALIZED VIEW`.
    var keyword: String { get }

    /// The statements that make the object.
    func creation(of id: ObjectID) -> [Step]

    /// The statements that remove it.
    func removal(of id: ObjectID) -> [Step]

    /// What makes the object of `old` that of this definition.
    func alteration(of id: ObjectID, from old: Self) -> Alteration
}

/// How a definition becomes another.
package enum Alteration: Sendable, Hashable {
    /// By statements, with the object in its place.
    case inPlace([Step])
    /// By dropping the object and making it again, together with what depends on it.
    case replacement
    /// By giving a column another type: what PostgreSQL does not rebuild by itself is made again.
    case retyping([Step])
}

extension SchemaObject {
    package func removal(of id: ObjectID) -> [Step] {
        [Step("DROP \(keyword) \(id.quoted)")]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration { .replacement }

    /// The same for a definition whose type is not known; another kind is another object.
    func alteration(of id: ObjectID, fromAny old: any SchemaObject) -> Alteration? {
        guard let old = old as? Self else { return .replacement }
        return old == self ? nil : alteration(of: id, from: old)
    }
}
