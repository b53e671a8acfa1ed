/// A column's type and how its values are made, such as `bigint generated always as identity`, parsed before it is used.
///
/// **Invariant:** after a column's name in CREATE TABLE it defines that column and nothing else.
package struct ColumnDefinition: Spelled {
    /// The text as it was given.
    package let text: String

    /// Reads a type, which may be followed by an identity, a default, a collation or NOT NULL.
    package init(parsing text: String) throws(SyntaxError) {
        let prefix = "CREATE TABLE t (c "
        let tree: SyntaxTree
        do {
            tree = try PGQuery.parse(prefix + text + "\n)")
        } catch {
            let position = min(max(error.position - prefix.count, 0), text.count)
            throw SyntaxError(message: error.message, position: position, text: text)
        }
        let statements = tree.list("stmts")
        guard statements.count == 1, let table = statements[0]["stmt"]?["CreateStmt"],
            case .object(let clauses) = table, Set(clauses.keys) == ["relation", "tableElts", "oncommit"],
            table.list("tableElts").count == 1, let column = table.list("tableElts")[0]["ColumnDef"],
            column["typeName"] != nil, !text.contains("--"), !text.contains("/*")
        else { throw text.syntaxError("this is not a column's type") }
        let allowed = ["CONSTR_IDENTITY", "CONSTR_DEFAULT", "CONSTR_NOTNULL"]
        for constraint in column.list("constraints") {
            guard let kind = constraint["Constraint"]?.string("contype"), allowed.contains(kind) else {
                throw text.syntaxError("beside its type a column may have an identity, a default or NOT NULL here")
            }
        }
        self.text = text
    }

    package var spelling: String { text }

    package init(spelling: String) throws(SyntaxError) {
        try self.init(parsing: spelling)
    }
}
