extension ImpactWalk {
    mutating func visit(_ tree: SyntaxTree?, _ context: Context) {
        guard let tree else { return }
        switch tree {
        case .list(let items): for item in items { visit(item, context) }
        case .object(let fields):
            guard let (kind, body) = tree.node else {
                for field in fields.values { visit(field, context) }
                return
            }
            switch kind {
            case "ColumnRef": column(body, context)
            case "SubLink": subquery(body, context)
            case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt": statement(tree, context)
            default: visit(body, context)
            }
        case .text, .number, .flag, .null: break
        }
    }

    private mutating func subquery(_ body: SyntaxTree, _ context: Context) {
        visit(body["testexpr"], context)
        guard let query = body["subselect"] else { return }
        let shape = statement(query, context)
        if shape.growth > 0, body.string("subLinkType") != "EXISTS_SUBLINK" { note(.compared, at: body) }
    }

    private mutating func column(_ body: SyntaxTree, _ context: Context) {
        let fields = body.list("fields")
        let names = fields.compactMap(\.string)
        guard names.count == fields.count, let name = names.last, news.contains(name) else { return }
        if names.count == 1 { return bare(name, body, context) }
        // A subquery with the column twice: its own, and that of `*`.
        for scope in context.scopes {
            guard let item = scope.first(where: { $0.name == names[names.count - 2] }) else { continue }
            if item.gains.contains(name), item.has.contains(name) {
                note(.ambiguous(name: name, instead: nil), at: body)
            }
            return
        }
    }

    /// A name without its table, which has a meaning today: the table does not have the column yet.
    private mutating func bare(_ name: String, _ node: SyntaxTree, _ context: Context) {
        for (depth, scope) in context.scopes.enumerated() {
            let gaining = scope.filter { $0.gains.contains(name) }
            let holders = scope.filter { $0.has.contains(name) || ($0.isOpen && !$0.gains.contains(name)) }
            if gaining.isEmpty {
                if holders.isEmpty { continue }
                return
            }
            if let holder = holders.first {
                let instead = gaining.contains { $0.name == holder.name } ? nil : holder.name.map { "\($0).\(name)" }
                return note(.ambiguous(name: name, instead: instead), at: node)
            }
            return outside(name, node, Array(context.scopes.dropFirst(depth)), isAmbiguous: gaining.count > 1)
        }
    }

    /// A name that means something outside of the query, and a column of the query's own from then on.
    private mutating func outside(_ name: String, _ node: SyntaxTree, _ scopes: [[Item]], isAmbiguous: Bool) {
        func note(_ walk: inout ImpactWalk, _ instead: String?) {
            walk.note(
                isAmbiguous ? .ambiguous(name: name, instead: instead) : .captured(name: name, instead: instead),
                at: node
            )
        }
        for scope in scopes.dropFirst() {
            let holder = scope.first { $0.has.contains(name) || $0.isOpen }
            if let holder { return note(&self, holder.name.map { "\($0).\(name)" }) }
        }
        if fragment.variables.contains(where: { $0.name == name }) {
            let isParameter = function.variables.contains { $0.name == name }
            let instead = isParameter ? "\(function.name).\(name)" : nil
            switch (function.language, conflict) {
            case (.plpgsql, "use_variable"): return
            case (.plpgsql, "use_column"), (.sql, _): return note(&self, instead)
            case (.plpgsql, _): return self.note(.ambiguous(name: name, instead: instead), at: node)
            }
        }
        // The row of an item by its alias.
        if scopes.contains(where: { $0.contains { $0.name == name } }) { note(&self, nil) }
    }

    // MARK: - Names of outputs

    /// GROUP BY takes a name for a column before it takes it for an output.
    mutating func group(_ node: SyntaxTree, _ outputs: Set<String>, _ context: Context) {
        guard let name = bareName(node), outputs.contains(name), news.contains(name),
            let scope = context.scopes.first, scope.contains(where: { $0.gains.contains(name) }),
            !scope.contains(where: { $0.has.contains(name) })
        else { return visit(node, context) }
        note(.captured(name: name, instead: nil), at: node["ColumnRef"])
    }

    /// ORDER BY and DISTINCT ON take a name for an output first.
    mutating func order(_ node: SyntaxTree, _ outputs: Set<String>, _ shape: Shape, _ context: Context) {
        guard let name = bareName(node), outputs.contains(name) else { return visit(node, context) }
        guard shape.gains.contains(name) else { return }
        note(.ambiguous(name: name, instead: nil), at: node["ColumnRef"])
    }

    private func bareName(_ node: SyntaxTree) -> String? {
        guard let fields = node["ColumnRef"]?.list("fields"), fields.count == 1 else { return nil }
        return fields[0].string
    }
}
