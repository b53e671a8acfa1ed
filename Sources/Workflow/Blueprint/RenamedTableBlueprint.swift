package import SQL

/// A table under two names: one is the table, the other a view of it.
package struct RenamedTableBlueprint: Blueprint {
    package static let family = "renamed_table"

    /// What the view repeats of a column.
    package struct Column: Sendable, Hashable, Codable {
        package var name: Identifier
        package var `default`: ServerText?
        package var comment: String?

        package init(name: Identifier, default text: ServerText?, comment: String? = nil) {
            self.name = name
            self.default = text
            self.comment = comment
        }
    }

    /// A right of a role on the table, or on one of its columns.
    package struct Grant: Sendable, Hashable, Codable {
        /// `SELECT`, or `SELECT ("bio")`.
        package var privilege: ServerText
        /// nil: PUBLIC.
        package var grantee: Identifier?
        package var isGrantable: Bool

        package init(privilege: ServerText, grantee: Identifier?, isGrantable: Bool) {
            self.privilege = privilege
            self.grantee = grantee
            self.isGrantable = isGrantable
        }
    }

    /// Something whose name begins with the table's, and follows it.
    package struct Object: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Hashable, Codable {
            case index
            case constraint
            case sequence
            case trigger
        }

        package var kind: Kind
        package var before: Identifier
        package var after: Identifier

        package init(kind: Kind, before: Identifier, after: Identifier) {
            self.kind = kind
            self.before = before
            self.after = after
        }
    }

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var new: Identifier
    package var owner: Identifier
    package var hasRowSecurity: Bool
    package var columns: [Column]
    package var grants: [Grant]
    package var objects: [Object]
    package var comment: String?
    /// What the view has, once it is there; nil in the ledger.
    package var view: ViewFace?

    package init(
        plan: String,
        table: QualifiedName,
        new: Identifier,
        owner: Identifier,
        hasRowSecurity: Bool,
        columns: [Column],
        grants: [Grant],
        objects: [Object]
    ) {
        self.plan = plan
        self.table = table
        self.new = new
        self.owner = owner
        self.hasRowSecurity = hasRowSecurity
        self.columns = columns
        self.grants = grants
        self.objects = objects
    }

    package var settled: QualifiedName { QualifiedName(schema: table.schema, name: new) }
    /// Where contract puts the view under the old name.
    package var setAside: QualifiedName {
        QualifiedName(schema: table.schema, name: Identifier(shortening: "crossfade_old", table.name.name))
    }

    package var tables: [QualifiedName] { [table] }
    package var legacyNames: [NamedShape]? { [NamedShape(table: table, columns: [])] }
    package var claims: [String] { [table.quoted, settled.quoted] }
    /// No trigger can be put on a view that PostgreSQL itself makes writable.
    package var recordsWriters: Bool { false }
    /// It makes a view.
    package var repeatsExpand: Bool { true }
    /// The view goes, and may have got what is meant for the table.
    package var carriesOverBeforeUndo: Bool { true }

    package var words: BlueprintWords {
        BlueprintWords(
            invariant: "every row can be read under the old name",
            undone: "the name \(new) goes, \(table) stays with every row",
            contracted: "versions that still use the name \(table) fail from here on; its view is set aside",
            unreturnable: "no row is lost; columns added to \(new) since are not in the view of the old name",
            purged: "the view \(setAside)",
            lost: "the view of the old name was purged: the table is \(settled) only",
            wayOut: "write a plan that renames \(new) to \(table.name)"
        )
    }
}
