package import SQL

/// A foreign key from or to the column.
package struct ForeignKeyFacts: Sendable, Hashable, Codable {
    package var name: Identifier
    package var child: QualifiedName
    package var columns: [Identifier]
    package var parent: QualifiedName
    package var parentColumns: [Identifier]
    /// ` MATCH FULL ON DELETE CASCADE DEFERRABLE ...`, with a leading space where not empty.
    package var clauses: ServerText
    package var isValidated: Bool
    package var comment: String?
    /// Set where two of it on one value would act in an undefined order: the new column gets its own as the old one's goes.
    package var succession: Succession?
    /// Whether one beside it would have to be proved under a lock that blocks writes, since a partitioned table refers to
    /// another, or is referred to.
    package var standsAlone: Bool?

    /// What is known of a foreign key that is made in contract's own transaction.
    package struct Succession: Sendable, Hashable, Codable {
        /// The columns of `SET NULL (a, b)` or `SET DEFAULT (a, b)`; empty: all of them.
        package var deleteColumns: [Identifier]
        /// What of the clauses stands before and after that list.
        package var before: ServerText
        package var after: ServerText

        package init(deleteColumns: [Identifier], before: ServerText, after: ServerText) {
            self.deleteColumns = deleteColumns
            self.before = before
            self.after = after
        }

        /// The clauses as they are, or with another column in the list.
        package func clauses(_ old: Identifier? = nil, by new: Identifier? = nil) -> ServerText {
            let columns = deleteColumns.map { ($0 == old ? new ?? $0 : $0).quoted }.joined(separator: ", ")
            return ServerText(before.text + (columns.isEmpty ? "" : " (\(columns))") + after.text)
        }
    }

    package init(
        name: Identifier,
        child: QualifiedName,
        columns: [Identifier],
        parent: QualifiedName,
        parentColumns: [Identifier],
        clauses: ServerText,
        isValidated: Bool,
        comment: String?
    ) {
        self.name = name
        self.child = child
        self.columns = columns
        self.parent = parent
        self.parentColumns = parentColumns
        self.clauses = clauses
        self.isValidated = isValidated
        self.comment = comment
    }
}
