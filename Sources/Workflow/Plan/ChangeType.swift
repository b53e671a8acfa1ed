package import SQL

/// A column that gets another type; it keeps its name, unless the plan says otherwise.
package struct ChangeType: Sendable, Hashable {
    /// Whether values may be lost by the change.
    package enum Loss: String, CaseIterable, Sendable, Codable {
        /// Every value survives the way there and back; a row that does not is refused before anything is built.
        case refused
        /// Values may come back rounded, cut or changed, as the plan's expressions have it.
        case acknowledged
    }

    /// Which name the column of the new type has from contract on.
    package enum KeptName: String, CaseIterable, Sendable, Codable {
        /// The old one's, which then means another type.
        case column
        /// Its own, as before: each name means one type at every time.
        case `as`
    }

    package var table: QualifiedName
    package var column: Identifier
    package var type: TypeName
    /// The collation of the new column; nil: the one there is, where the new type has one.
    package var collation: QualifiedName?
    /// The new value, in terms of the column; nil: its cast.
    package var using: Expression?
    /// The old value, in terms of the column as it is then; nil: its cast.
    package var back: Expression?
    /// The old value of a new row whose value has none, where the old column is NOT NULL; nil: such a row is refused.
    package var standIn: Expression?
    /// The default from contract on; nil: the counterpart of the one there is.
    package var `default`: Expression?
    /// What the new column is called until contract.
    package var working: Identifier
    package var keeps: KeptName
    package var loss: Loss
}

extension ChangeType: ChangeKind {
    package static let key = "change_type"
    package static let isListable = true
    package var canBeDualWritten: Bool { true }
    package static let summary =
        "A column gets another type; it keeps its name, and both types are kept equal until contract."

    package var family: String { SameRowBlueprint.family }
    package var effects: [ApplicationEffect] {
        ApplicationEffect.copying + [.newColumn]
            + (keeps == .column ? [ApplicationEffect(.preparedColumn, .contract)] : [])
    }
    package var line: String {
        keeps == .column
            ? "\(table).\(column) becomes \(type.text)" : "\(table).\(column) -> \(table).\(working), as \(type.text)"
    }
    package var nameWords: [String] { ["retype", table.description, column.name] }
    package var fixed: [String] {
        [
            table.quoted, column.quoted, type.text, using?.text ?? "", back?.text ?? "", standIn?.text ?? "",
            working.quoted, loss.rawValue,
        ] + (collation.map { ["collation", $0.quoted] } ?? []) + (`default`.map { ["default", $0.text] } ?? [])
            + (keeps == .column ? [] : ["keeps", keeps.rawValue])
    }

    private static func reserved(_ column: Identifier) -> Identifier {
        Identifier(shortening: "crossfade_new", column.name)
    }

    package static let form = ValueForm<ChangeType>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("column", .identifier, "The column."),
        .required("type", .type, "Its new type, as after ::."),
        .optional(
            "collation",
            .qualifiedName,
            "The collation of the new column; the one there is when left out, where the new type has any."
        ),
        .optional("using", .expression, "The new value, written with the column's name; its cast when left out."),
        .optional("back", .expression, "The old value, written with the column's name; its cast when left out."),
        .optional(
            "stand_in",
            .expression,
            "The old value of a new row whose value the old type cannot hold, where the column is NOT NULL."
        ),
        .optional(
            "default",
            .expression,
            "Its default from contract on, as after DEFAULT; what using makes of the one there is when left out."
        ),
        .optional("as", .identifier, "What the new column is called until contract; a reserved name when left out."),
        .optional(
            "keeps",
            .choice(),
            default: .column,
            "Which name it has from contract on: the column's, or its own under 'as'."
        ),
        .optional(
            "loss",
            .choice(),
            default: .refused,
            "Whether values may come back changed: rounded, cut, or as the expressions have it."
        ),
        build: { table, column, type, collation, using, back, standIn, value, name, keeps, loss in
            ChangeType(
                table: table,
                column: column,
                type: type,
                collation: collation,
                using: using,
                back: back,
                standIn: standIn,
                default: value,
                working: name ?? Self.reserved(column),
                keeps: keeps,
                loss: loss
            )
        }
    ).checked { change, cursor in
        var isRight = true
        if change.working == change.column {
            cursor.refuse(.sameName, "'as' is the column's own name")
            isRight = false
        }
        if change.keeps == .as, change.working == Self.reserved(change.column) {
            cursor.refuse(.invalidValue, "'keeps: as' lets the column have the name under 'as', and there is none")
            isRight = false
        }
        for expression in [change.using, change.back].compactMap({ $0 })
        where expression.columns.contains(where: { $0 != change.column.name }) {
            cursor.refuse(.invalidValue, "'\(expression.text)' names another column than \(change.column)")
            isRight = false
        }
        if let value = change.default, !value.columns.isEmpty {
            cursor.refuse(.invalidValue, "'\(value.text)' names a column: a default names none")
            isRight = false
        }
        if let standIn = change.standIn, !standIn.columns.isEmpty {
            cursor.refuse(.invalidValue, "'\(standIn.text)' names a column: a stand-in is the same for every row")
            isRight = false
        }
        return isRight
    }
}
