package import SQL

/// One column of a table beside another that takes its place.
package struct SameRowBlueprint: Blueprint {
    package static let family = "same_row"

    package var family: String
    package var plan: String
    package var table: QualifiedName
    package var isPartitioned: Bool
    package var partitions: [QualifiedName]
    package var keyColumns: [Identifier]

    package var old: Identifier
    package var new: Identifier
    /// The reserved name of the old column between retire and purge.
    package var retired: Identifier
    package var column: ColumnFacts
    /// The old column's default as the sync function was made for; nil: as the column has it.
    package var functionDefault: FunctionDefault?
    package var conflict: ConflictPolicy
    /// Who keeps both columns equal before enforce; nil: the trigger.
    package var keeper: DualWrite.Keeper?
    /// How values come from each other where the new column has another type; nil: they are the same.
    package var mapping: TypeMapping?

    package var function: QualifiedName
    package var trigger: Identifier
    /// Set where the table has BEFORE ROW triggers of its own: the first of the pair.
    package var firstTrigger: Identifier?
    package var notNullCheck: Identifier
    package var columnTriggers: [ColumnTriggerFacts]
    /// What contract makes anew for the new column; nil where a run began before there was such a thing.
    package var redefinitions: [Redefinition]?
    /// Extended statistics that enforce gathers the like of; nil as above.
    package var statistics: [CarriedStatistics]?
    /// Whether contract exchanges the columns: the old one gets the new name, and the copy is what is set aside; nil: no.
    ///
    /// For a column with something that no other can have. It is decided when contract begins.
    package var exchanges: Bool?

    package var indexes: [CarriedIndex]
    package var checks: [CarriedCheck]
    package var foreignKeys: [CarriedForeignKey]
    /// Views of the old column that enforce lets read the new one.
    package var views: [DependentView]

    /// Whether contract moves a primary key.
    package var movesPrimaryKey: Bool { !isExchanged && indexes.contains { $0.facts.role == .primaryKey } }

    package var isExchanged: Bool { exchanges == true }

    /// The other tables that contract has to lock, in one fixed order.
    package var otherTables: [QualifiedName] {
        let all = Set(foreignKeys.flatMap { [$0.facts.child, $0.facts.parent] }).subtracting([table])
        return all.sorted { $0.quoted < $1.quoted }
    }

    package init(
        family: String,
        plan: String,
        facts: TableFacts,
        new: Identifier,
        retired: Identifier,
        conflict: ConflictPolicy,
        keeper: DualWrite.Keeper? = nil,
        names: ArtefactNames,
        indexes: [CarriedIndex],
        checks: [CarriedCheck],
        foreignKeys: [CarriedForeignKey]
    ) {
        self.family = family
        self.plan = plan
        table = facts.name
        isPartitioned = facts.kind == .partitioned
        partitions = facts.partitions
        keyColumns = facts.keyColumns
        old = facts.column.name
        self.new = new
        self.retired = retired
        column = facts.column
        self.conflict = conflict
        self.keeper = keeper
        function = names.function
        trigger = names.trigger
        firstTrigger = facts.beforeTriggers.isEmpty ? nil : names.firstTrigger
        notNullCheck = names.notNullCheck
        columnTriggers = facts.columnTriggers
        redefinitions = facts.redefinitions
        statistics = facts.statistics
        self.indexes = indexes
        self.checks = checks
        self.foreignKeys = foreignKeys
        views = facts.views
    }
}

/// What the sync function takes for nobody's write.
///
/// A default that is changed while both columns live does not change the function: each goes by what it was made for.
package struct FunctionDefault: Sendable, Hashable, Codable {
    package var text: ServerText?
    package var isConstant: Bool
    /// The default that the new column has while both live, so that a NULL in it is one that was written; nil: it has none.
    package var new: ServerText?

    package init(of column: ColumnFacts, new: ServerText? = nil) {
        text = column.default
        isConstant = column.defaultIsConstant
        self.new = new
    }
}

extension SameRowBlueprint {
    /// What the sync function takes for nobody's write.
    package var knownDefault: FunctionDefault {
        functionDefault ?? FunctionDefault(of: column, new: defaultBesideOld)
    }

    /// Where the old column may be NULL and has a default that is no other for each row, the new one has its like from the
    /// beginning: an INSERT that writes NULL into it could not be told from one that leaves it out.
    private var defaultBesideOld: ServerText? {
        guard !column.isNotNull, keeper != .application, let text = column.knowableDefault else { return nil }
        if let mapping { return mapping.constantDefault }
        return ServerText("(\(text.text))::\((column.domainBase ?? column.type).text)")
    }

