package import SQL

/// A table that is watched, set aside and dropped.
package struct DroppedTableBlueprint: Blueprint {
    package static let family = "dropped_table"

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var isPartitioned: Bool
    package var keyColumns: [Identifier]
    /// The reserved name of the table between retire and purge.
    package var retired: Identifier
    /// The table's own foreign keys, which contract drops: left on it they would hold rows of other tables back.
    package var foreignKeys: [ForeignKeyFacts]

    package init(plan: String, facts: TableFacts, retired: Identifier, foreignKeys: [ForeignKeyFacts]) {
        self.plan = plan
        table = facts.name
        isPartitioned = facts.kind == .partitioned
        keyColumns = facts.keyColumns
        self.retired = retired
        self.foreignKeys = foreignKeys
    }

    package var setAside: QualifiedName { QualifiedName(schema: table.schema, name: retired) }

    package var settled: QualifiedName { setAside }

    package var tables: [QualifiedName] { [table] }
    package var legacyNames: [NamedShape]? { [NamedShape(table: table, columns: [])] }
    package var claims: [String] { [table.quoted, setAside.quoted] }

    package func differences(from other: DroppedTableBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since expand" }
    }

    package func changes(since former: DroppedTableBlueprint) -> [String] {
        foreignKeys.changes(since: former.foreignKeys)
    }

    /// All else goes with the table, and comes back with it.
    package func follows(_ former: DroppedTableBlueprint) -> Bool {
        table == former.table && isPartitioned == former.isPartitioned
    }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "every row can be read",
            undone: "writes to \(table) are no longer watched, every row stays",
            contracted: "versions that still use \(table) fail from here on; it is set aside",
            unreturnable: foreignKeys.contains(where: \.isValidated)
                ? "rows that point to rows deleted since refuse it" : nil,
            purged: "\(setAside)",
            lost: "\(table) was purged: its rows are gone",
            wayOut: "restore it from a backup"
        )
    }
}
