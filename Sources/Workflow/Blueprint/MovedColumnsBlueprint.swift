package import SQL

/// Columns of one table that become columns of another, whose rows belong one to one to the first's.
///
/// The other table is made by expand (``makesTable``) or is there already.
package struct MovedColumnsBlueprint: Blueprint {
    package static let family = "moved_columns"

    package var family: String = MovedColumnsBlueprint.family
    package var plan: String
    /// The table that has the columns, and the truth until contract.
    package var table: QualifiedName
    /// The table that gets them.
    package var target: QualifiedName
    package var makesTable: Bool
    package var missing: MoveColumns.Missing
    /// The primary key of ``table``, by which rows are shown.
    package var keyColumns: [Identifier]
    /// The target's columns and those of the table they are matched with.
    package var match: [MatchedColumn]
    package var columns: [MovedColumn]

    /// The new table's own key.
    package var ownKey: ExtractTable.OwnKey?
    /// The owner and the grants of ``table``, for the table that is made.
    package var owner: Identifier
    package var grants: [ColumnFacts.Grant]
    /// The row level security of ``table``, for the same.
    package var rowSecurity: RowSecurity

    package var indexes: [MovedIndex]
    package var checks: [MovedCheck]
    package var names: MovedColumnsNames

    package init(
        plan: String,
        facts: MovedColumnsFacts,
        ownKey: ExtractTable.OwnKey?,
        makesTable: Bool,
        missing: MoveColumns.Missing,
        indexes: [MovedIndex],
        checks: [MovedCheck]
    ) {
        self.plan = plan
        table = facts.table
        target = facts.target
        self.makesTable = makesTable
        self.missing = missing
        keyColumns = facts.keyColumns
        match = facts.match
        columns = facts.columns.map { column in
            MovedColumn(
                facts: column,
                retired: retiredName(of: column.name),
                notNullCheck: Identifier(shortening: "crossfade_not_null", plan, column.name.name)
            )
        }
        self.ownKey = ownKey
        owner = facts.owner
        grants = facts.grants
        rowSecurity = facts.rowSecurity
        self.indexes = indexes
        self.checks = checks
        names = MovedColumnsNames(plan: plan)
    }

    /// Whether a value makes the row that it has to stand in.
    package var makesRows: Bool { makesTable || missing == .create }
    /// Whether such a row is made when the transaction ends, since versions of before make it themselves.
    package var createsAtCommit: Bool { makesRows && !makesTable }
    /// What makes it, and what locks the old row before anybody else makes it.
    package var create: (function: QualifiedName, trigger: Identifier) { artefact("create") { $0.trigger($1) } }
    package var lock: (function: QualifiedName, trigger: Identifier) { artefact("lock") { $0.last($1) } }
    /// What notes that a statement gave the key of an old row to another, when a row is deleted and when a key changes.
    package var reuse: (function: QualifiedName, trigger: Identifier) { artefact("reuse") { $0.first($1) } }
    package var rekeyTrigger: Identifier { SyncNames(plan: plan).first("rekey") }

    private func artefact(_ part: String, _ trigger: (SyncNames, String) -> Identifier) -> (QualifiedName, Identifier) {
        let names = SyncNames(plan: plan)
        return (names.function(part), trigger(names, part))
    }

    /// The columns that were NOT NULL before expand.
    package var required: [MovedColumn] { columns.filter(\.facts.isNotNull) }
}

/// A column that rows of the two tables are matched by.
package struct MatchedColumn: Sendable, Hashable, Codable {
    package var target: Identifier
    package var source: Identifier
    /// The source's type, as format_type writes it.
    package var type: ServerText
    package var collation: QualifiedName?
    /// On the source.
    package var grants: [ColumnFacts.Grant] = []

    package init(target: Identifier, source: Identifier, type: ServerText, collation: QualifiedName?) {
        self.target = target
        self.source = source
        self.type = type
        self.collation = collation
    }
}

/// A column that moves, under the same name.
package struct MovedColumn: Sendable, Hashable, Codable {
    package var facts: ColumnFacts
    /// The reserved name of the old column between retire and purge.
    package var retired: Identifier
    /// The check that proves NOT NULL of the new column without a long lock.
    package var notNullCheck: Identifier

    package var name: Identifier { facts.name }

    package init(facts: ColumnFacts, retired: Identifier, notNullCheck: Identifier) {
        self.facts = facts
        self.retired = retired
        self.notNullCheck = notNullCheck
    }
}

/// An index over moved columns only, and what it is called on the other table.
package struct MovedIndex: Sendable, Hashable, Codable {
    package var facts: IndexFacts
    package var name: Identifier

    package init(facts: IndexFacts, name: Identifier) {
        self.facts = facts
        self.name = name
    }
}

/// A CHECK over moved columns only, and what it is called on the other table.
package struct MovedCheck: Sendable, Hashable, Codable {
    package var facts: CheckFacts
    package var name: Identifier

    package init(facts: CheckFacts, name: Identifier) {
        self.facts = facts
        self.name = name
    }
}

/// The names of what Crossfade itself creates for columns that move.
package struct MovedColumnsNames: Sendable, Hashable, Codable {
    package var oldFunction: QualifiedName
    package var newFunction: QualifiedName
    package var pullFunction: QualifiedName
    package var truncateFunction: QualifiedName
    package var requiredFunction: QualifiedName
    package var insertTrigger: Identifier
    package var updateTrigger: Identifier
    package var deleteTrigger: Identifier
    package var truncateTrigger: Identifier
    package var requiredTrigger: Identifier
    package var pullTrigger: Identifier

    package init(plan: String) {
        func function(_ part: String) -> QualifiedName {
            QualifiedName(
                schema: Identifier(shortening: "crossfade"),
                name: Identifier(shortening: "crossfade", part, plan)
            )
        }
        oldFunction = function("old")
        newFunction = function("new")
        pullFunction = function("pull")
        truncateFunction = function("truncate")
        requiredFunction = function("required")
        insertTrigger = Identifier(shortening: "crossfade_insert", plan)
        updateTrigger = Identifier(shortening: "crossfade_update", plan)
        deleteTrigger = Identifier(shortening: "crossfade_delete", plan)
        truncateTrigger = Identifier(shortening: "crossfade_truncate", plan)
        requiredTrigger = Identifier(shortening: "crossfade_required", plan)
        pullTrigger = Identifier(shortening: "crossfade_pull", plan)
    }
}