    /// The same change resolved again, with the sync function that is there.
    package func keepingFunction(of former: SameRowBlueprint) -> SameRowBlueprint {
        var copy = self
        copy.functionDefault = former.knownDefault
        // A pair does for a table whose own triggers are gone, but one alone does not for a table that has got some.
        copy.firstTrigger = former.firstTrigger ?? copy.firstTrigger
        // A view that reads the new column already is found no more; undo of enforce still has to know what it was.
        copy.views += former.views.filter { known in !views.contains { $0.name == known.name } }
        return copy
    }
}

extension SameRowBlueprint {
    /// The same change on the partitions that there are now.
    package func withPartitions(_ leaves: [QualifiedName]) -> SameRowBlueprint {
        var copy = self
        copy.partitions = leaves
        for position in copy.indexes.indices {
            let index = copy.indexes[position]
            copy.indexes[position].partitions = leaves.map { leaf in
                index.partitions.first { $0.partition == leaf }
                    ?? PartitionIndex(
                        partition: leaf,
                        name: Identifier(shortening: leaf.name.name, index.name.working.name),
                        restored: Identifier(shortening: leaf.name.name, index.name.original.name)
                    )
            }
        }
        return copy
    }
}

/// The name of a carried object while both shapes live, and what it is called in the end.
///
/// A name PostgreSQL itself would have given is given anew for the new column; any other name is kept, which it can only
/// be once the old object is gone.
package struct CarriedName: Sendable, Hashable, Codable {
    package var original: Identifier
    package var working: Identifier
    package var final: Identifier

    package init(original: Identifier, working: Identifier, final: Identifier) {
        self.original = original
        self.working = working
        self.final = final
    }

    package var isRenamed: Bool { working != final }

    /// Whether the original itself, where it stays, is called otherwise from contract on.
    package var getsName: Bool { original != final }
}

/// An index to be built on the new column.
package struct CarriedIndex: Sendable, Hashable, Codable {
    package var facts: IndexFacts
    package var name: CarriedName
    /// For a primary key: the index that carries it back on rollback.
    package var restored: Identifier
    /// For a partitioned table: the index on each partition, for the new column and for the old one on rollback.
    package var partitions: [PartitionIndex]

    package init(facts: IndexFacts, name: CarriedName, restored: Identifier, partitions: [PartitionIndex]) {
        self.facts = facts
        self.name = name
        self.restored = restored
        self.partitions = partitions
    }
}

/// One partition's part of a partitioned index.
package struct PartitionIndex: Sendable, Hashable, Codable {
    package var partition: QualifiedName
    package var name: Identifier
    package var restored: Identifier

    package init(partition: QualifiedName, name: Identifier, restored: Identifier) {
        self.partition = partition
        self.name = name
        self.restored = restored
    }
}

/// A CHECK to be added for the new column.
package struct CarriedCheck: Sendable, Hashable, Codable {
    package var facts: CheckFacts
    package var name: CarriedName
    /// False for a check that stands in for a domain's constraints: the old column has no such check to drop.
    package var replacesOriginal: Bool

    package init(facts: CheckFacts, name: CarriedName, replacesOriginal: Bool = true) {
        self.facts = facts
        self.name = name
        self.replacesOriginal = replacesOriginal
    }
}

/// A foreign key to be added from or to the new column.
package struct CarriedForeignKey: Sendable, Hashable, Codable {
    package var facts: ForeignKeyFacts
    package var name: CarriedName
    /// The columns with the new, and with the reserved, name in place of the old.
    package var columns: [Identifier]
    package var parentColumns: [Identifier]
    package var retiredColumns: [Identifier]
    package var retiredParentColumns: [Identifier]

    package init(
        facts: ForeignKeyFacts,
        name: CarriedName,
        columns: [Identifier],
        parentColumns: [Identifier],
        retiredColumns: [Identifier],
        retiredParentColumns: [Identifier]
    ) {
        self.facts = facts
        self.name = name
        self.columns = columns
        self.parentColumns = parentColumns
        self.retiredColumns = retiredColumns
        self.retiredParentColumns = retiredParentColumns
    }
}

/// The names of what Crossfade itself creates for a plan.
package struct ArtefactNames: Sendable, Hashable {
    package let function: QualifiedName
    package let trigger: Identifier
    package let firstTrigger: Identifier
    package let notNullCheck: Identifier

    package init(plan: PlanName) { self.init(planText: plan.text) }

    package init(planText text: String) {
        function = QualifiedName(
            schema: Identifier(shortening: "crossfade"),
            name: Identifier(shortening: "crossfade_sync", text)
        )
        // '~' sorts after, '!' before every name a person would give.
        trigger = Identifier(shortening: "~crossfade", text)
        firstTrigger = Identifier(shortening: "!crossfade", text)
        notNullCheck = Identifier(shortening: "crossfade_not_null", text)
    }

    /// A reserved name for the object that stands in for `original` while both live.
    package func working(_ original: Identifier) -> Identifier {
        Identifier(shortening: "crossfade", original.name)
    }
}
