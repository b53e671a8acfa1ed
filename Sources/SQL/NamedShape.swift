/// Names of a shape that will be gone: columns of a table, or the table itself.
package struct NamedShape: Sendable, Hashable {
    package let table: QualifiedName
    /// None for the table as a whole.
    package let columns: [Identifier]

    package init(table: QualifiedName, columns: [Identifier]) {
        self.table = table
        self.columns = columns
    }
}

extension NamedShape {
    /// Whether a statement reads it, by its text alone.
    ///
    /// Aliases, joins, subqueries, WITH queries, `*` and whole rows are followed. What is only written, as the columns of an
    /// INSERT are and those that UPDATE sets, is not read. Where the text leaves it open, it counts as read: a table
    /// without its schema may be another one, a column without its table may be another's. A text that does not parse, such
    /// as one of a newer grammar, is read when it has the words.
    package func isRead(by statement: String) -> Bool {
        let text = statement.lowercased()
        func has(_ name: Identifier) -> Bool { text.contains(name.name.lowercased()) }
        guard has(table.name) else { return false }
        guard let tree = try? PGQuery.parse(statement) else { return columns.isEmpty || columns.contains(where: has) }
        return UseWalk.finds(.reads, of: self, in: tree)
    }

    /// Whether a statement names it, to read or to write: without the shape it fails.
    ///
    /// `*` and whole rows name no column. A text that does not parse, as one that the server has cut off, names it when it
    /// has the words, whole and spelled that way.
    package func isNamed(by statement: String) -> Bool {
        func has(_ name: Identifier) -> Bool { statement.containsWord(name.name) }
        guard statement.lowercased().contains(table.name.name.lowercased()) else { return false }
        guard let tree = try? PGQuery.parse(statement) else {
            return has(table.name) && (columns.isEmpty || columns.contains(where: has))
        }
        return UseWalk.finds(.names, of: self, in: tree)
    }
}

extension String {
    /// Whether the word occurs with nothing beside it that would make it a longer one.
    fileprivate func containsWord(_ word: String) -> Bool {
        func isPart(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" } ?? false
        }
        return ranges(of: word).contains { range in
            !isPart(self[..<range.lowerBound].last) && !isPart(self[range.upperBound...].first)
        }
    }
}

/// Looks for uses of a shape.
///
/// A scope is what one query's FROM calls its tables, and whether each of them is the one that is looked for; the innermost
/// query's comes first.
private struct UseWalk {
    enum Use {
        /// What is read, by its name or by `*`.
        case reads
        /// What is read or written by its name.
        case names
    }

    let shape: NamedShape
    let use: Use
    var isFound = false

    static func finds(_ use: Use, of shape: NamedShape, in tree: SyntaxTree) -> Bool {
        var walk = UseWalk(shape: shape, use: use)
        walk.visit(tree, in: [], hiding: [])
        return walk.isFound
    }

    private init(shape: NamedShape, use: Use) {
        self.shape = shape
        self.use = use
    }

    mutating func visit(_ tree: SyntaxTree?, in scopes: [[String: Bool]], hiding names: Set<String>) {
        guard !isFound, let tree else { return }
        switch tree {
        case .list(let items): for item in items { visit(item, in: scopes, hiding: names) }
        case .object(let fields):
            guard let (kind, body) = tree.node else { return visit(fields, in: scopes, hiding: names) }
            switch kind {
            case "SelectStmt": select(body, in: scopes, hiding: names)
            case "InsertStmt": insert(body, in: scopes, hiding: names)
            case "UpdateStmt", "DeleteStmt", "MergeStmt": change(body, in: scopes, hiding: names)
            case "CopyStmt": copy(body, hiding: names)
            case "ColumnRef": column(body, in: scopes)
            case "RangeVar": mention(body, hiding: names)
            default: visit(body, in: scopes, hiding: names)
            }
        case .text, .number, .flag, .null: break
        }
    }

    private mutating func visit(
        _ fields: [String: SyntaxTree],
        except handled: Set<String> = [],
        in scopes: [[String: Bool]],
        hiding names: Set<String>
    ) {
        for (name, field) in fields where !handled.contains(name) { visit(field, in: scopes, hiding: names) }
    }

