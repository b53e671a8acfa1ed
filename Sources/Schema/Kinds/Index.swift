package import SQL

/// An index that is no constraint's.
package struct Index: SchemaObject {
    /// The whole CREATE INDEX as the server prints it.
    package var definition: ServerText
    package var tablespace: Identifier?
    /// False after a CREATE INDEX CONCURRENTLY that failed.
    package var isValid = true

    package init(definition: ServerText) {
        self.definition = definition
    }

    package var keyword: String { "INDEX" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step(definition.text, .blocksWriters)]
            + (tablespace.map { [Step("ALTER INDEX \(id.quoted) SET TABLESPACE \($0.quoted)")] } ?? [])
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard definition == old.definition, isValid == old.isValid else { return .replacement }
        return .inPlace([Step("ALTER INDEX \(id.quoted) SET TABLESPACE \(tablespace?.quoted ?? "pg_default")")])
    }
}

/// That an index is the part of a partitioned table's index.
package struct IndexAttachment: SchemaObject {
    package var parent: QualifiedName

    package init(parent: QualifiedName) {
        self.parent = parent
    }

    package var keyword: String { "INDEX" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("ALTER INDEX \(parent.quoted) ATTACH PARTITION \(id.quoted)")]
    }

    /// There is no statement for it: the index is made again.
    package func removal(of id: ObjectID) -> [Step] { [] }
}
