/// Walks through the statements of a body and notes what the further columns of a table change.
///
/// A scope is what one query's FROM has; the innermost query's comes first.
struct ImpactWalk {
    /// One of the things in FROM, or the target of a statement.
    struct Item {
        var name: String?
        /// The new columns that it gets.
        var gains: Set<String> = []
        /// The columns of these names that it has today.
        var has: Set<String> = []
        /// How many columns more `*` stands for.
        var growth = 0
        /// Whether its columns are unknown, as those of a function are.
        var isOpen = false
    }

    /// What a query's rows are like.
    struct Shape {
        var gains: Set<String> = []
        var has: Set<String> = []
        var growth = 0
        var isOpen = false
        /// Whether the further columns come after all others.
        var isLast = true

        func item(_ name: String?) -> Item {
            Item(name: name, gains: gains, has: has, growth: growth, isOpen: isOpen)
        }
    }

    /// Where a part of a statement stands.
    struct Context {
        var scopes: [[Item]] = []
        /// The queries of WITH, which hide tables.
        var queries: [String: Shape] = [:]

        func inside(_ scope: [Item]) -> Context { Context(scopes: [scope] + scopes, queries: queries) }
    }

    let table: GrownTable
    let path: SearchPath
    let function: ImpactReader.Function
    let conflict: String
    let news: Set<String>
    /// Variables that hold rows of the table.
    var rows: Set<String> = []
    /// Those that a statement puts such rows into.
    var assignedRows: Set<String> = []
    var found: [ColumnImpact] = []
    var fragment = BodyFragment(use: .value, text: "", start: 0, prefix: 0, variables: [])

    init(_ reader: ImpactReader, _ function: ImpactReader.Function, conflict: String) {
        table = reader.table
        path = reader.path
        self.function = function
        self.conflict = conflict
        news = Set(reader.table.columns.map(\.name))
    }

    /// Reads one piece of the body.
    mutating func read(_ fragment: BodyFragment, _ tree: SyntaxTree) {
        self.fragment = fragment
        guard let statement = tree.list("stmts").first?["stmt"] else { return }
        var context = Context()
        for name in function.transitions { context.queries[name] = Shape(gains: news, growth: news.count) }
        let shape = self.statement(statement, context)
        switch fragment.use {
        case .statement(let names), .loop(let names): assign(shape, to: names)
        case .returned where shape.growth > 0 && function.result == .others: note(.returned, at: nil)
        case .dynamic: dynamic()
        case .returned, .value: break
        }
    }

    private mutating func assign(_ shape: Shape, to names: [String]) {
        guard shape.growth > 0 else { return }
        if names.count == 1 { assignedRows.formUnion(names) }
        // What is more than the variables is left out, so that columns at the end do nothing by themselves.
        guard names.count > 1, !shape.isLast || table.losesColumn || function.isStrict else { return }
        note(.assigned, at: nil)
    }

    /// Looks at the words of a statement that is put together when it runs.
    private mutating func dynamic() {
        let strings = ((try? BodyToken.all(of: fragment.text)) ?? []).filter(\.isString).map(\.text)
        let hasRow = !function.rows.isEmpty && strings.contains { $0.contains(".*") }
        if hasRow || ImpactReader(table, path: path).hasWords(in: strings.joined(separator: " ")) {
            note(.unread, at: nil)
        }
    }

    // MARK: - Statements

    @discardableResult
    mutating func statement(_ tree: SyntaxTree, _ context: Context) -> Shape {
        guard let (kind, body) = tree.node else { return Shape() }
        switch kind {
        case "SelectStmt": return query(body, context)
        case "InsertStmt": return insert(body, context)
        case "UpdateStmt", "DeleteStmt", "MergeStmt": return change(body, context)
        case "CopyStmt": copy(body, context)
        default: visit(body, context)
        }
        return Shape()
    }

    private mutating func insert(_ body: SyntaxTree, _ outer: Context) -> Shape {
        let context = with(body["withClause"], outer)
        guard let relation = body["relation"] else { return Shape() }
        let target = item(of: relation, Context())
        let isItself = target.growth > 0
        let hasList = !body.list("cols").isEmpty
        if let source = body["selectStmt"] {
            let shape = statement(source, context)
            if shape.growth > 0 {
                if !isItself || hasList || !shape.isLast {
                    note(.inserted(into: relation.string("relname") ?? ""), at: star(in: source))
                }
            } else if isItself, !hasList, table.losesColumn {
                note(.positional, at: relation)
            }
        }
        if let conflict = body["onConflictClause"] {
            var excluded = target
            excluded.name = "excluded"
            let inside = context.inside([target, excluded])
            visit(conflict["infer"], context.inside([target]))
            visit(.list(conflict.list("targetList")), inside)
            visit(conflict["whereClause"], inside)
        }
        return outputs(body.list("returningList"), context.inside([target]))
    }

    /// UPDATE, DELETE and MERGE.
    private mutating func change(_ body: SyntaxTree, _ outer: Context) -> Shape {
        let context = with(body["withClause"], outer)
        var scope = body["relation"].map { [item(of: $0, Context())] } ?? []
        for list in ["fromClause", "usingClause"] {
            for source in body.list(list) { from(source, into: &scope, context) }
        }
        if let source = body["sourceRelation"] { from(source, into: &scope, context) }
        let inside = context.inside(scope)
        for part in ["whereClause", "joinCondition"] { visit(body[part], inside) }
        visit(.list(body.list("targetList")), inside)
        visit(.list(body.list("mergeWhenClauses")), inside)
        return outputs(body.list("returningList"), inside)
    }

    private mutating func copy(_ body: SyntaxTree, _ context: Context) {
        if let query = body["query"] { statement(query, context) }
        guard let relation = body["relation"], body.list("attlist").isEmpty else { return }
        if item(of: relation, Context()).growth > 0 { note(.positional, at: relation) }
    }

    /// Visits the WITH queries and knows them by their names.
    mutating func with(_ clause: SyntaxTree?, _ outer: Context) -> Context {
        var context = outer
        let queries = clause?.list("ctes").compactMap { $0["CommonTableExpr"] } ?? []
        if clause?.flag("recursive") == true {
            for name in queries.compactMap({ $0.string("ctename") }) { context.queries[name] = Shape(isOpen: true) }
        }
        for query in queries {
            guard let name = query.string("ctename"), let text = query["ctequery"] else { continue }
            var shape = statement(text, context)
            shape.has.formUnion(query.list("aliascolnames").compactMap(\.string).filter(news.contains))
            context.queries[name] = shape
        }
        return context
    }

    // MARK: - Findings

    /// The first `*` of a statement, or of a row in it.
    private func star(in tree: SyntaxTree) -> SyntaxTree? {
        tree.descendants("ColumnRef").first { $0.list("fields").last?["A_Star"] != nil }
    }

    mutating func note(_ effect: ColumnImpact.Effect, at node: SyntaxTree?) {
        let place = fragment.start + (node.map { max(0, $0.number("location") - fragment.prefix) } ?? 0)
        let line = 1 + function.body.utf8.prefix(place).count { $0 == UInt8(ascii: "\n") }
        let words = fragment.text.dropFirst(fragment.prefix).split(whereSeparator: \.isWhitespace).joined(
            separator: " "
        )
        let statement = words.count > 100 ? words.prefix(97) + "..." : words
        found.append(ColumnImpact(effect: effect, line: line, statement: statement))
    }
}
