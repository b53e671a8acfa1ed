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
    /// Views of the column that can be made to read the new one.
    package var views: [DependentView] = []
    /// How many rows the statistics know of; 0 before the first ANALYZE.
    package var estimatedRows: Double = 0
    /// Names already taken in the table's schema by relations, and on the table by constraints.
    package var takenNames: Set<String> = []
    /// What the catalog holds that cannot be carried over, each with its name and the way out.
    package var obstacles: [Finding] = []

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

/// Something `check` found.
package struct Finding: Sendable, Hashable, Codable {
    package enum Weight: String, Sendable, Hashable, Codable {
        /// The change cannot be made while it is so.
        case refused
        /// It will happen and cannot be avoided: the team accepts it under `acknowledge:` in the plan.
        case acknowledge
        /// It reads the old shape, and a phase lets it read the new one.
        case carried
        /// It reads or needs the old shape: contract waits until it is gone.
        case blocksContract
    }

    /// Stable name, as written under `acknowledge:`.
    package var id: String
    package var weight: Weight
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// The phase that carries it over; nil where it is enforce.
    package var carriedIn: Phase?

    package init(_ id: String, _ weight: Weight, _ message: String, hint: String? = nil, carriedIn: Phase? = nil) {
        self.id = id
        self.weight = weight
        self.message = message
        self.hint = hint
        self.carriedIn = carriedIn
    }
}

/// One column, attribute by attribute (the list of what carrying over means).
package struct ColumnFacts: Sendable, Hashable, Codable {
    package struct Grant: Sendable, Hashable, Codable {
        package var grantor: Identifier
        /// nil: PUBLIC.
        package var grantee: Identifier?
        package var privilege: String
        package var isGrantable: Bool
        /// Whether the table's owner gave it; other grantors have to be impersonated.
        package var isByOwner: Bool

        package init(grantor: Identifier, grantee: Identifier?, privilege: String, isGrantable: Bool, isByOwner: Bool) {
            self.grantor = grantor
            self.grantee = grantee
            self.privilege = privilege
            self.isGrantable = isGrantable
            self.isByOwner = isByOwner
        }
    }

    package struct Identity: Sendable, Hashable, Codable {
        /// `ALWAYS` or `BY DEFAULT`.
        package var generation: String
        package var sequence: QualifiedName
        /// As in `START WITH ... INCREMENT BY ...`.
        package var options: String
        package var comment: String?
        package var grants: [Grant]

        package init(generation: String, sequence: QualifiedName, options: String, comment: String?, grants: [Grant]) {
            self.generation = generation
            self.sequence = sequence
            self.options = options
            self.comment = comment
            self.grants = grants
        }
    }

    package var name: Identifier
    /// As format_type writes it.
    package var type: ServerText
    /// The type a domain with constraints is based on; nil where the type can be used as it is.
    package var domainBase: ServerText?
    package var comparison: Comparison
    /// A collation other than the type's own.
    package var collation: QualifiedName?
    /// `PLAIN`, `MAIN` or another, where it is not the type's own.
    package var storage: String?
    package var compression: String?
    package var statisticsTarget: Int?
    /// As in `n_distinct = -0.5, ...`.
    package var options: ServerText?
    package var isNotNull = false
    /// The NOT NULL constraint's name, on servers that have one (18 and later).
    package var notNullName: String?
    package var `default`: ServerText?
    package var defaultIsConstant = false
    /// Whether a default that is no constant is the same throughout a transaction, and for every role, as `now()` is; nil where a
    /// run began before this was looked at.
    package var defaultIsStable: Bool?
    package var identity: Identity?
    package var ownedSequence: QualifiedName?
    package var comment: String?
    package var grants: [Grant] = []

    package init(name: Identifier, type: ServerText, comparison: Comparison) {
        self.name = name
        self.type = type
        self.comparison = comparison
    }

    /// The default, where a row that was given it can be told from others in the transaction that inserts it.
    package var knowableDefault: ServerText? { defaultIsConstant || defaultIsStable == true ? self.default : nil }

    /// The default, where it is the same for each row.
    package var constantDefault: ServerText? { defaultIsConstant ? self.default : nil }
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

/// A foreign key from or to the column.
package struct ForeignKeyFacts: Sendable, Hashable, Codable {
    package var name: Identifier
    package var child: QualifiedName
    package var columns: [Identifier]
    package var parent: QualifiedName
    package var parentColumns: [Identifier]
    /// ` MATCH FULL ON DELETE CASCADE DEFERRABLE ...`, with a leading space where not empty.
    package var clauses: ServerText
    package var isValidated: Bool
    package var comment: String?
    /// Set where two of it on one value would act in an order nobody chose: the new column gets its own as the old one's goes.
    package var succession: Succession?

    /// What is known of a foreign key that is made in contract's own transaction.
    package struct Succession: Sendable, Hashable, Codable {
        /// The columns of `SET NULL (a, b)` or `SET DEFAULT (a, b)`; empty: all of them.
        package var deleteColumns: [Identifier]
        /// What of the clauses stands before and after that list.
        package var before: ServerText
        package var after: ServerText

        package init(deleteColumns: [Identifier], before: ServerText, after: ServerText) {
            self.deleteColumns = deleteColumns
            self.before = before
            self.after = after
        }

        /// The clauses as they are, or with another column in the list.
        package func clauses(_ old: Identifier? = nil, by new: Identifier? = nil) -> ServerText {
            let columns = deleteColumns.map { ($0 == old ? new ?? $0 : $0).quoted }.joined(separator: ", ")
            return ServerText(before.text + (columns.isEmpty ? "" : " (\(columns))") + after.text)
        }
    }

    package init(
        name: Identifier,
        child: QualifiedName,
        columns: [Identifier],
        parent: QualifiedName,
        parentColumns: [Identifier],
        clauses: ServerText,
        isValidated: Bool,
        comment: String?
    ) {
        self.name = name
        self.child = child
        self.columns = columns
        self.parent = parent
        self.parentColumns = parentColumns
        self.clauses = clauses
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

    package init(name: String, withOld: ServerText, withBoth: ServerText, withNew: ServerText) {
        self.name = name
        self.withOld = withOld
        self.withBoth = withBoth
        self.withNew = withNew
    }
}
