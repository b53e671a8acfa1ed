package import SQL

/// A type of several fields that is no table's.
package struct CompositeType: SchemaObject {
    package struct Attribute: Hashable, Sendable {
        package var name: Identifier
        package var type: ServerText
        package var collation: QualifiedName?

        package init(name: Identifier, type: ServerText, collation: QualifiedName? = nil) {
            self.name = name
            self.type = type
            self.collation = collation
        }

        var definition: String {
            name.quoted + " " + type.text + (collation.map { " COLLATE \($0.quoted)" } ?? "")
        }
    }

    package var attributes: [Attribute]

    package init(attributes: [Attribute]) {
        self.attributes = attributes
    }

    package var keyword: String { "TYPE" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("CREATE TYPE \(id.quoted) AS (\(attributes.map(\.definition).joined(separator: ", ")))")]
    }

    /// Attributes are added at the end and dropped anywhere; other orders and other types make another type.
    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        let kept = old.attributes.filter(attributes.contains)
        guard Array(attributes.prefix(kept.count)) == kept else { return .replacement }
        let gone = old.attributes.filter { !attributes.contains($0) }
        let added = attributes.dropFirst(kept.count)
        guard !gone.contains(where: { gone in added.contains { $0.name == gone.name } }) else { return .replacement }
        return .inPlace(
            gone.map { Step("ALTER TYPE \(id.quoted) DROP ATTRIBUTE \($0.name.quoted)") }
                + added.map { Step("ALTER TYPE \(id.quoted) ADD ATTRIBUTE \($0.definition)") }
        )
    }
}
