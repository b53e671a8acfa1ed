package import SQL

/// What the catalog says of two tables and the columns that move from one to the other.
package struct MovedColumnsFacts: Sendable, Hashable {
    package var table: QualifiedName
    package var target: QualifiedName
    package var isPartitioned = false
    /// Whether the target is there, and whether it is because this plan's expand was here.
    package var targetExists = false
    package var isUnderWay = false
    package var keyColumns: [Identifier] = []
    /// The table's columns, for reserved names.
    package var tableColumns: [Identifier] = []
    package var columns: [ColumnFacts] = []
    package var match: [MatchedColumn] = []
    /// Whether the matched columns are NOT NULL and together unique, on each side.
    package var sourceIsKey = false
    package var targetIsUnique = false
    /// Matched columns whose equality is not PostgreSQL's own, or which differ in type.
    package var unfitMatches: [String] = []
    /// The target's other columns that a row cannot be made without.
    package var neededColumns: [Identifier] = []
    package var indexes: [IndexFacts] = []
    package var checks: [CheckFacts] = []
    package var owner: Identifier
    package var grants: [ColumnFacts.Grant] = []
    package var rowSecurity = RowSecurity.off
    package var obstacles: [Finding] = []

    package init(table: QualifiedName, target: QualifiedName, owner: Identifier) {
        self.table = table
        self.target = target
        self.owner = owner
    }
}
