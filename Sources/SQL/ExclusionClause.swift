/// What follows EXCLUDE in a constraint, such as `USING gist (room WITH =, during WITH &&)`, parsed before it is put into SQL.
///
/// **Invariant:** after `ALTER TABLE t ADD EXCLUDE` it is one constraint and nothing else.
package struct ExclusionClause: Spelled {
    /// The text as it was given.
    package let text: String

    /// Reads one clause as it would stand after EXCLUDE.
    package init(parsing text: String) throws(SyntaxError) {
        let prefix = "ALTER TABLE t ADD EXCLUDE "
        let tree: SyntaxTree
        do {
            tree = try PGQuery.parse(prefix + text)
        } catch {
            let position = min(max(error.position - prefix.count, 0), text.count)
            throw SyntaxError(message: error.message, position: position, text: text)
        }
        let statements = tree.list("stmts")
        guard statements.count == 1, let commands = statements[0]["stmt"]?["AlterTableStmt"]?.list("cmds"),
            commands.count == 1, let constraint = commands[0]["AlterTableCmd"]?["def"]?["Constraint"],
            constraint.string("contype") == "CONSTR_EXCLUSION", !text.contains("--"), !text.contains("/*")
        else { throw text.syntaxError("this is not what follows EXCLUDE") }
        self.text = text
    }

    package var spelling: String { text }

    package init(spelling: String) throws(SyntaxError) {
        try self.init(parsing: spelling)
    }
}
