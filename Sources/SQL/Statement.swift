/// One SQL statement, with what it does to the tables it names.
package struct Statement: Hashable, Sendable {
    /// The statement without its semicolon and without the comments around it; those inside it stay.
    package let text: String

    /// The strongest lock on each relation it names, by PostgreSQL 15's rules; those inside functions are not seen.
    package let locks: [RelationLock]

    /// Whether PostgreSQL refuses it inside a transaction block.
    package let refusesTransaction: Bool

    /// Whether it may read a whole table, so that its locks are held for as long as that takes.
    package let scansTable: Bool

    /// Whether it begins, ends or marks a transaction.
    package let isTransactionControl: Bool

    init(text: String, node: SyntaxTree) {
        self.text = text
        locks = []
        refusesTransaction = false
        scansTable = false
        isTransactionControl = node["TransactionStmt"] != nil
    }
}
