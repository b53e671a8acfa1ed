package import SQL

/// An object that names the old column, and that contract lets name the new one in the transaction that sets the old one aside.
///
/// Until then it goes by the old column, which holds the same value. Nobody sees the table without it.
package struct Redefinition: Sendable, Hashable, Codable {
    /// As in a message: `policy tenant`.
    package var object: String
    /// Statements, but for the last semicolon, that let it name the old column.
    package var withOld: ServerText
    /// The same for the new column.
    package var withNew: ServerText
    /// A condition that it is still as it was read, under a search_path of `pg_catalog` alone.
    package var unchanged: ServerText
    /// The same that it is still as contract made it, while the new column has the name that it has before contract.
    package var asMade: ServerText
    /// Whether it is made while the columns have the names that they are to have, and of the same text both ways; nil: not.
    ///
    /// Then `asMade` goes for the names that they have after contract.
    package var followsNames: Bool?

    package init(
        object: String,
        found: (unchanged: ServerText, asMade: ServerText),
        withOld: ServerText,
        withNew: ServerText
    ) {
        self.object = object
        asMade = found.asMade
        unchanged = found.unchanged
        self.withOld = withOld
        self.withNew = withNew
    }
}
