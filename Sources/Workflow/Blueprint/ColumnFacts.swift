package import SQL

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
