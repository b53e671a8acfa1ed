package import SQL

/// A column that becomes NOT NULL: rows without a value get one, and so do the rows of versions that know nothing of it.
package struct MakeRequired: Sendable, Hashable {
    package var table: QualifiedName
    package var column: Identifier
    /// The value of a row without one, in terms of its columns.
    package var fill: Expression
}

/// A new column that is NOT NULL from enforce on.
package struct AddRequiredColumn: Sendable, Hashable {
    package var table: QualifiedName
    package var column: Identifier
    package var type: TypeName
    /// The value of a row without one, in terms of its columns.
    package var fill: Expression
}

extension MakeRequired: ChangeKind {
    package static let key = "make_required"
    package static let isListable = true
    package static let summary =
        "A column becomes NOT NULL; until contract, rows that are written without a value get one."

    package var family: String { RequiredColumnBlueprint.family }
    package var effects: [ApplicationEffect] { ApplicationEffect.copying }
    package var line: String { "\(table).\(column) becomes NOT NULL" }
    package var nameWords: [String] { ["require", table.description, column.name] }
    package var fixed: [String] { [table.quoted, column.quoted, fill.text] }

    package static let form = ValueForm<MakeRequired>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("column", .identifier, "The column."),
        .required(
            "fill",
            .expression,
            "The value of a row without one, written with the names of the table's columns."
        ),
        build: MakeRequired.init
    )
}

extension AddRequiredColumn: ChangeKind {
    package static let key = "add_required_column"
    package static let isListable = true
    package static let summary =
        "A new column that is NOT NULL; until contract, rows of versions that do not know it get a value."

    package var family: String { RequiredColumnBlueprint.family }
    package var effects: [ApplicationEffect] {
        ApplicationEffect.copying + [ApplicationEffect(.preparedStar, .expand)]
    }
    package var line: String { "\(table).\(column) \(type.text) is added, NOT NULL" }
    package var nameWords: [String] { ["add", table.description, column.name] }
    package var fixed: [String] { [table.quoted, column.quoted, type.text, fill.text] }

    package static let form = ValueForm<AddRequiredColumn>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("column", .identifier, "The new column's name."),
        .required("type", .type, "Its type, as after ::."),
        .required(
            "fill",
            .expression,
            "The value of a row without one, written with the names of the table's columns."
        ),
        build: AddRequiredColumn.init
    )
}