    // MARK: - Statements

    private mutating func select(_ body: SyntaxTree?, in outer: [[String: Bool]], hiding hidden: Set<String>) {
        guard let body, case .object(let fields) = body else { return }
        let names = with(body["withClause"], in: outer, hiding: hidden)
        select(body["larg"], in: outer, hiding: names)
        select(body["rarg"], in: outer, hiding: names)
        var scope: [String: Bool] = [:]
        for item in body.list("fromClause") { from(item, into: &scope, in: outer, hiding: names) }
        visit(fields, except: ["withClause", "larg", "rarg", "fromClause"], in: [scope] + outer, hiding: names)
    }

    private mutating func insert(_ body: SyntaxTree, in outer: [[String: Bool]], hiding hidden: Set<String>) {
        let names = with(body["withClause"], in: outer, hiding: hidden)
        visit(body["selectStmt"], in: outer, hiding: names)
        let scope = target(body["relation"])
        write(body.list("cols"), of: body["relation"])
        let conflict = body["onConflictClause"]
        // A column of the index that ON CONFLICT names.
        for element in conflict?["infer"]?.list("indexElems") ?? [] {
            if let name = element["IndexElem"]?.string("name") { bare(name, in: [scope]) }
            visit(element, in: [scope], hiding: names)
        }
        write(conflict?.list("targetList") ?? [], of: body["relation"])
        set(conflict?.list("targetList") ?? [], in: [scope] + outer, hiding: names)
        visit(conflict?["whereClause"], in: [scope] + outer, hiding: names)
        visit(body["returningList"], in: [scope] + outer, hiding: names)
    }

    /// UPDATE, DELETE and MERGE: what SET names is written, everything else is read.
    private mutating func change(_ body: SyntaxTree, in outer: [[String: Bool]], hiding hidden: Set<String>) {
        guard case .object(let fields) = body else { return }
        let names = with(body["withClause"], in: outer, hiding: hidden)
        var scope = target(body["relation"])
        for list in ["fromClause", "usingClause"] {
            for item in body.list(list) { from(item, into: &scope, in: outer, hiding: names) }
        }
        if let source = body["sourceRelation"] { from(source, into: &scope, in: outer, hiding: names) }
        let scopes = [scope] + outer
        write(body.list("targetList"), of: body["relation"])
        set(body.list("targetList"), in: scopes, hiding: names)
        for clause in body.list("mergeWhenClauses").compactMap({ $0["MergeWhenClause"] }) {
            write(clause.list("targetList"), of: body["relation"])
            visit(clause["condition"], in: scopes, hiding: names)
            visit(clause["values"], in: scopes, hiding: names)
            set(clause.list("targetList"), in: scopes, hiding: names)
        }
        let handled: Set = [
            "withClause", "relation", "fromClause", "usingClause", "sourceRelation", "targetList", "mergeWhenClauses",
        ]
        visit(fields, except: handled, in: scopes, hiding: names)
    }

    private mutating func set(_ targets: [SyntaxTree], in scopes: [[String: Bool]], hiding names: Set<String>) {
        for target in targets { visit(target["ResTarget"]?["val"], in: scopes, hiding: names) }
    }

    /// Columns that a statement writes, as names alone.
    private mutating func write(_ targets: [SyntaxTree], of relation: SyntaxTree?) {
        guard use == .names, isTable(relation, hiding: []) else { return }
        let written = targets.compactMap { $0["ResTarget"]?.string("name") }
        if shape.columns.contains(where: { written.contains($0.name) }) { isFound = true }
    }

    private mutating func copy(_ body: SyntaxTree, hiding names: Set<String>) {
        visit(body["query"], in: [], hiding: names)
        guard use == .names || !body.flag("is_from"), isTable(body["relation"], hiding: names) else { return }
        let listed = body.list("attlist").compactMap(\.string)
        // Without a list all columns are copied, and none is named.
        let isWhole = listed.isEmpty && use == .reads
        if isWhole || shape.columns.isEmpty || shape.columns.contains(where: { listed.contains($0.name) }) {
            isFound = true
        }
    }

