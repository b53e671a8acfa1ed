package import SQL

/// Columns beside others that take their place, the values of each side made of the other's by expressions.
package struct ComposedColumnsBlueprint: Blueprint {
    package static let family = "composed_columns"

    /// A column of either side, and how its value is made.
    package struct Column: Sendable, Hashable, Codable {
        package var facts: ColumnFacts
        /// The name of an old column between retire and purge.
        package var retired: Identifier?
        /// Whether it is NOT NULL; a new one in the end.
        package var isRequired: Bool
        /// Its value in terms of the other side; nil where there is no way back.
        package var value: Expression?
        /// What the server knows of that expression; nil where a run began before this was looked at.
        package var valueFacts: ExpressionFacts?
        /// Of a new column, its default from contract on; nil where a run began before this was looked at.
        package var finalDefault: FinalDefault?

        package init(
            facts: ColumnFacts,
            retired: Identifier? = nil,
            isRequired: Bool,
            value: Expression?,
            valueFacts: ExpressionFacts? = nil
        ) {
            self.facts = facts
            self.retired = retired
            self.isRequired = isRequired
            self.value = value
            self.valueFacts = valueFacts
        }

        package var name: Identifier { facts.name }
    }

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var isPartitioned: Bool
    package var keyColumns: [Identifier]
    package var old: [Column]
    package var new: [Column]
    package var conflict: ConflictPolicy
    /// Who keeps both sides equal before enforce; nil: the trigger.
    package var keeper: DualWrite.Keeper?
    package var isLossy: Bool
    /// Indexes and constraints of the old columns, which go with them.
    package var goesWith: [Identifier]
    /// Whether the table has BEFORE ROW triggers of its own; nil where a run began before this was looked at.
    package var hasBeforeTriggers: Bool?
    /// Triggers `UPDATE OF` an old column, which have to list the new ones too.
    package var columnTriggers: [ColumnTriggerFacts]?

    package init(
        plan: String,
        table: QualifiedName,
        isPartitioned: Bool,
        keyColumns: [Identifier],
        old: [Column],
        new: [Column],
        conflict: ConflictPolicy,
        keeper: DualWrite.Keeper? = nil,
        isLossy: Bool,
        goesWith: [Identifier]
    ) {
        self.plan = plan
        self.table = table
        self.isPartitioned = isPartitioned
        self.keyColumns = keyColumns
        self.old = old
        self.new = new
        self.conflict = conflict
        self.keeper = keeper
        self.isLossy = isLossy
        self.goesWith = goesWith
    }

    /// Whether a pair of sync triggers stands around the table's own; without a way back nothing reaches the old columns, and
    /// the table's triggers see what was written to them.
    package var isPaired: Bool { hasWayBack && hasBeforeTriggers == true }

    package var hasWayBack: Bool { old.allSatisfy { $0.value != nil } }
    package var tables: [QualifiedName] { [table] }
    package var claims: [String] {
        (old.map(\.name) + new.map(\.name) + old.compactMap(\.retired)).map { "\(table.quoted).\($0.quoted)" }
    }

    package var legacyNames: [NamedShape]? { [NamedShape(table: table, columns: old.map(\.name))] }
    package var addedColumns: [NamedShape] { [NamedShape(table: table, columns: new.map(\.name))] }
    package var recreatedTriggers: [ColumnTriggerFacts] { columnTriggers ?? [] }
    package func recreating(as other: ComposedColumnsBlueprint) -> ComposedColumnsBlueprint {
        var copy = self
        copy.columnTriggers = other.columnTriggers
        return copy
    }

    package var tellsInserts: Bool {
        old.allSatisfy { $0.facts.identity == nil && ($0.facts.default == nil || $0.facts.defaultIsConstant) }
    }

    /// The same change resolved again, with the sync function that is there.
    package func keepingFunction(of former: ComposedColumnsBlueprint) -> ComposedColumnsBlueprint {
        var copy = self
        if former.hasBeforeTriggers == true { copy.hasBeforeTriggers = true }
        return copy
    }

    package func differences(from other: ComposedColumnsBlueprint) -> [String] {
        follows(other) ? [] : changes(since: other).map { "\($0), since enforce" }
    }

    package func changes(since former: ComposedColumnsBlueprint) -> [String] {
        let (added, gone) = (Set(goesWith).subtracting(former.goesWith), Set(former.goesWith).subtracting(goesWith))
        return zip(old, former.old).flatMap { $0.facts.changes(since: $1.facts, of: table) }
            + added.map { "CREATE \($0)" }.sorted() + gone.map { "DROP \($0)" }.sorted()
    }

    /// Nothing of the old columns is carried to the new ones, whose values are others: only the way back has to know it.
    package func follows(_ former: ComposedColumnsBlueprint) -> Bool {
        func made(_ blueprint: ComposedColumnsBlueprint) -> [AnyHashable?] {
            blueprint.old.flatMap { column -> [AnyHashable?] in
                [column.name, column.facts.type, column.facts.collation, column.facts.isNotNull, column.facts.identity]
            } + [blueprint.table, blueprint.keyColumns, blueprint.isPaired]
        }
        return made(self) == made(former)
    }

    private func names(_ columns: [Column]) -> String { columns.map { "\($0.name)" }.joined(separator: ", ") }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "every row holds values of \(names(old)) and \(names(new)) that come from each other",
            undone: "\(names(new)) \(new.count > 1 ? "are" : "is") dropped, \(names(old)) keep what they hold",
            contracted: "versions that still use \(names(old)) fail from here on; they are set aside",
            unreturnable: unreturnable,
            purged: "\(old.compactMap { $0.retired.map { "\($0)" } }.joined(separator: ", ")) of \(table)",
            lost: "\(names(old)) were purged: their own values are gone, and only \(names(new)) hold them",
            wayOut: "write a plan that makes \(names(old)) of \(names(new))"
        )
    }

    private var unreturnable: String {
        guard hasWayBack else {
            return
                "the first row that the new version writes is the point of no return: from then on it is refused, and names "
                + "the rows"
        }
        let required = old.filter(\.isRequired)
        let missing =
            required.isEmpty
            ? "rows that give none of them a value"
            : "rows for which \(required.map { "\($0.name)" }.joined(separator: " or ")), NOT NULL before, would be NULL"
        return "\(names(old)) are filled by the plan's expressions; \(missing) refuse it"
    }
}
