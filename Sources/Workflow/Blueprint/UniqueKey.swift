package import SQL

/// What a unique index holds every row to, in terms of a written row.
package struct UniqueKey: Sendable, Hashable, Codable {
    /// A column or expression of the index.
    package struct Element: Sendable, Hashable, Codable {
        /// In parentheses.
        package var expression: Rewritten
        /// The column, where it is one and no expression.
        package var column: Identifier?
        /// The index's own, as ` COLLATE schema.name`; empty where the type has none.
        package var collation: ServerText
        /// The equality of the index's operator class, as `OPERATOR(schema.=)`.
        package var equality: ServerText
        /// Whether PostgreSQL can hash its values; else their text form is hashed.
        package var isHashable: Bool

        package init(
            expression: Rewritten,
            column: Identifier?,
            collation: ServerText,
            equality: ServerText,
            isHashable: Bool
        ) {
            self.expression = expression
            self.column = column
            self.collation = collation
            self.equality = equality
            self.isHashable = isHashable
        }
    }

    package var elements: [Element]
    /// The condition of a partial index.
    package var predicate: Rewritten?
    /// NULLS NOT DISTINCT.
    package var nullsAreEqual: Bool
    /// The columns that elements and predicate read.
    package var columns: [Identifier]

    package init(elements: [Element], predicate: Rewritten?, nullsAreEqual: Bool, columns: [Identifier]) {
        self.elements = elements
        self.predicate = predicate
        self.nullsAreEqual = nullsAreEqual
        self.columns = columns
    }
}
