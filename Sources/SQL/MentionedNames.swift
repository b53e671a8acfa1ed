/// The names that an expression or a type mentions without a schema, as the server reads them: in lower case where they have no quotes.
package struct MentionedNames: Sendable, Hashable {
    package let relations: Set<String>
    package let types: Set<String>
    package let functions: Set<String>
    package let columns: Set<String>

    /// Reads the names in an expression.
    package init(in expression: Expression) throws(SyntaxError) {
        self.init(try PGQuery.parse("SELECT (\(expression.text))"))
    }

    /// Reads the name of a type.
    package init(in type: TypeName) throws(SyntaxError) {
        self.init(try PGQuery.parse("SELECT NULL::\(type.text)"))
    }

    private init(_ tree: SyntaxTree) {
        func single(_ names: [SyntaxTree]) -> String? { names.count == 1 ? names[0].string : nil }
        relations = Set(
            tree.descendants("RangeVar").filter { $0.string("schemaname") == nil }.compactMap { $0.string("relname") }
        )
        types = Set(tree.descendants("typeName").compactMap { single($0.list("names")) })
        functions = Set(tree.descendants("FuncCall").compactMap { single($0.list("funcname")) })
        columns = Set(tree.descendants("ColumnRef").compactMap { single($0.list("fields")) })
    }
}
