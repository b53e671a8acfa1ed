import SQL
import Workflow

/// The SQL of what is to be added.
struct ConstraintDraft {
    let change: AddConstraint
    let table: QualifiedName
    let parent: QualifiedName?

    var form: AddedConstraintBlueprint.Form {
        switch change.form {
        case .unique: .unique
        case .foreignKey: .foreignKey
        case .check: .check
        case .notNull: .notNull
        case .index: .index
        case .exclude: .exclusion
        }
    }

    var notNullColumn: Identifier? { if case .notNull(let column) = change.form { column } else { nil } }

    var isUniqueIndex: Bool { if case .index(let index) = change.form { index.isUnique } else { false } }

    /// What follows the name, or of an index the table.
    var definition: ServerText { definition(referencing: parent ?? table) }

    /// The same of UNIQUE where it is a constraint at once, which puts the words in another order than an index.
    var uniqueDefinition: String {
        guard case .unique(let columns, let nullsAreEqual) = change.form else { return "" }
        return "\(nullsAreEqual ? "NULLS NOT DISTINCT " : "")(\(Self.list(columns)))"
    }

    func definition(referencing parent: QualifiedName) -> ServerText {
        switch change.form {
        case .unique(let columns, let nullsAreEqual):
            return ServerText("(\(Self.list(columns)))\(nullsAreEqual ? " NULLS NOT DISTINCT" : "")")
        case .foreignKey(let key):
            return ServerText(
                "FOREIGN KEY (\(Self.list(key.columns))) REFERENCES \(parent.quoted) (\(Self.list(key.references.columns)))"
                    + " ON DELETE \(key.onDelete.sql) ON UPDATE \(key.onUpdate.sql)"
            )
        case .check(let expression): return ServerText("CHECK (\(expression.text))")
        case .notNull(let column): return ServerText("CHECK (\(column.quoted) IS NOT NULL)")
        case .exclude(let clause): return ServerText("EXCLUDE \(clause.text)")
        case .index(let index): return ServerText(Self.text(of: index))
        }
    }

    private static func text(of index: AddConstraint.Index) -> String {
        let elements = index.columns.map(\.quoted) + index.expressions.map { "(\($0.text))" }
        var text = "USING \(index.method.rawValue) (\(elements.joined(separator: ", ")))"
        if !index.include.isEmpty { text += " INCLUDE (\(list(index.include)))" }
        if let predicate = index.predicate { text += " WHERE (\(predicate.text))" }
        return text
    }

    /// The condition of a row of the table, as `t`, that violates it.
    func violation(_ exclusion: [ConstraintProbe.ExclusionElement]) -> ServerText? {
        switch change.form {
        case .check(let expression): ServerText("(\(Self.relative(expression, to: table))) IS FALSE")
        case .notNull(let column): ServerText("t.\(column.quoted) IS NULL")
        case .foreignKey(let key): ServerText(orphan(key))
        case .unique(let columns, let nullsAreEqual):
            ServerText(twin(columns, nullsAreEqual: nullsAreEqual))
        case .index(let index) where index.isUnique && index.expressions.isEmpty && index.predicate == nil:
            ServerText(twin(index.columns, nullsAreEqual: false))
        case .index(let index) where index.isUnique:
            ServerText(grouped(index))
        case .index: nil
        case .exclude:
            exclusion.isEmpty
                ? nil
                : ServerText(
                    "EXISTS (SELECT FROM \(table.quoted) u WHERE u.ctid <> t.ctid AND "
                        + exclusion.map { "u.\($0.column.quoted) OPERATOR(\($0.operator.text)) t.\($0.column.quoted)" }
                        .joined(separator: " AND ") + ")"
                )
        }
    }

    private func orphan(_ key: AddConstraint.ForeignKey) -> String {
        let refers = key.columns.map { "t.\($0.quoted) IS NOT NULL" }.joined(separator: " AND ")
        let matches = zip(key.columns, key.references.columns).map { "p.\($1.quoted) = t.\($0.quoted)" }
            .joined(separator: " AND ")
        return "\(refers) AND NOT EXISTS (SELECT FROM \((parent ?? table).quoted) p WHERE \(matches))"
    }

    /// A second row of the same values: a join that the planner can hash, unlike one for each row.
    private func twin(_ columns: [Identifier], nullsAreEqual: Bool) -> String {
        let pairs = columns.map { (mine: "t.\($0.quoted)", theirs: "u.\($0.quoted)") }
        let mine = pairs.map(\.mine).joined(separator: ", ")
        let theirs = pairs.map(\.theirs).joined(separator: ", ")
        let groups = "SELECT \(theirs) FROM \(table.quoted) u GROUP BY \(theirs) HAVING count(*) > 1"
        guard nullsAreEqual else { return "(\(mine)) IN (\(groups))" }
        let names = pairs.indices.map { "c\($0)" }.joined(separator: ", ")
        let same = pairs.enumerated().map { "d.c\($0) IS NOT DISTINCT FROM \($1.mine)" }.joined(separator: " AND ")
        return "EXISTS (SELECT FROM (\(groups)) d (\(names)) WHERE \(same))"
    }

    /// The same for expressions and conditions, whose names are those of the table: they are computed where it stands alone.
    private func grouped(_ index: AddConstraint.Index) -> String {
        let elements = index.columns.map(\.quoted) + index.expressions.map { "(\($0.text))" }
        let values = elements.joined(separator: ", ")
        let present = (elements.map { "\($0) IS NOT NULL" } + (index.predicate.map { ["(\($0.text))"] } ?? [])).joined(
            separator: " AND "
        )
        return """
            t.ctid = ANY (ARRAY(SELECT unnest(places) FROM (SELECT array_agg(ctid) AS places FROM \(table.quoted) \
            WHERE \(present) GROUP BY \(values) HAVING count(*) > 1) d))
            """
    }

    /// An expression of the table's columns where the table is `t`.
    private static func relative(_ expression: Expression, to table: QualifiedName) -> String {
        "SELECT (\(expression.text)) FROM (SELECT t.*) \(table.name.quoted)"
    }

    static func list(_ names: [Identifier]) -> String { names.map(\.quoted).joined(separator: ", ") }
}
