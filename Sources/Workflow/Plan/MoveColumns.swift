package import SQL
import YAML

/// Columns that move to a table which is there already, whose rows belong one to one to the old table's.
package struct MoveColumns: Sendable, Hashable {
    /// What becomes of a value whose row has no counterpart in the other table.
    package enum Missing: String, CaseIterable, Sendable, Codable {
        /// It has no place: it is reported, and contract waits until it has one.
        case report
        /// The row is made.
        case create
    }

    /// The table that has the columns now.
    package var from: QualifiedName
    /// The table they move to.
    package var to: QualifiedName
    /// The columns, which keep their names.
    package var columns: [Identifier]
    /// Columns of the table they move to, and the columns of the old one that they are matched with.
    package var match: [NamePair]
    /// What becomes of a value without a row to move to.
    package var missing: Missing

    /// A move; that its names are consistent is the reader's concern.
    package init(
        from: QualifiedName,
        to: QualifiedName,
        columns: [Identifier],
        match: [NamePair],
        missing: Missing
    ) {
        self.from = from
        self.to = to
        self.columns = columns
        self.match = match
        self.missing = missing
    }
}

extension MoveColumns: ChangeKind {
    package static let key = "move_columns"
    package static let summary = "Columns move to another table; both places can be read and written until contract."

    package var family: String { MovedColumnsBlueprint.family }
    package var effects: [ApplicationEffect] { ApplicationEffect.copying + [.newColumn] }
    package var table: QualifiedName { from }
    package var line: String { "\(from).(\(columns.map(\.name).joined(separator: ", "))) -> \(to)" }
    package var nameWords: [String] { ["move", from.description] + columns.prefix(1).map(\.name) }
    package var fixed: [String] {
        [from.quoted, columns.map(\.quoted).joined(separator: ","), to.quoted, missing.rawValue]
            + match.map { "\($0.key.quoted)=\($0.value.quoted)" }
    }

    package static let form = ValueForm<MoveColumns>.section(
        .required("from", .qualifiedName, "The table that has the columns now."),
        .required("to", .qualifiedName, "The table they move to."),
        .required(
            "columns",
            .list(of: .identifier, isNonempty: true).withoutRepeats(by: \.name),
            "The columns to move; they keep their names."
        ),
        .required(
            "match",
            .namePairs,
            "Columns of the other table, and the columns of the old one they are matched with."
        ),
        .optional(
            "missing",
            .choice(),
            default: .report,
            "What becomes of a value whose row has no counterpart in the other table."
        ),
        build: MoveColumns.init
    ).checked { change, cursor in
        guard Set(change.match.map(\.value)).isDisjoint(with: change.columns),
            Set(change.match.map(\.key)).isDisjoint(with: change.columns)
        else {
            cursor.refuse(.sameName, "a column that rows are matched by cannot be moved")
            return false
        }
        guard change.from != change.to else {
            cursor.refuse(.sameName, "the columns of '\(change.from)' are moved to where they are")
            return false
        }
        return true
    }
}
