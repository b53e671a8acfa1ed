package import SQL
import YAML

/// A constraint or an index that a table gets, once its rows are known to hold it.
package struct AddConstraint: Sendable, Hashable {
    /// What is added.
    package enum Form: Sendable, Hashable {
        case unique([Identifier], nullsAreEqual: Bool)
        case foreignKey(ForeignKey)
        case check(Expression)
        case notNull(Identifier)
        case index(Index)
        case exclude(ExclusionClause)
    }

    /// A foreign key to one table.
    package struct ForeignKey: Sendable, Hashable {
        package var columns: [Identifier]
        package var references: Target
        package var onDelete: MoveRelation.Action
        package var onUpdate: MoveRelation.Action

        /// The referenced table and its columns, one for each.
        package struct Target: Sendable, Hashable {
            package var table: QualifiedName
            package var columns: [Identifier]
        }
    }

    /// An index of columns, then of expressions.
    package struct Index: Sendable, Hashable {
        package enum Method: String, CaseIterable, Sendable, Codable {
            case btree, hash, gin, gist, brin, spgist
        }

        package var columns: [Identifier]
        package var expressions: [Expression]
        package var isUnique: Bool
        package var method: Method
        package var include: [Identifier]
        package var predicate: Expression?
    }

    package var table: QualifiedName
    package var form: Form
    /// nil: as PostgreSQL itself would name it.
    package var name: Identifier?
}

extension AddConstraint: ChangeKind {
    package static let key = "add_constraint"
    package static let summary =
        "A constraint or an index: violations are found first, and it is built without a scan that blocks."

    package var family: String { AddedConstraintBlueprint.family }
    package var effects: [ApplicationEffect] { [] }
    package var line: String { "\(table) gets \(words)" }
    package var nameWords: [String] { ["constrain", table.description] + columns.map(\.name) }
    package var fixed: [String] { [table.quoted, name?.quoted ?? ""] + parts }

    private var parts: [String] {
        let list = columns.map(\.quoted)
        switch form {
        case .unique(_, let nullsAreEqual): return ["unique", "\(nullsAreEqual)"] + list
        case .foreignKey(let key):
            let target = [key.references.table.quoted] + key.references.columns.map(\.quoted)
            return ["foreign key", key.onDelete.rawValue, key.onUpdate.rawValue] + list + target
        case .check(let expression): return ["check", expression.text]
        case .notNull: return ["not null"] + list
        case .index(let index):
            return ["index", index.method.rawValue, "\(index.isUnique)", index.predicate?.text ?? ""] + list
                + ["expressions"] + index.expressions.map(\.text) + ["include"] + index.include.map(\.quoted)
        case .exclude(let clause): return ["exclude", clause.text]
        }
    }

    private var columns: [Identifier] {
        switch form {
        case .unique(let columns, _): columns
        case .foreignKey(let key): key.columns
        case .notNull(let column): [column]
        case .index(let index): index.columns
        case .check, .exclude: []
        }
    }

    private var words: String {
        let list = columns.map(\.name).joined(separator: ", ")
        return switch form {
        case .unique: "UNIQUE (\(list))"
        case .foreignKey(let key): "a foreign key (\(list)) to \(key.references.table)"
        case .check(let expression): "CHECK (\(expression.text))"
        case .notNull(let column): "\(column) NOT NULL"
        case .index(let index):
            "an index (\((columns.map(\.name) + index.expressions.map(\.text)).joined(separator: ", ")))"
        case .exclude(let clause): "EXCLUDE \(clause.text)"
        }
    }
}

// MARK: - In the plan

