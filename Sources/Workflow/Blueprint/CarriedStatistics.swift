package import SQL

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
