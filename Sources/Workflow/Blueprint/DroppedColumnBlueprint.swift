package import SQL

/// A column that is watched, set aside and dropped.
package struct DroppedColumnBlueprint: Blueprint {
    package static let family = "dropped_column"

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var isPartitioned: Bool
    package var keyColumns: [Identifier]
    package var column: ColumnFacts
    /// The reserved name of the column between retire and purge.
    package var retired: Identifier
    /// Whether NOT NULL is taken away by expand: a version that does not know the column could not add a row.
    package var relaxes: Bool
    /// The foreign keys of the column, which contract drops: left on it they would go on acting.
    package var foreignKeys: [ForeignKeyFacts]
    /// The constraints and indexes that go with the column.
    package var goesWith: [Identifier]

    package init(plan: String, facts: TableFacts, retired: Identifier, goesWith: [Identifier]) {
        self.plan = plan
        table = facts.name
        isPartitioned = facts.kind == .partitioned
        keyColumns = facts.keyColumns
        column = facts.column
        self.retired = retired
        relaxes = facts.column.isNotNull && facts.column.default == nil && facts.column.identity == nil
        foreignKeys = facts.foreignKeys
        self.goesWith = goesWith
    }

    package var tables: [QualifiedName] { [table] }

    /// The comment of the function that watches the column.
    package func comment(_ givenUp: GivenUp?) -> String {
        "Crossfade: watches \(column.name) of \(table)\(givenUp?.words(of: column.name) ?? "") (plan \(plan))"
    }

    package var claims: [String] { [column.name, retired].map { "\(table.quoted).\($0.quoted)" } }

    package var legacyNames: [NamedShape]? { [NamedShape(table: table, columns: [column.name])] }

    package var tellsInserts: Bool { column.identity == nil && (column.default == nil || column.defaultIsConstant) }

    package func keepingFunction(of former: DroppedColumnBlueprint) -> DroppedColumnBlueprint {
        var copy = self
        copy.relaxes = former.relaxes || relaxes
        copy.column = column.required(also: former.column)
        return copy
    }

    package func differences(from other: DroppedColumnBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since expand" }
    }

    package func changes(since former: DroppedColumnBlueprint) -> [String] {
        let keys = Set((foreignKeys + former.foreignKeys).map(\.name))
        let (now, then) = (Set(goesWith).subtracting(keys), Set(former.goesWith).subtracting(keys))
        return column.changes(since: former.column, of: table) + foreignKeys.changes(since: former.foreignKeys)
            + now.subtracting(then).map { "CREATE \($0)" }.sorted()
            + then.subtracting(now).map { "DROP \($0)" }.sorted()
    }

    /// All of it stays with the column, which rollback gives its place back, but for foreign keys: contract and its undo go by those
    /// that are there.
    package func follows(_ former: DroppedColumnBlueprint) -> Bool {
        func made(_ blueprint: DroppedColumnBlueprint) -> [AnyHashable?] {
            [
                blueprint.table, blueprint.column.name, blueprint.column.type, blueprint.column.identity,
                blueprint.keyColumns, blueprint.tellsInserts,
            ]
        }
        return made(self) == made(former)
    }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "every row can be read",
            undone: "writes to \(column.name) are no longer watched, every value stays",
            contracted: "versions that still use \(column.name) fail from here on; it is set aside",
            unreturnable: unreturnable,
            purged: "\(retired) of \(table)",
            lost: "\(column.name) was purged: its values are gone",
            wayOut: "restore it from a backup"
        )
    }

    private var unreturnable: String {
        let hasValue = column.default != nil || column.identity != nil
        var parts = ["rows added since have \(hasValue ? "its default" : "no value") in \(column.name)"]
        if relaxes, !hasValue { parts[0] += ", and refuse rollback of expand, since it was NOT NULL" }
        if foreignKeys.contains(where: \.isValidated) {
            parts.append("rows that point to rows deleted since refuse it")
        }
        return parts.joined(separator: "; ")
    }
}
