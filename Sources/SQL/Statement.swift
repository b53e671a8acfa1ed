/// One SQL statement, with what it does to the tables it names.
package struct Statement: Hashable, Sendable {
    /// The statement without its semicolon and without the comments around it; those inside it stay.
    package let text: String

    /// The strongest lock on each relation it names, by PostgreSQL 15's rules; those inside functions are not seen.
    package let locks: [RelationLock]

    /// Relations that it creates: their locks are in `locks` too, but nobody else can be in their way.
    package let creates: [QualifiedName]

    /// Whether PostgreSQL refuses it inside a transaction block.
    package let refusesTransaction: Bool

    /// Whether it may read a whole table, so that its locks are held for as long as that takes.
    package let scansTable: Bool

    /// Whether it begins, ends or marks a transaction.
    package let isTransactionControl: Bool

    /// Whether it is a LOCK TABLE.
    package let isLockTable: Bool

    /// Whether it is a query that by its text changes and locks no row; what its functions do is not seen.
    package let isQuery: Bool

    init(text: String, node: SyntaxTree) {
        self.text = text
        let effects = StatementEffects(of: node)
        locks = effects.locks.locks
        creates = effects.creates
        refusesTransaction = effects.refusesTransaction
        scansTable = effects.scansTable
        isQuery =
            node["SelectStmt"] != nil && creates.isEmpty && locks.allSatisfy { $0.mode == .accessShare }
        isTransactionControl = node["TransactionStmt"] != nil
        isLockTable = node["LockStmt"] != nil
    }
}
