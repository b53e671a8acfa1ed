package import SQL

/// A constraint or an index that is added once the rows hold it.
package struct AddedConstraintBlueprint: Blueprint {
    package static let family = "added_constraint"

    /// How it is built without a scan that blocks.
    package enum Form: String, Sendable, Hashable, Codable {
        /// A unique index beside the writers, then the constraint on it.
        case unique
        /// For new rows first, then proved.
        case foreignKey
        case check
        /// By a check that is proved first.
        case notNull
        /// Beside the writers.
        case index
        /// Under a lock.
        case exclusion
    }

    package var family: String = Self.family
    package var plan: String
    package var table: QualifiedName
    package var isPartitioned: Bool
    package var keyColumns: [Identifier]
    package var form: Form
    package var name: Identifier
    /// What follows its name: `CHECK (...)`, `FOREIGN KEY (...) REFERENCES ...`; of an index what follows the table.
    package var definition: ServerText
    /// The column of NOT NULL.
    package var column: Identifier?
    /// Whether an index is unique.
    package var isUnique: Bool
    /// The table a foreign key references.
    package var parent: QualifiedName?
    /// The condition of a row that violates it, in a query of the table as `t`; nil where none can.
    package var violation: ServerText?
    /// Set where the name of NOT NULL is the plan's: PostgreSQL gives its own first.
    package var renamesNotNull: Bool
    /// Whether the table had it before the run, whose undo leaves it alone; nil where a run began before this was looked at.
    package var wasThere: Bool?

    package init(
        plan: String,
        table: QualifiedName,
        isPartitioned: Bool,
        keyColumns: [Identifier],
        form: Form,
        name: Identifier,
        definition: ServerText,
        column: Identifier? = nil,
        isUnique: Bool = false,
        parent: QualifiedName? = nil,
        violation: ServerText? = nil,
        renamesNotNull: Bool = false
    ) {
        self.plan = plan
        self.table = table
        self.isPartitioned = isPartitioned
        self.keyColumns = keyColumns
        self.form = form
        self.name = name
        self.definition = definition
        self.column = column
        self.isUnique = isUnique
        self.parent = parent
        self.violation = violation
        self.renamesNotNull = renamesNotNull
    }

    package var tables: [QualifiedName] { [table] + (parent.map { $0 == table ? [] : [$0] } ?? []) }
    package var claims: [String] { ["\(table.quoted).\(name.quoted)"] }
    private var named: DefinitionColumns {
        DefinitionColumns(form == .index || form == .unique ? .index : .constraint, definition)
    }
    package var stayingColumns: [NamedShape] {
        let own = NamedShape(table: table, columns: (column.map { [$0] } ?? []) + named.own)
        return [own] + (parent.map { [NamedShape(table: $0, columns: named.referenced)] } ?? [])
    }
    package var readColumns: [String] {
        stayingColumns.flatMap { shape in shape.columns.map { "\(shape.table.quoted).\($0.quoted)" } }
    }
    package var recordsWriters: Bool { false }

    /// The name is chosen once: what has been built under it would be in the way of choosing it again.
    package func keepingFunction(of former: AddedConstraintBlueprint) -> AddedConstraintBlueprint {
        var copy = self
        copy.name = former.name
        copy.wasThere = former.wasThere
        return copy
    }

    package var words: BlueprintWords {
        let noun = form == .notNull ? "NOT NULL of \(column.map { "\($0)" } ?? "")" : "\(name)"
        return BlueprintWords(
            invariant: violation == nil ? "every row can be read" : "every row holds \(noun)",
            undone: nil,
            contracted: "\(noun) stays, and the run ends",
            purged: nil,
            lost: "the run is completed: \(table) has \(noun)",
            wayOut: removal
        )
    }

    private var removal: String {
        switch form {
        case .index: "DROP INDEX CONCURRENTLY \(QualifiedName(schema: table.schema, name: name).quoted)"
        case .notNull: "ALTER TABLE \(table.quoted) ALTER COLUMN \(column?.quoted ?? "") DROP NOT NULL"
        default: "ALTER TABLE \(table.quoted) DROP CONSTRAINT \(name.quoted)"
        }
    }
}
