/// Queries, and the queries inside other statements.
extension StatementEffects {
    /// A SELECT on its own, whose INTO makes a table.
    mutating func select(_ statement: SyntaxTree) {
        create(statement["intoClause"]?["rel"])
        query(.object(["SelectStmt": statement]))
    }

    /// Notes what the queries in a part of the tree lock and read.
    mutating func query(_ tree: SyntaxTree?) {
        guard let tree else { return }
        var walk = QueryWalk(locks: locks)
        walk.visit(tree, hiding: [])
        locks = walk.locks
        let picksRows =
            !tree.descendants("CurrentOfExpr").isEmpty
            || tree.descendants("ColumnRef").contains { $0.list("fields").last?.string == "ctid" }
        scansTable = scansTable || (walk.readsTable && !picksRows)
    }
}

/// Visits every query in a tree; the names of WITH queries hide tables of the same name.
private struct QueryWalk {
    var locks: LockSet
    var readsTable = false

    mutating func visit(_ tree: SyntaxTree?, hiding names: Set<String>) {
        switch tree {
        case .list(let items)?:
            for item in items { visit(item, hiding: names) }
        case .object(let fields)?:
            guard let (kind, body) = tree?.node else { return visit(fields, hiding: names) }
            switch kind {
            case "RangeVar": read(body, .accessShare, hiding: names)
            case "SelectStmt": select(body, hiding: names)
            case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt": change(kind, body, hiding: names)
            default: visit(body, hiding: names)
            }
        case .text?, .number?, .flag?, .null?, nil: break
        }
    }

    /// Visits the fields in the order of their names, so that the locks come out in the same order each time.
    private mutating func visit(_ fields: [String: SyntaxTree], except handled: Set<String> = [], hiding: Set<String>) {
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) where !handled.contains(name) {
            visit(field, hiding: hiding)
        }
    }

    // MARK: - Statements

    private mutating func select(_ body: SyntaxTree?, lockingRows isLocking: Bool = false, hiding outer: Set<String>) {
        guard let body, case .object(let fields) = body else { return }
        let names = with(body["withClause"], hiding: outer)
        select(body["larg"], lockingRows: isLocking, hiding: names)
        select(body["rarg"], lockingRows: isLocking, hiding: names)
        let rows = RowLocking(body.list("lockingClause"), all: isLocking)
        for item in body.list("fromClause") { from(item, rows, hiding: names) }
        let handled: Set = ["withClause", "larg", "rarg", "fromClause", "lockingClause", "intoClause"]
        visit(fields, except: handled, hiding: names)
    }

    private mutating func change(_ kind: String, _ body: SyntaxTree, hiding outer: Set<String>) {
        guard case .object(let fields) = body else { return }
        let names = with(body["withClause"], hiding: outer)
        // The target is never a WITH query, whatever its name.
        locks.take(.rowExclusive, on: QualifiedName(rangeVar: body["relation"]))
        readsTable = readsTable || kind != "InsertStmt"
        visit(fields, except: ["withClause", "relation"], hiding: names)
    }

    /// Visits the WITH queries and adds their names: each sees those before it, with RECURSIVE all of them.
    private mutating func with(_ clause: SyntaxTree?, hiding outer: Set<String>) -> Set<String> {
        let queries = clause?.list("ctes").compactMap { $0["CommonTableExpr"] } ?? []
        var names = outer
        if clause?.flag("recursive") == true { names.formUnion(queries.compactMap { $0.string("ctename") }) }
        for query in queries {
            visit(query["ctequery"], hiding: names)
            if let name = query.string("ctename") { names.insert(name) }
        }
        return names
    }

    // MARK: - FROM

    /// A row lock reaches into joins and into the FROM of a subquery, but not into a WITH query (manual, SELECT).
    private mutating func from(_ item: SyntaxTree, _ rows: RowLocking, hiding names: Set<String>) {
        guard let (kind, body) = item.node else { return }
        let alias = body["alias"]?.string("aliasname") ?? body.string("relname")
        switch kind {
        case "RangeVar": read(body, rows.covers(alias) ? .rowShare : .accessShare, hiding: names)
        case "RangeSubselect":
            select(body["subquery"]?["SelectStmt"], lockingRows: rows.covers(alias), hiding: names)
        case "JoinExpr":
            for side in [body["larg"], body["rarg"]] { side.map { from($0, rows, hiding: names) } }
            visit(body["quals"], hiding: names)
        case "RangeTableSample":
            body["relation"].map { from($0, rows, hiding: names) }
            visit(body["args"], hiding: names)
        default: visit(body, hiding: names)
        }
    }

    private mutating func read(_ table: SyntaxTree, _ mode: LockMode, hiding names: Set<String>) {
        guard let name = QualifiedName(rangeVar: table) else { return }
        if name.schema == nil && names.contains(name.name.name) { return }
        locks.take(mode, on: name)
        readsTable = readsTable || !name.isSystemCatalog
    }
}

/// Which items of a FROM clause `FOR UPDATE` and its kin lock the rows of.
private struct RowLocking {
    private var all: Bool
    private var aliases: Set<String> = []

    init(_ clauses: [SyntaxTree], all: Bool) {
        self.all = all
        for clause in clauses.compactMap({ $0["LockingClause"] }) {
            let named = clause.list("lockedRels").compactMap { $0["RangeVar"]?.string("relname") }
            aliases.formUnion(named)
            if named.isEmpty { self.all = true }
        }
    }

    func covers(_ alias: String?) -> Bool {
        all || alias.map(aliases.contains) ?? false
    }
}

extension QualifiedName {
    /// Whether it is one of the server's own tables and views, which are small; `pg_` is reserved to them by custom.
    fileprivate var isSystemCatalog: Bool {
        switch schema?.name {
        case "pg_catalog", "information_schema": true
        case nil: name.name.hasPrefix("pg_")
        default: false
        }
    }
}
