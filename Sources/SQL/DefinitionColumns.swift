/// The columns that the definition of a constraint or an index names.
package struct DefinitionColumns: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// What follows ADD CONSTRAINT and the name.
        case constraint
        /// What follows CREATE INDEX ON and the table, also where the index becomes a constraint.
        case index
    }

    /// Of the table itself, each once, in the order of their names.
    package let own: [Identifier]
    /// Of the table that a foreign key references; none where it leaves them out, and means the primary key.
    package let referenced: [Identifier]

    /// Reads them; none of a text that does not parse, such as an empty one.
    package init(_ kind: Kind, _ definition: ServerText) {
        let statement = kind == .index ? "CREATE INDEX ON t " : "ALTER TABLE t ADD "
        // The server wrote the text: only a newer grammar than the parser's is not understood here.
        guard let tree = try? PGQuery.parse(statement + definition.text) else {
            (own, referenced) = ([], [])
            return
        }
        let constraints = tree.descendants("Constraint")
        let listed = ["keys", "including", "fk_attrs"].flatMap { field in constraints.flatMap { $0.list(field) } }
        let read = tree.descendants("ColumnRef").compactMap { $0.list("fields").last }
        let names =
            (listed + read).compactMap(\.string) + tree.descendants("IndexElem").compactMap { $0.string("name") }
        own = Set(names).sorted().map(Identifier.init(parsed:))
        referenced = constraints.flatMap { $0.list("pk_attrs") }.compactMap(\.string).map(Identifier.init(parsed:))
    }
}
