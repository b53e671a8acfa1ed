/// A data type as a plan writes it, such as `varchar(20)` or `app.mood[]`, parsed before it is put into SQL.
///
/// **Invariant:** after `::` it is one type and nothing else.
package struct TypeName: Spelled {
    /// The text as it was given.
    package let text: String

    /// Reads one type as it would stand after `::`.
    package init(parsing text: String) throws(SyntaxError) {
        let prefix = "SELECT NULL::"
        let tree: SyntaxTree
        do {
            tree = try PGQuery.parse(prefix + text)
        } catch {
            let position = min(max(error.position - prefix.count, 0), text.count)
            throw SyntaxError(message: error.message, position: position, text: text)
        }
        let statements = tree.list("stmts")
        guard statements.count == 1, let select = statements[0]["stmt"]?["SelectStmt"],
            case .object(let clauses) = select, Set(clauses.keys) == ["targetList", "limitOption", "op"],
            select.list("targetList").count == 1, let target = select.list("targetList")[0]["ResTarget"],
            target["name"] == nil, let cast = target["val"]?["TypeCast"], cast["arg"]?["A_Const"] != nil,
            cast["typeName"] != nil, try !PGQuery.scan(text).contains(where: \.isComment)
        else { throw text.syntaxError("this is not a data type") }
        self.text = text
    }

    package var spelling: String { text }

    package init(spelling: String) throws(SyntaxError) {
        try self.init(parsing: spelling)
    }
}
