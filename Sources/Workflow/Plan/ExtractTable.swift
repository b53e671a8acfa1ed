package import SQL
import YAML

/// Columns that become a table of their own, with one row for each row that has values in them.
package struct ExtractTable: Sendable, Hashable {
    /// How the new table's own key is made.
    package struct OwnKey: Sendable, Hashable, Codable {
        /// The key column's name.
        package var name: Identifier
        /// Its type and what makes its values.
        package var type: ColumnDefinition

        /// A key column of that name and type.
        package init(name: Identifier, type: ColumnDefinition) {
            self.name = name
            self.type = type
        }
    }

    /// The table that has the columns now.
    package var from: QualifiedName
    /// The columns, which keep their names.
    package var columns: [Identifier]
    /// The new table.
    package var into: QualifiedName
    /// Columns of the new table, and the columns of the old one that they reference.
    package var key: [NamePair]
    /// The new table's own key; nil: the columns of `key` are the primary key.
    package var id: OwnKey?

    /// An extraction; that its names are consistent is the reader's concern.
    package init(from: QualifiedName, columns: [Identifier], into: QualifiedName, key: [NamePair], id: OwnKey?) {
        self.from = from
        self.columns = columns
        self.into = into
        self.key = key
        self.id = id
    }
}

extension ExtractTable: ChangeKind {
    package static let key = "extract_table"
    package static let summary =
        "Columns become a table of their own; both shapes can be read and written until contract."

    package var family: String { MovedColumnsBlueprint.family }
    package var effects: [ApplicationEffect] { [ApplicationEffect(.lockedRows, .backfill), .droppedColumn] }
    package var table: QualifiedName { from }
    package var line: String { "\(from).(\(columns.map(\.name).joined(separator: ", "))) -> \(into)" }
    package var nameWords: [String] { ["extract", into.description] }
    package var fixed: [String] {
        [from.quoted, columns.map(\.quoted).joined(separator: ","), into.quoted]
            + key.map { "\($0.key.quoted)=\($0.value.quoted)" } + (id.map { [$0.name.quoted, $0.type.text] } ?? [])
    }

    private static let ownKey = ValueForm<OwnKey>.section(
        .required("name", .identifier, "The key column's name."),
        .required("type", .columnDefinition, "Its type and what makes its values, as in CREATE TABLE."),
        build: OwnKey.init
    )

    package static let form = ValueForm<ExtractTable>.section(
        .required("from", .qualifiedName, "The table that has the columns now."),
        .required(
            "columns",
            .list(of: .identifier, isNonempty: true).withoutRepeats(by: \.name),
            "The columns to move; they keep their names."
        ),
        .required("into", .qualifiedName, "The table to make."),
        .required("key", .namePairs, "Columns of the new table, and the columns of the old one that they reference."),
        .optional("id", ownKey, "The new table's own key; without it the columns of key are the primary key."),
        build: ExtractTable.init
    ).checked { change, cursor in
        let names = change.columns + change.key.map(\.key) + (change.id.map { [$0.name] } ?? [])
        guard Set(names).count == names.count else {
            cursor.refuse(.repeated, "the new table would have two columns of one name")
            return false
        }
        guard Set(change.key.map(\.value)).isDisjoint(with: change.columns) else {
            cursor.refuse(.sameName, "a column that rows are matched by cannot be moved")
            return false
        }
        guard change.from != change.into else {
            cursor.refuse(.sameName, "'\(change.from)' is extracted into itself")
            return false
        }
        return true
    }
}
