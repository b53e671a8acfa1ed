/// A column that a statement lets be NULL: `ALTER TABLE ... ALTER COLUMN ... DROP NOT NULL`, and nothing else.
package struct RelaxedColumn: Hashable, Sendable {
    package let table: QualifiedName
    package let column: Identifier

    /// Reads it off a statement's parse tree; nil for one that does something else.
    init?(_ node: SyntaxTree) {
        guard let (kind, statement) = node.node, kind == "AlterTableStmt",
            let table = statement["relation"].flatMap(QualifiedName.init(relation:))
        else { return nil }
        let commands = statement.list("cmds").compactMap { $0["AlterTableCmd"] }
        guard commands.count == 1, commands[0].string("subtype") == "AT_DropNotNull",
            let column = commands[0].string("name").flatMap({ try? Identifier($0) })
        else { return nil }
        self.table = table
        self.column = column
    }
}
