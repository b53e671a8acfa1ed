/// One `UPDATE` of the whole table, the column added before and nothing else: the least work there can be.
struct OneUpdate: Contender {
    let name = "one UPDATE"

    func prepare(_ database: Database) async throws { try await database.execute(TableShape.addColumn) }

    func backfill(_ database: Database) async throws -> Course {
        let start = ContinuousClock.now
        try await database.execute("UPDATE \(TableShape.table) SET \(TableShape.new) = \(TableShape.old)")
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Course(copy: seconds, whole: seconds)
    }
}
