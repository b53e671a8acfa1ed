package import SQL

/// An object that names the old column, and that contract lets name the new one in the transaction that sets the old one aside.
///
/// Until then it goes by the old column, which holds the same value. Nobody sees the table without it.
package struct Redefinition: Sendable, Hashable, Codable {
    /// As in a message: `policy tenant`.
    package var object: String
    /// Statements, but for the last semicolon, that let it name the old column.
    package var withOld: ServerText
    /// The same for the new column.
    package var withNew: ServerText
    /// A condition that it is still as it was read, under a search_path of `pg_catalog` alone.
    package var unchanged: ServerText

    package init(object: String, unchanged: ServerText, withOld: ServerText, withNew: ServerText) {
        self.object = object
        self.unchanged = unchanged
        self.withOld = withOld
        self.withNew = withNew
    }
}

/// Extended statistics that contain the column: enforce gathers their like on the new one.
package struct CarriedStatistics: Sendable, Hashable, Codable {
    package var name: QualifiedName
    /// What the like is called until contract gives it the name.
    package var working: QualifiedName
    /// As in ` (ndistinct, mcv)`, with a leading space where not empty.
    package var kinds: ServerText
    /// Columns and expressions.
    package var elements: Rewritten
    /// The columns that ANALYZE has to read beside the new one.
    package var otherColumns: [Identifier]
    package var target: Int?
    package var comment: String?

    package init(name: QualifiedName, kinds: ServerText, elements: Rewritten, otherColumns: [Identifier]) {
        self.name = name
        working = QualifiedName(schema: name.schema, name: Identifier(shortening: "crossfade", name.name.name))
        self.kinds = kinds
        self.elements = elements
        self.otherColumns = otherColumns
    }
}
