package import SQL

/// A type that restricts another; its checks are objects of their own.
package struct DomainType: SchemaObject {
    package var base: ServerText
    package var collation: QualifiedName?
    package var isNotNull = false
    package var defaultValue: ServerText?

    package init(base: ServerText) {
        self.base = base
    }

    package var keyword: String { "DOMAIN" }

    package func creation(of id: ObjectID) -> [Step] {
        let parts = [
            "CREATE DOMAIN \(id.quoted) AS \(base.text)", collation.map { "COLLATE \($0.quoted)" },
            isNotNull ? "NOT NULL" : nil, defaultValue.map { "DEFAULT \($0.text)" },
        ]
        return [Step(parts.compactMap(\.self).joined(separator: " "))]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard base == old.base, collation == old.collation else { return .replacement }
        var steps: [Step] = []
        if defaultValue != old.defaultValue {
            steps.append(
                Step("ALTER DOMAIN \(id.quoted) " + (defaultValue.map { "SET DEFAULT \($0.text)" } ?? "DROP DEFAULT"))
            )
        }
        if isNotNull != old.isNotNull {
            steps.append(Step("ALTER DOMAIN \(id.quoted) \(isNotNull ? "SET" : "DROP") NOT NULL"))
        }
        return .inPlace(steps)
    }
}

/// A check of a domain.
package struct DomainConstraint: SchemaObject {
    package var definition: ServerText

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "CONSTRAINT" }

    package func creation(of id: ObjectID) -> [Step] {
        guard case .domainConstraint(let domain, let name) = id else { return [] }
        return [Step("ALTER DOMAIN \(domain.quoted) ADD CONSTRAINT \(name.quoted) \(definition.text)")]
    }

    package func removal(of id: ObjectID) -> [Step] {
        guard case .domainConstraint(let domain, let name) = id else { return [] }
        return [Step("ALTER DOMAIN \(domain.quoted) DROP CONSTRAINT \(name.quoted)")]
    }
}
