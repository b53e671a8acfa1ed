package import SQL

/// A column, new or there already, that becomes NOT NULL.
package struct RequiredColumnBlueprint: Blueprint {
    package static let family = "required_column"

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var isPartitioned: Bool
    package var keyColumns: [Identifier]
    package var column: Identifier
    /// Set for a column that expand adds.
    package var type: ServerText?
    package var fill: Expression
    /// Whether its value may depend on the settings of the session; nil where a run began before this was looked at.
    package var fillReadsSettings: Bool?

    package init(
        plan: String,
        table: QualifiedName,
        isPartitioned: Bool,
        keyColumns: [Identifier],
        column: Identifier,
        type: ServerText?,
        fill: Expression
    ) {
        self.plan = plan
        self.table = table
        self.isPartitioned = isPartitioned
        self.keyColumns = keyColumns
        self.column = column
        self.type = type
        self.fill = fill
    }

    package var tables: [QualifiedName] { [table] }
    package var addedColumns: [NamedShape] { type == nil ? [] : [NamedShape(table: table, columns: [column])] }
    package var stayingColumns: [NamedShape] { type == nil ? [NamedShape(table: table, columns: [column])] : [] }
    package var claims: [String] { ["\(table.quoted).\(column.quoted)"] }
    package var readColumns: [String] {
        ((type == nil ? [column] : []) + fill.columnNames).map { "\(table.quoted).\($0.quoted)" }
    }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "every row has a value in \(column)",
            undone: type == nil ? "rows that got a value keep it" : "the column \(column) is dropped",
            contracted: "versions that write no \(column) fail from here on",
            purged: nil,
            lost: "the run is completed: \(table).\(column) is NOT NULL, and nothing fills it any more",
            wayOut: "ALTER TABLE \(table.quoted) ALTER COLUMN \(column.quoted) DROP NOT NULL"
        )
    }
}
