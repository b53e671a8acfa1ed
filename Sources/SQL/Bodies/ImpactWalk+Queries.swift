extension ImpactWalk {
    /// A query, by the body of its node.
    mutating func query(_ body: SyntaxTree, _ outer: Context) -> Shape {
        let context = with(body["withClause"], outer)
        if let left = body["larg"], let right = body["rarg"] {
            let (first, second) = (query(left, context), query(right, context))
            if first.growth != second.growth, !first.isOpen, !second.isOpen { note(.combined, at: nil) }
            return first
        }
        if !body.list("valuesLists").isEmpty { return values(body.list("valuesLists"), context) }
        var scope: [Item] = []
        for source in body.list("fromClause") { from(source, into: &scope, context) }
        let inside = context.inside(scope)
        let shape = outputs(body.list("targetList"), inside)
        for part in ["whereClause", "havingClause", "limitCount", "limitOffset"] { visit(body[part], inside) }
        visit(.list(body.list("windowClause")), inside)
        let names = Set(body.list("targetList").compactMap { $0["ResTarget"].flatMap(outputName) })
        for node in body.list("groupClause") { group(node, names, inside) }
        for node in body.list("sortClause") + body.list("distinctClause") {
            order(node["SortBy"]?["node"] ?? node, names, shape, inside)
        }
        return shape
    }

    private mutating func values(_ lists: [SyntaxTree], _ context: Context) -> Shape {
        var shape = Shape()
        for (number, list) in lists.enumerated() {
            let items = list["List"]?.list("items") ?? list.items
            let row = outputs(items.map { .object(["ResTarget": .object(["val": $0])]) }, context)
            if number == 0 { shape = row }
        }
        return shape
    }

    /// What a list of outputs makes of its sources.
    mutating func outputs(_ targets: [SyntaxTree], _ context: Context) -> Shape {
        var shape = Shape()
        for (place, target) in targets.enumerated() {
            guard let target = target["ResTarget"], let value = target["val"] else { continue }
            if let sources = starred(value, context) {
                for source in sources {
                    shape.growth += source.growth
                    shape.gains.formUnion(source.gains)
                    shape.has.formUnion(source.has)
                    shape.isOpen = shape.isOpen || source.isOpen
                    if source.growth > 0, place < targets.count - 1 { shape.isLast = false }
                }
                if let last = sources.lastIndex(where: { $0.growth > 0 }), last < sources.count - 1 {
                    shape.isLast = false
                }
            } else {
                if let name = outputName(target), news.contains(name) { shape.has.insert(name) }
                visit(value, context)
            }
        }
        return shape
    }

    /// What `*`, `t.*` or `(row).*` stands for; nil for anything else.
    private func starred(_ value: SyntaxTree, _ context: Context) -> [Item]? {
        if let fields = value["ColumnRef"]?.list("fields"), fields.last?["A_Star"] != nil {
            guard let name = fields.compactMap(\.string).last else { return context.scopes.first ?? [] }
            return [named(name, context)]
        }
        guard let row = value["A_Indirection"], row.list("indirection").last?["A_Star"] != nil else { return nil }
        guard row.list("indirection").count == 1, let name = row["arg"]?["ColumnRef"]?.list("fields").last?.string
        else { return [Item(isOpen: true)] }
        return [named(name, context)]
    }

    private func named(_ name: String, _ context: Context) -> Item {
        for scope in context.scopes {
            if let item = scope.first(where: { $0.name == name }) { return item }
        }
        return rows.contains(name) ? Item(name: name, gains: news, growth: news.count) : Item(isOpen: true)
    }

    /// The name that an output has; nil where it is none that can be one of the new columns.
    private func outputName(_ target: SyntaxTree) -> String? {
        target.string("name") ?? target["val"]?["ColumnRef"]?.list("fields").last?.string
            ?? target["val"]?["FuncCall"]?.list("funcname").last?.string
    }

    // MARK: - FROM

    mutating func from(_ source: SyntaxTree, into scope: inout [Item], _ context: Context) {
        guard let (kind, body) = source.node else { return }
        let alias = body["alias"]?.string("aliasname")
        let renamed = Set(body["alias"]?.list("colnames").compactMap(\.string) ?? []).intersection(news)
        switch kind {
        case "RangeVar": scope.append(item(of: body, context))
        case "RangeSubselect":
            let inside = body.flag("lateral") ? context.inside(scope) : context
            var item = body["subquery"].map { statement($0, inside) }.map { $0.item(alias) } ?? Item(isOpen: true)
            item.has.formUnion(renamed)
            scope.append(item)
        case "JoinExpr": join(body, alias, into: &scope, context)
        case "RangeTableSample":
            if let relation = body["relation"] { from(relation, into: &scope, context) }
        default:
            visit(body, context.inside(scope))
            scope.append(Item(name: alias, has: renamed, isOpen: true))
        }
    }

    private mutating func join(
        _ body: SyntaxTree,
        _ alias: String?,
        into scope: inout [Item],
        _ context: Context
    ) {
        var (left, right): ([Item], [Item]) = ([], [])
        if let side = body["larg"] { from(side, into: &left, context) }
        // A LATERAL item on the right sees what stands to the left.
        if let side = body["rarg"] { from(side, into: &right, context.inside(scope + left)) }
        if body.flag("isNatural") { natural(left, right) }
        for name in body.list("usingClause").compactMap(\.string) where news.contains(name) {
            for side in [left, right] where side.contains(where: { $0.gains.contains(name) }) {
                guard side.contains(where: { $0.has.contains(name) }) else { continue }
                note(.ambiguous(name: name, instead: nil), at: body["larg"]?.node?.body)
            }
        }
        visit(body["quals"], context.inside(scope + left + right))
        guard let alias else { return scope += left + right }
        scope.append(
            (left + right).reduce(into: Item(name: alias)) { all, item in
                all.gains.formUnion(item.gains)
                all.has.formUnion(item.has)
                all.growth += item.growth
                all.isOpen = all.isOpen || item.isOpen
            }
        )
    }

    private mutating func natural(_ left: [Item], _ right: [Item]) {
        func gained(_ items: [Item]) -> Set<String> { items.reduce(into: []) { $0.formUnion($1.gains) } }
        func had(_ items: [Item]) -> Set<String> { items.reduce(into: []) { $0.formUnion($1.has) } }
        let common = gained(left).intersection(had(right).union(gained(right)))
            .union(gained(right).intersection(had(left).union(gained(left))))
        for name in common.sorted() { note(.naturallyJoined(column: name), at: nil) }
    }

    func item(of relation: SyntaxTree, _ context: Context) -> Item {
        let name = relation.string("relname") ?? ""
        let schema = relation.string("schemaname")
        let alias = relation["alias"]?.string("aliasname") ?? name
        if schema == nil, let query = context.queries[name] { return query.item(alias) }
        switch table.meaning(of: name, schema: schema, path: path) {
        case .itself: return Item(name: alias, gains: news, growth: news.count)
        case .other(let columns): return Item(name: alias, has: columns)
        }
    }
}