    /// Visits the WITH queries and returns all names that now hide tables.
    private mutating func with(
        _ clause: SyntaxTree?,
        in scopes: [[String: Bool]],
        hiding outer: Set<String>
    ) -> Set<String> {
        let queries = clause?.list("ctes").compactMap { $0["CommonTableExpr"] } ?? []
        var names = outer
        if clause?.flag("recursive") == true { names.formUnion(queries.compactMap { $0.string("ctename") }) }
        for query in queries {
            visit(query["ctequery"], in: scopes, hiding: names)
            if let name = query.string("ctename") { names.insert(name) }
        }
        return names
    }

    // MARK: - Tables

    private mutating func from(
        _ item: SyntaxTree,
        into scope: inout [String: Bool],
        in outer: [[String: Bool]],
        hiding names: Set<String>
    ) {
        guard let (kind, body) = item.node else { return }
        let alias = body["alias"]?.string("aliasname")
        switch kind {
        case "RangeVar":
            mention(body, hiding: names)
            guard let name = alias ?? body.string("relname") else { return }
            scope[name] = isTable(body, hiding: names)
        case "JoinExpr":
            for side in [body["larg"], body["rarg"]] { side.map { from($0, into: &scope, in: outer, hiding: names) } }
            visit(body["quals"], in: [scope] + outer, hiding: names)
            for name in body.list("usingClause").compactMap(\.string) { bare(name, in: [scope]) }
            // Which columns NATURAL compares is not in the text.
            if use == .reads, body.flag("isNatural"), scope.values.contains(true) { isFound = true }
            if let alias { scope[alias] = scope.values.contains(true) }
        case "RangeTableSample":
            body["relation"].map { from($0, into: &scope, in: outer, hiding: names) }
            visit(body["args"], in: outer, hiding: names)
        default:
            // A subquery or function; LATERAL sees what stands before it.
            visit(body, in: [scope] + outer, hiding: names)
            if let alias { scope[alias] = false }
        }
    }

    private mutating func target(_ relation: SyntaxTree?) -> [String: Bool] {
        guard let relation, let name = relation["alias"]?.string("aliasname") ?? relation.string("relname") else {
            return [:]
        }
        mention(relation, hiding: [])
        return [name: isTable(relation, hiding: [])]
    }

    private func isTable(_ relation: SyntaxTree?, hiding names: Set<String>) -> Bool {
        guard let relation, relation.string("relname") == shape.table.name.name else { return false }
        guard let schema = relation.string("schemaname") else { return !names.contains(shape.table.name.name) }
        return shape.table.schema.map { $0.name == schema } ?? true
    }

    /// Of a table as a whole the name is enough.
    private mutating func mention(_ relation: SyntaxTree, hiding names: Set<String>) {
        if shape.columns.isEmpty, isTable(relation, hiding: names) { isFound = true }
    }

    // MARK: - Columns

    private mutating func column(_ body: SyntaxTree, in scopes: [[String: Bool]]) {
        let fields = body.list("fields")
        let names = fields.compactMap(\.string)
        guard fields.last?["A_Star"] == nil else {
            guard use == .reads else { return }
            guard let table = names.last else {
                isFound = isFound || (scopes.first?.values.contains(true) ?? false)
                return
            }
            isFound = isFound || denotes(table, in: scopes)
            return
        }
        guard let last = names.last else { return }
        if names.count > 1 {
            let isOurs = denotes(names[names.count - 2], in: scopes)
            isFound = isFound || (isOurs && shape.columns.contains { $0.name == last })
        } else {
            bare(last, in: scopes)
            // The row as a value.
            if use == .reads, denotes(last, in: scopes) { isFound = true }
        }
    }

    private mutating func bare(_ name: String, in scopes: [[String: Bool]]) {
        guard shape.columns.contains(where: { $0.name == name }) else { return }
        if scopes.contains(where: { $0.values.contains(true) }) { isFound = true }
    }

    private func denotes(_ name: String, in scopes: [[String: Bool]]) -> Bool {
        scopes.first { $0[name] != nil }?[name] ?? false
    }
}
