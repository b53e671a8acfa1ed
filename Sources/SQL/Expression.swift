/// A scalar expression out of a plan, parsed before it is put into SQL.
///
/// **Invariant:** between parentheses it is one value and nothing else: it can neither close them, end the statement
/// nor turn what follows into a comment.
package struct Expression: Spelled {
    /// The text as it was given.
    package let text: String

    /// Whether it is a literal, possibly signed or cast: no column, no function call.
    package let isConstant: Bool

    /// The unqualified columns it names, each once, in the order of the text.
    package let columns: [String]

    /// The same as identifiers.
    package var columnNames: [Identifier] { columns.map(Identifier.init(parsed:)) }

    /// Whether it is `column AT TIME ZONE` and a constant.
    package let isColumnAtTimeZone: Bool

    /// Whether it is the present moment, whatever it is called.
    package let isPresentMoment: Bool

    /// Reads one expression as it would stand in a SELECT list, without an alias, comment at the end or parameter.
    package init(parsing text: String) throws(SyntaxError) {
        // Each form lets something through that the other refuses: bare, "a AS b"; in parentheses, "1), (2".
        let prefix = "SELECT "
        try Self.parse(prefix, text, "")
        let value = try Self.parse(prefix + "(", text, ")")
        self.text = text
        isConstant = value.isConstant
        columns = Self.columns(of: value)
        isColumnAtTimeZone = value.isColumnAtTimeZone
        isPresentMoment = value.isPresentMoment
    }

    package var spelling: String { text }

    package init(spelling: String) throws(SyntaxError) {
        try self.init(parsing: spelling)
    }

    /// The value of the one-column SELECT that the three texts make together.
    @discardableResult
    private static func parse(_ before: String, _ text: String, _ after: String) throws(SyntaxError) -> SyntaxTree {
        let tree: SyntaxTree
        do {
            tree = try PGQuery.parse(before + text + after)
        } catch {
            let position = min(max(error.position - before.count, 0), text.count)
            throw SyntaxError(message: error.message, position: position, text: text)
        }
        guard let value = onlyValue(of: tree) else { throw text.syntaxError("this is not a single expression") }
        if let parameter = value.descendants("ParamRef").first {
            let offset = text.utf8.index(
                text.startIndex,
                offsetBy: parameter.number("location") - before.utf8.count,
                limitedBy: text.endIndex
            )
            throw text.syntaxError("an expression has no parameters", at: offset)
        }
        return value
    }

    private static func onlyValue(of tree: SyntaxTree) -> SyntaxTree? {
        let statements = tree.list("stmts")
        guard statements.count == 1, let select = statements[0]["stmt"]?["SelectStmt"],
            case .object(let clauses) = select,
            // What every SELECT has, and the list.
            Set(clauses.keys) == ["targetList", "limitOption", "op"],
            select.list("targetList").count == 1,
            let target = select.list("targetList")[0]["ResTarget"], target["name"] == nil
        else { return nil }
        return target["val"]
    }

    /// The text with each unqualified column, and each that is qualified with `qualifier`, replaced by SQL for its value.
    ///
    /// A column that `values` does not name stays.
    package func replacing(_ values: [String: String], qualifiedBy qualifier: String? = nil) throws(SyntaxError)
        -> String
    {
        let prefix = "SELECT ("
        let tree = try PGQuery.parse(prefix + text + ")")
        let tokens = try PGQuery.scan(text)
        var result = Array(text.utf8)
        let columns = tree.descendants("ColumnRef").map {
            ($0.list("fields").map(\.string), $0.number("location") - prefix.utf8.count)
        }
        for (fields, start) in columns.sorted(by: { $0.1 > $1.1 }) {
            guard let name = fields.last ?? nil, fields.count == 1 || (fields.count == 2 && fields[0] == qualifier),
                let value = values[name],
                let first = tokens.firstIndex(where: { $0.range.lowerBound == start })
            else { continue }
            // A qualified name is three tokens: the qualifier, the dot, the name.
            let last = fields.count == 1 ? first : first + 2
            guard tokens.indices.contains(last) else { continue }
            result.replaceSubrange(start..<tokens[last].range.upperBound, with: Array(value.utf8))
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func columns(of value: SyntaxTree) -> [String] {
        var seen: Set<String> = []
        return value.descendants("ColumnRef")
            .compactMap { $0.list("fields").count == 1 ? $0.list("fields")[0].string : nil }
            .filter { seen.insert($0).inserted }
    }
}
