package import SQL
import YAML

/// A table that gets another name, while applications use both.
package struct RenameTable: Sendable, Hashable {
    /// What becomes of names that begin with the table's: indexes, constraints, sequences, triggers.
    package enum Names: String, CaseIterable, Sendable, Codable {
        /// They begin with the new one after contract.
        case follow
        /// They stay.
        case keep
    }

    /// The name that old versions use, with its schema or without.
    package var from: QualifiedName
    /// The name that new versions use, in the same schema.
    package var to: Identifier
    package var names: Names
    /// The schema written before the new name; nil: none.
    fileprivate var schema: Identifier?

    fileprivate init(from: QualifiedName, to: QualifiedName, names: Names) {
        self.from = from
        self.to = to.name
        self.names = names
        schema = to.schema
    }
}

extension RenameTable: ChangeKind {
    package static let key = "rename_table"
    package static let summary = "A table gets another name; both names can be read and written until contract."

    package var family: String { RenamedTableBlueprint.family }
    package var effects: [ApplicationEffect] { [ApplicationEffect(.triggerTableName, .enforce)] }
    package var table: QualifiedName { from }
    package var line: String { "\(from) -> \(to)" }
    package var nameWords: [String] { ["rename", from.description] }
    package var fixed: [String] { [from.quoted, to.quoted, names.rawValue] }

    package static let form = ValueForm<RenameTable>.section(
        .required("from", .qualifiedName, "The table's present name, or schema.name; taken literally, never folded."),
        .required("to", .qualifiedName, "Its new name, or schema.name in the same schema; read as from: is."),
        .optional(
            "names",
            .choice(),
            default: .follow,
            "Whether indexes, constraints, sequences and triggers that begin with the old name get the new one."
        ),
        build: RenameTable.init
    ).checked { rename, cursor in
        if let schema = rename.schema, schema != rename.from.schema {
            let message =
                rename.from.schema == nil
                ? "'\(schema)' is named under to: and not under from:"
                : "the table stays in its schema, and '\(schema)' is another one"
            let range = cursor.mapping()?.range(of: "to")
            cursor.refuse(.invalidName, message, at: range, fix: "write the same schema under from:, or none under to:")
            return false
        }
        if rename.from.name != rename.to { return true }
        let message = "'\(rename.from.name)' is renamed to itself"
        cursor.refuse(.sameName, message, at: cursor.mapping()?.range(of: "to"))
        return false
    }
}
