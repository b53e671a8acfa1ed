package import SQL

/// An extension that is installed; what it brought with it is not looked at.
package struct InstalledExtension: SchemaObject {
    package var schema: Identifier
    package var version: String

    package init(schema: Identifier, version: String) {
        self.schema = schema
        self.version = version
    }

    package var keyword: String { "EXTENSION" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("CREATE EXTENSION \(id.quoted) WITH SCHEMA \(schema.quoted)")]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        var steps: [Step] = []
        if old.schema != schema { steps.append(Step("ALTER EXTENSION \(id.quoted) SET SCHEMA \(schema.quoted)")) }
        if old.version != version { steps.append(Step("ALTER EXTENSION \(id.quoted) UPDATE TO \(version.literal)")) }
        return .inPlace(steps)
    }
}
