package import SQL

/// What the catalog says of the table a change is about and of its column, as far as a kind needs it.
///
/// Definitions are the server's own text. Where they name the column they stand three times: for the column as it is, as
/// the new name would have it, and as the reserved name would; the server itself rewrote them in a clone.
package struct TableFacts: Sendable, Hashable, Codable {
    package enum RelationKind: String, Sendable, Hashable, Codable {
        case table = "r"
        case partitioned = "p"
        case view = "v"
        case materializedView = "m"
        case foreign = "f"
        case other
    }

    package var name: QualifiedName
    package var kind: RelationKind
    package var serverVersion: Int
    /// Quoted names of the columns of the primary key; empty without one.
    package var keyColumns: [Identifier] = []
    package var columns: [Identifier] = []
    package var column: ColumnFacts
    package var indexes: [IndexFacts] = []
    /// The unique ones of them in terms of the new column and its type; empty for a column that only gets another name.
    package var newKeys: [NewKey] = []
    package var checks: [CheckFacts] = []
    package var foreignKeys: [ForeignKeyFacts] = []
    package var partitions: [QualifiedName] = []
    /// Whether a partition has partitions of its own.
    package var isSubpartitioned = false
    /// BEFORE ROW triggers of the table for INSERT or UPDATE, not ours, enabled, by name.
    package var beforeTriggers: [String] = []
    /// Triggers `UPDATE OF` the column, which have to list the new one too.
    package var columnTriggers: [ColumnTriggerFacts] = []
    /// What else names the column, and can be made anew for the new one.
    package var redefinitions: [Redefinition] = []
    package var statistics: [CarriedStatistics] = []
    /// A finding for each of both.
    package var redefinitionFindings: [Finding] = []
    /// Views of the column that can be made to read the new one.
    package var views: [DependentView] = []
    /// A finding for each view of the column.
    package var viewFindings: [Finding] = []
    /// Those of them that only the column itself can go on with.
    package var viewAnchors: [Finding] { viewFindings.filter { $0.weight == .blocksContract } }
    /// How many rows the statistics know of; 0 before the first ANALYZE.
    package var estimatedRows: Double = 0
    /// Names already taken in the table's schema by relations, and on the table by constraints.
    package var takenNames: Set<String> = []
    /// What the catalog holds that cannot be carried over, each with its name and the way out.
    package var obstacles: [Finding] = []
    /// What hangs on the column and can be had by no other: a rename lets it keep the column.
    package var anchors: [Finding] = []
    /// What hangs on the new column, where it is there.
    package var copyDependants: [CopyDependant] = []

    package init(name: QualifiedName, kind: RelationKind, serverVersion: Int, column: ColumnFacts) {
        self.name = name
        self.kind = kind
        self.serverVersion = serverVersion
        self.column = column
    }
}

/// Whether a table has row level security.
package struct RowSecurity: Sendable, Hashable, Codable {
    package var isEnabled: Bool
    /// Whether its owner is held to it too.
    package var isForced: Bool

    package static let off = RowSecurity(isEnabled: false, isForced: false)

    package init(isEnabled: Bool, isForced: Bool) {
        self.isEnabled = isEnabled
        self.isForced = isForced
    }
}

/// A definition for the column under its three names.
package struct Rewritten: Sendable, Hashable, Codable {
    package var old: ServerText
    package var new: ServerText
    package var retired: ServerText

    package init(old: ServerText, new: ServerText, retired: ServerText) {
        self.old = old
        self.new = new
        self.retired = retired
    }
}

/// An index that contains the column.
package struct IndexFacts: Sendable, Hashable, Codable {
    package enum Role: String, Sendable, Hashable, Codable {
        case index
        case uniqueConstraint
        case primaryKey
    }

    package var name: Identifier
    package var role: Role
    package var isUnique: Bool
    /// What follows `ON table` in CREATE INDEX: `USING btree (...) INCLUDE (...) WHERE ...`.
    package var definition: Rewritten
    /// pg_get_constraintdef of the constraint, where it is one.
    package var constraint: Rewritten?
    package var isDeferrable = false
    package var isInitiallyDeferred = false
    /// As in `fillfactor=70`.
    package var options: ServerText?
    /// Whether its expressions make the old value of the new one, where values change; nil: not.
    package var isMapped: Bool?
    /// What it holds rows to, where it is unique at once; nil also where a run began before this was looked at.
    package var key: UniqueKey?
    package var comment: String?
    package var constraintComment: String?
    /// Whether it bears the mark of CLUSTER; nil where a run began before it could be carried over, as below.
    package var isClustered: Bool?
    package var isReplicaIdentity: Bool?
    /// On a partitioned table, what the index is called on each partition, by the partition's quoted name.
    package var partitionNames: [String: Identifier] = [:]

    package init(name: Identifier, role: Role, isUnique: Bool, definition: Rewritten) {
        self.name = name
        self.role = role
        self.isUnique = isUnique
        self.definition = definition
    }
}

/// A CHECK constraint that names the column.
package struct CheckFacts: Sendable, Hashable, Codable {
    package var name: Identifier
    /// `CHECK ((...)) NO INHERIT`, without NOT VALID.
    package var definition: Rewritten
    /// What it holds a row to; nil where a run began before this was looked at.
    package var expression: Rewritten?
    /// Whether it makes the old value of the new one, where values change; nil: not.
    package var isMapped: Bool?
    package var isValidated: Bool
    package var comment: String?

    /// Without what the definition says too, and runs that began before did not keep.
    package var comparable: CheckFacts {
        var copy = self
        copy.expression = nil
        return copy
    }

    package init(name: Identifier, definition: Rewritten, isValidated: Bool, comment: String?) {
        self.name = name
        self.definition = definition
        self.isValidated = isValidated
        self.comment = comment
    }
}

/// A trigger with a column list that names the column, as CREATE OR REPLACE TRIGGER statements.
package struct ColumnTriggerFacts: Sendable, Hashable, Codable {
    package var name: String
    package var withOld: ServerText
    package var withBoth: ServerText
    package var withNew: ServerText
    /// Whether it is made by several statements, which leave its arguments as they are; nil: by one, which may change them.
    package var keepsArguments: Bool?

    package init(name: String, withOld: ServerText, withBoth: ServerText, withNew: ServerText) {
        self.name = name
        self.withOld = withOld
        self.withBoth = withBoth
        self.withNew = withNew
    }
}
