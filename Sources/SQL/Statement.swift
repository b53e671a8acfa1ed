/// One SQL statement, with what it does to the tables it names.
package struct Statement: Hashable, Sendable {
    /// The statement without its semicolon and without the comments around it; those inside it stay.
    package let text: String

    /// The strongest lock on each relation it names, by PostgreSQL 15's rules; those inside functions are not seen.
    package let locks: [RelationLock]

    /// Relations that it creates: their locks are in `locks` too, but nobody else can be in their way.
    package let creates: [QualifiedName]

    /// The index that a CREATE INDEX names.
    package let index: QualifiedName?

    /// Whether PostgreSQL refuses it inside a transaction block.
    package let refusesTransaction: Bool

    /// Whether it may read a whole table, so that its locks are held for as long as that takes.
    package let scansTable: Bool

    /// Whether it begins, ends or marks a transaction.
    package let isTransactionControl: Bool

    /// Whether it is a LOCK TABLE.
    package let isLockTable: Bool

    /// Whether it is an ANALYZE, which gathers statistics and changes nothing else.
    package let isAnalyze: Bool

    /// Whether it is a query that by its text changes and locks no row; what its functions do is not seen.
    package let isQuery: Bool

    /// Set for what makes a trigger or its function.
    package let triggerWork: TriggerWork?

    /// Set for a CREATE FUNCTION.
    package let function: FunctionDefinition?

    /// Set for what takes NOT NULL from a column.
    package let relaxedColumn: RelaxedColumn?

    /// Set for an INSERT, UPDATE or DELETE that can be a part of a WITH.
    package let write: Write?

    package enum Write: Sendable, Hashable {
        /// Without RETURNING.
        case silent
        /// With RETURNING.
        case answering
    }

    init(text: String, node: SyntaxTree) {
        self.text = text
        let effects = StatementEffects(of: node)
        locks = effects.locks.locks
        creates = effects.creates
        index = Self.index(node)
        refusesTransaction = effects.refusesTransaction
        scansTable = effects.scansTable
        isQuery =
            node["SelectStmt"] != nil && creates.isEmpty && locks.allSatisfy { $0.mode == .accessShare }
        write = Self.write(node)
        triggerWork = TriggerWork(node)
        function = FunctionDefinition(node)
        relaxedColumn = RelaxedColumn(node)
        isTransactionControl = node["TransactionStmt"] != nil
        isLockTable = node["LockStmt"] != nil
        isAnalyze = node["VacuumStmt"].map { !$0.flag("is_vacuumcmd") } ?? false
    }

    private static let writes = ["InsertStmt", "UpdateStmt", "DeleteStmt"]

    /// An index is in its table's schema.
    private static func index(_ node: SyntaxTree) -> QualifiedName? {
        guard let body = node["IndexStmt"], let name = body.string("idxname").flatMap({ try? Identifier($0) }) else {
            return nil
        }
        let schema = body["relation"]?.string("schemaname").flatMap { try? Identifier($0) }
        return QualifiedName(schema: schema, name: name)
    }

    /// PostgreSQL takes a write in a WITH at the top of a statement only.
    private static func write(_ node: SyntaxTree) -> Write? {
        guard let (kind, body) = node.node, writes.contains(kind) else { return nil }
        if let clause = body["withClause"], writes.contains(where: { !clause.descendants($0).isEmpty }) { return nil }
        return body["returningList"] == nil ? .silent : .answering
    }
}
