/// The kinds of change that tables are made for.
package enum Kind: String, CaseIterable, Sendable {
    case renameColumn = "rename_column"
    case changeType = "change_type"
    case mergeColumns = "merge_columns"
    case splitColumn = "split_column"
    case makeRequired = "make_required"
    case addRequiredColumn = "add_required_column"
    case renameTable = "rename_table"
    case extractTable = "extract_table"
    case moveColumns = "move_columns"
    case moveRelation = "move_relation"
    case linkTable = "link_table"

    /// Each variant is a subject of its own.
    var subjects: [Subject] {
        switch self {
        case .renameColumn: Subject.renames
        case .changeType: Subject.retypes
        case .mergeColumns: Subject.merges
        case .splitColumn: Subject.splits
        case .makeRequired: [Subject.required]
        case .addRequiredColumn: [Subject.added]
        case .renameTable: [Subject.table]
        case .extractTable: [Subject.extracted]
        case .moveColumns: [Subject.moved, Subject.movedToRows]
        case .moveRelation: Subject.relations
        case .linkTable: Subject.links
        }
    }

    /// Whether the statements of a new version can be told from those of an old one by the columns they name.
    var hasTwoSides: Bool {
        switch self {
        case .renameColumn, .changeType, .mergeColumns, .splitColumn: true
        case .makeRequired, .addRequiredColumn, .renameTable, .extractTable, .moveColumns, .moveRelation, .linkTable:
            false
        }
    }

    /// Whether the columns come to stand in another table.
    var isCrossTable: Bool { self == .extractTable || self == .moveColumns || isLink }

    /// Whether the column is a link to another table.
    var isLink: Bool { self == .moveRelation || self == .linkTable }
}
