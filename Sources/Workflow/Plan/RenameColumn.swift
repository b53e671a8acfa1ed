package import SQL
import YAML

/// A column that gets another name, while applications use both.
package struct RenameColumn: Sendable, Hashable {
    /// The column's table.
    package var table: QualifiedName

    /// The name that old versions of the application use.
    package var from: Identifier

    /// The name that new versions use.
    package var to: Identifier

    /// A renaming; that the names differ is the reader's concern.
    package init(table: QualifiedName, from: Identifier, to: Identifier) {
        self.table = table
        self.from = from
        self.to = to
    }
}

extension RenameColumn: ChangeKind {
    package static let key = "rename_column"
    package static let isListable = true
    package var canBeDualWritten: Bool { true }
    package static let summary = "A column gets another name; both names can be read and written until contract."

    package var family: String { SameRowBlueprint.family }
    package var effects: [ApplicationEffect] { ApplicationEffect.copying + [.newColumn] }
    package var line: String { "\(table).\(from) -> \(table).\(to)" }
    package var nameWords: [String] { ["rename", table.description, from.name] }
    package var fixed: [String] { [table.quoted, from.quoted, to.quoted] }

    package static let form = ValueForm<RenameColumn>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("from", .identifier, "The column's present name."),
        .required("to", .identifier, "The column's new name."),
        build: RenameColumn.init
    ).checked { rename, cursor in
        if rename.from != rename.to { return true }
        let message = "'\(rename.from)' is renamed to itself"
        cursor.refuse(.sameName, message, at: cursor.mapping()?.range(of: "to"))
        return false
    }
}
