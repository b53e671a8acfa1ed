import Workflow

/// Makes transactions at random, for a table and the versions of the application that may run.
struct Workload {
    let shape: Shape
    let standing: Standing
    var random: RandomSource

    private var subject: Subject { shape.subject }

    mutating func transactions(_ count: Int) -> [Transaction] { (0..<count).map { _ in transaction() } }

    private mutating func transaction() -> Transaction {
        let writer = random.one(of: standing.writers(shape))
        var maker = StatementSource(shape: shape, standing: standing, writer: writer, random: random)
        defer { random = maker.random }
        guard maker.random.happens(0.3) else { return Transaction(writer: writer, statements: [maker.statement()]) }
        var statements = maker.random.happens(0.3) ? [Statement.deferConstraints] : []
        // A new version's statement in two tables is not written inside of another one.
        let isSimple = writer == .new && shape.kind.isCrossTable
        for _ in 0..<maker.random.number(1...3) {
            switch maker.random.number(0...9) {
            case 0: statements += [.savepoint, maker.statement(), .rollBackToSavepoint]
            case 1 where !isSimple: statements.append(.caught(maker.statement()))
            case 2 where !isSimple: statements += maker.withOpposite()
            default: statements.append(maker.statement())
            }
        }
        return Transaction(writer: writer, statements: statements, rollsBack: maker.random.happens(0.1))
    }

    /// Rows to begin with.
    mutating func firstRows() -> [Transaction] {
        var maker = StatementSource(shape: shape, standing: standing, writer: .old, random: random)
        defer { random = maker.random }
        return (1...6).map { _ in Transaction(writer: .old, statements: [maker.insert(isPlain: true)]) }
    }
}
