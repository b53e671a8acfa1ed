package import SQL

/// A table that is no longer needed: it is watched, set aside, and dropped in the end.
package struct DropTable: Sendable, Hashable {
    package var table: QualifiedName
}

extension DropTable: ChangeKind {
    package static let key = "drop_table"
    package static let summary =
        "A table is dropped: writes to it are watched, contract sets it aside, and purge drops it."

    package var family: String { DroppedTableBlueprint.family }
    package var effects: [ApplicationEffect] { [] }
    package var line: String { "\(table) is dropped" }
    package var nameWords: [String] { ["drop", table.description] }
    package var fixed: [String] { [table.quoted] }

    package static let form = ValueForm<DropTable>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        build: DropTable.init
    )
}
