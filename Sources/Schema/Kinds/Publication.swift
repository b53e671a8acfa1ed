package import SQL

/// A publication without its members, which are objects of their own.
package struct Publication: SchemaObject {
    package var isForAllTables = false
    /// Such as `insert`, in the server's order.
    package var operations: [String]
    package var publishesViaRoot = false

    package init(operations: [String]) {
        self.operations = operations
    }

    package var keyword: String { "PUBLICATION" }

    private var parameters: String {
        "publish = \(operations.joined(separator: ", ").literal), publish_via_partition_root = \(publishesViaRoot)"
    }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("CREATE PUBLICATION \(id.quoted)\(isForAllTables ? " FOR ALL TABLES" : "") WITH (\(parameters))")]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard isForAllTables == old.isForAllTables else { return .replacement }
        return .inPlace([Step("ALTER PUBLICATION \(id.quoted) SET (\(parameters))")])
    }
}

/// A table that a publication names.
package struct PublicationTable: SchemaObject {
    /// None stands for all columns.
    package var columns: [Identifier] = []
    package var filter: ServerText?

    package init() {}

    package var keyword: String { "PUBLICATION" }

    package func creation(of id: ObjectID) -> [Step] {
        guard case .publicationTable(let publication, let table) = id else { return [] }
        let list = columns.isEmpty ? "" : " (\(columns.map(\.quoted).joined(separator: ", ")))"
        let condition = filter.map { " WHERE (\($0.text))" } ?? ""
        return [Step("ALTER PUBLICATION \(publication.quoted) ADD TABLE ONLY \(table.quoted)\(list)\(condition)")]
    }

    package func removal(of id: ObjectID) -> [Step] {
        guard case .publicationTable(let publication, let table) = id else { return [] }
        return [Step("ALTER PUBLICATION \(publication.quoted) DROP TABLE ONLY \(table.quoted)")]
    }
}

/// A schema all of whose tables a publication has.
package struct PublicationSchema: SchemaObject {
    package init() {}

    package var keyword: String { "PUBLICATION" }

    package func creation(of id: ObjectID) -> [Step] { statement(id, "ADD") }

    package func removal(of id: ObjectID) -> [Step] { statement(id, "DROP") }

    private func statement(_ id: ObjectID, _ verb: String) -> [Step] {
        guard case .publicationSchema(let publication, let schema) = id else { return [] }
        return [Step("ALTER PUBLICATION \(publication.quoted) \(verb) TABLES IN SCHEMA \(schema.quoted)")]
    }
}
