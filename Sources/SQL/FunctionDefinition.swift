/// A function as its CREATE FUNCTION makes it.
package struct FunctionDefinition: Hashable, Sendable {
    package let name: QualifiedName
    /// The types of its arguments as they are written, without their schemas: `text`.
    package let argumentTypes: [String]
    /// What pg_proc has as `prosrc`; nil where the body is not written as a text.
    package let body: String?
}

extension FunctionDefinition {
    /// Reads it off a statement's parse tree; nil for any other statement.
    init?(_ node: SyntaxTree) {
        guard let statement = node["CreateFunctionStmt"], let name = QualifiedName(parts: statement.list("funcname"))
        else { return nil }
        self.name = name
        argumentTypes = statement.list("parameters").compactMap {
            $0["FunctionParameter"]?["argType"]?.list("names").last?.string
        }
        let options = statement.list("options").compactMap { $0["DefElem"] }
        body = options.first { $0.string("defname") == "as" }?["arg"]?["List"]?.list("items").first?.string
    }
}
