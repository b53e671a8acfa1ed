/// What is to become of the schema.
package enum Change: Sendable, Hashable {
    /// A column gets another name.
    case renameColumn(RenameColumn)

    /// The key under `change:`, such as `rename_column`.
    package var kind: String {
        switch self {
        case .renameColumn: RenameColumn.kind
        }
    }
}

extension Change {
    static let form = ValueForm<Change>.oneKey(
        [
            .required(
                RenameColumn.kind,
                RenameColumn.form.map(Change.renameColumn),
                "A column gets another name; both names can be read and written until contract."
            )
        ],
        unsupported: plannedKinds.map { Unsupported($0, "is a kind of change that is not supported yet") }
    )

    /// The other kinds of the language.
    private static let plannedKinds = [
        "change_type", "make_required", "add_required_column", "merge_columns", "split_column", "rename_table",
        "move_columns", "extract_table", "move_relation", "link_table", "add_constraint", "drop_column", "drop_table",
        "custom",
    ]
}
