package import SQL

/// A column that is no longer needed: it is watched, set aside, and dropped in the end.
package struct DropColumn: Sendable, Hashable {
    package var table: QualifiedName
    package var column: Identifier
}

extension DropColumn: ChangeKind {
    package static let key = "drop_column"
    package static let isListable = true
    package static let summary =
        "A column is dropped: writes to it are watched, contract sets it aside, and purge drops it."

    package var family: String { DroppedColumnBlueprint.family }
    package var effects: [ApplicationEffect] { [.droppedColumn] }
    package var line: String { "\(table).\(column) is dropped" }
    package var nameWords: [String] { ["drop", table.description, column.name] }
    package var fixed: [String] { [table.quoted, column.quoted] }

    package static let form = ValueForm<DropColumn>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("column", .identifier, "The column that is to go."),
        build: DropColumn.init
    )
}
