package import SQL

/// A column that has the place of another between contract and purge.
package struct SuccessorInPlace: Sendable, Hashable {
    /// The name of the column that was set aside.
    package let retired: Identifier
    /// The name of the column that has its place.
    package let live: Identifier
    /// The old column, as it is given its place back.
    package let column: ColumnFacts
    /// How the values of both come from each other; nil where they are the same.
    package let mapping: TypeMapping?
}

/// What the old column is given of the default that its successor has now.
package enum ReturnedDefault: Sendable, Hashable {
    /// The same.
    case same
    /// Nothing: the successor has the one that contract gave it.
    case unchanged
    /// Its counterpart in the old type; nil: none.
    case counterpart(ServerText?)
    /// Nothing: it has no counterpart in the old type, for the reason told.
    case withheld(String)
}