extension AddConstraint {
    package static let form = ValueForm<Draft>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .optional("unique", Self.names, "The columns of a UNIQUE constraint."),
        .optional(
            "nulls_not_distinct",
            .boolean,
            default: false,
            "For unique, from PostgreSQL 15 on: two NULLs are the same value."
        ),
        .optional("foreign_key", ForeignKey.form, "A foreign key."),
        .optional("check", .expression, "A condition that every row has to meet."),
        .optional("not_null", .identifier, "The column that has to have a value."),
        .optional("index", Index.form, "An index, unique or not."),
        .optional(
            "exclude",
            .exclusion,
            "What follows EXCLUDE; it is built under a lock that blocks reads and writes."
        ),
        .optional("name", .identifier, "Its name; as PostgreSQL would name it when left out."),
        build: Draft.init
    ).checked { draft, cursor in
        if draft.forms.count == 1 { return true }
        cursor.refuse(
            .outOfRange,
            "'add_constraint' needs one of unique, foreign_key, check, not_null, index, exclude, not \(draft.forms.count)"
        )
        return false
    }.map(\.change)

    static let names = ValueForm<[Identifier]>.list(of: .identifier, isNonempty: true).withoutRepeats(by: \.name)

    /// The section as it is written, before it is known to say one thing.
    package struct Draft: Sendable, Hashable {
        fileprivate let table: QualifiedName
        fileprivate let forms: [Form]
        fileprivate let name: Identifier?

        fileprivate init(
            table: QualifiedName,
            unique: [Identifier]?,
            nullsAreEqual: Bool,
            foreignKey: ForeignKey?,
            check: Expression?,
            notNull: Identifier?,
            index: Index?,
            exclude: ExclusionClause?,
            name: Identifier?
        ) {
            self.table = table
            self.name = name
            let all: [Form?] = [
                unique.map { .unique($0, nullsAreEqual: nullsAreEqual) }, foreignKey.map(Form.foreignKey),
                check.map(Form.check), notNull.map(Form.notNull), index.map(Form.index), exclude.map(Form.exclude),
            ]
            forms = all.compactMap { $0 }
        }

        fileprivate var change: AddConstraint { AddConstraint(table: table, form: forms[0], name: name) }
    }
}

extension AddConstraint.ForeignKey {
    static let form = ValueForm<AddConstraint.ForeignKey>.section(
        .required("columns", AddConstraint.names, "The columns that reference."),
        .required("references", Target.form, "The table and the columns they reference."),
        .optional("on_delete", .choice(), default: .noAction, "What happens when the referenced row is deleted."),
        .optional("on_update", .choice(), default: .noAction, "The same when the referenced key changes."),
        build: { AddConstraint.ForeignKey(columns: $0, references: $1, onDelete: $2, onUpdate: $3) }
    ).checked { key, cursor in
        if key.columns.count == key.references.columns.count { return true }
        cursor.refuse(.outOfRange, "columns and referenced columns are not as many")
        return false
    }
}

extension AddConstraint.ForeignKey.Target {
    static let form = ValueForm<AddConstraint.ForeignKey.Target>.section(
        .required("table", .qualifiedName, "The referenced table."),
        .required("columns", AddConstraint.names, "Its columns, one for each that references."),
        build: AddConstraint.ForeignKey.Target.init
    )
}

extension AddConstraint.Index {
    static let form = ValueForm<AddConstraint.Index>.section(
        .optional(
            "columns",
            .list(of: .identifier).withoutRepeats(by: \.name),
            default: [],
            "Columns, in the order of the index."
        ),
        .optional("expressions", .list(of: .expression), default: [], "Expressions, after the columns."),
        .optional("unique", .boolean, default: false, "Whether no two rows may have the same."),
        .optional("using", .choice(), default: .btree, "The access method."),
        .optional("include", .list(of: .identifier).withoutRepeats(by: \.name), default: [], "Columns kept beside."),
        .optional("where", .expression, "The condition of a partial index."),
        build: {
            AddConstraint.Index(columns: $0, expressions: $1, isUnique: $2, method: $3, include: $4, predicate: $5)
        }
    ).checked { index, cursor in
        if !index.columns.isEmpty || !index.expressions.isEmpty { return true }
        cursor.refuse(.outOfRange, "\(cursor.label) needs columns or expressions")
        return false
    }
}
