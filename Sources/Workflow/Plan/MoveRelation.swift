package import SQL
import YAML

/// A 1-1 foreign key that changes side.
package struct MoveRelation: Sendable, Hashable {
    /// One side of the relation: the column that holds the key of the other table's row.
    package struct End: Sendable, Hashable {
        package var table: QualifiedName
        package var column: Identifier
        package var references: ColumnReference

        package init(table: QualifiedName, column: Identifier, references: ColumnReference) {
            self.table = table
            self.column = column
            self.references = references
        }
    }

    /// What the foreign key does when the row it references goes, or its key changes.
    package enum Action: String, CaseIterable, Sendable, Codable {
        case noAction = "no_action"
        case restrict
        case cascade
        case setNull = "set_null"

        /// As in `ON DELETE SET NULL`.
        package var sql: String {
            switch self {
            case .noAction: "NO ACTION"
            case .restrict: "RESTRICT"
            case .cascade: "CASCADE"
            case .setNull: "SET NULL"
            }
        }
    }

    /// What becomes of a NOT NULL of the old side, which the new version's first INSERT could not meet.
    package enum Requirement: String, CaseIterable, Sendable, Codable {
        /// It is checked when a transaction commits.
        case atCommit = "at_commit"
        /// A value stands there until the transaction ends: the foreign key is checked then.
        case placeholder
        /// It is not checked while the plan runs.
        case relaxed
    }

    package var from: End
    package var to: End
    package var onDelete: Action
    package var onUpdate: Action
    /// Whether the new side is NOT NULL in the end; nil: as the old side is.
    package var isRequired: Bool?
    package var required: Requirement

    package init(
        from: End,
        to: End,
        onDelete: Action,
        onUpdate: Action = .cascade,
        isRequired: Bool? = nil,
        required: Requirement = .atCommit
    ) {
        self.from = from
        self.to = to
        self.onDelete = onDelete
        self.onUpdate = onUpdate
        self.isRequired = isRequired
        self.required = required
    }
}

extension MoveRelation: ChangeKind {
    package static let key = "move_relation"
    package static let summary = "The foreign key of a 1-1 relation moves to the other table."

    package var family: String { MoveRelationBlueprint.family }
    package var effects: [ApplicationEffect] { ApplicationEffect.copying + [.newColumn] }
    package var table: QualifiedName { from.table }
    package var line: String { "\(from.table).\(from.column) -> \(to.table).\(to.column)" }
    package var nameWords: [String] { ["move", from.table.description, from.column.name] }
    package var fixed: [String] {
        [from, to].flatMap {
            [$0.table.quoted, $0.column.quoted, $0.references.table.quoted, $0.references.column.quoted]
        } + [onDelete.rawValue, onUpdate.rawValue, isRequired.map(String.init(_:)) ?? "", required.rawValue]
    }

    package static let form = ValueForm<MoveRelation>.section(
        .required("from", End.form, "The side that holds the foreign key now."),
        .required("to", End.form, "The side that holds it in the end; the column is new."),
        .required(
            "on_delete",
            .choice(),
            "What the new foreign key does, in the end, when the row it references is deleted. The old side's is not copied: "
                + "its CASCADE would delete the other row."
        ),
        .optional("on_update", .choice(), default: .cascade, "The same when the referenced key changes."),
        .optional(
            "not_null",
            .boolean,
            "Whether the new column is NOT NULL in the end; as the old one is when left out."
        ),
        .optional(
            "required",
            .choice(),
            default: .atCommit,
            "How a NOT NULL of the old column is held while both sides live."
        ),
        build: {
            MoveRelation(from: $0, to: $1, onDelete: $2, onUpdate: $3, isRequired: $4, required: $5)
        }
    ).checked { change, cursor in
        var isRight = true
        for (near, far, name) in [(change.from, change.to, "from"), (change.to, change.from, "to")]
        where near.references.table.name != far.table.name {
            let message =
                "\(name).references names \(near.references.table), and the other side is \(far.table): a relation has two ends"
            cursor.refuse(.invalidValue, message, at: cursor.mapping()?.range(of: name))
            isRight = false
        }
        if change.from.table == change.to.table {
            cursor.refuse(.sameName, "both sides are the table \(change.from.table)")
            isRight = false
        }
        return isRight
    }
}

extension MoveRelation.End {
    static let form = ValueForm<MoveRelation.End>.section(
        .required("table", .qualifiedName, "The table."),
        .required("column", .identifier, "The column with the foreign key."),
        .required("references", .columnReference, "The key it holds: Table.column, or schema.Table.column."),
        build: MoveRelation.End.init
    )
}
