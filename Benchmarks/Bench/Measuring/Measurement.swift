import Foundation

/// One backfill by one contender on a fresh table.
struct Measurement: Sendable {
    let contender: String
    let rows: Int
    let start: Date
    let course: Course
    let before: TableSize
    let after: TableSize
    /// Bytes of WAL written meanwhile.
    let wal: Double
    /// Bytes of the table over time.
    let growth: Timeline

    var rate: Double { Double(rows) / course.copy }
    var ratio: Double { after.table / before.table }

    /// Makes the table anew, and has the contender copy it.
    static func take(_ contender: any Contender, _ shape: TableShape, rows: Int, on server: Server) async throws -> Self
    {
        let database = try await server.freshDatabase(shape, rows: rows)
        do {
            try await contender.prepare(database)
            try await database.settle()
            let measurement = try await take(contender, database)
            try await database.expectCopied(by: contender.name)
            await database.close()
            return measurement
        } catch {
            await database.close()
            throw error
        }
    }

    private static func take(_ contender: any Contender, _ database: Database) async throws -> Self {
        let before = try await database.size()
        let wal = try await database.walPosition()
        let sampler = try await SizeSampler(database)
        let start = Date()
        let result: Result<Course, any Error>
        do {
            result = .success(try await contender.backfill(database))
        } catch {
            result = .failure(error)
        }
        let growth = try await sampler.finish()
        return Measurement(
            contender: contender.name,
            rows: database.rows,
            start: start,
            course: try result.get(),
            before: before,
            after: try await database.size(),
            wal: try await database.walPosition() - wal,
            growth: growth
        )
    }

    // MARK: - Over time

    /// Rows a second.
    ///
    /// One statement tells of no row before its end; but each row it has written has made the table larger, so that
    /// growth stands for rows.
    func rates(every step: Double) -> [Point] {
        guard course.progress.moments.isEmpty else { return course.progress.rates(since: start, every: step) }
        var written = Timeline()
        let grown = max(after.table - before.table, 1)
        for moment in growth.moments where moment.at <= end {
            written.add((moment.value - before.table) / grown * Double(rows), at: moment.at)
        }
        written.add(Double(rows), at: end)
        return written.rates(since: start, every: step)
    }

    private var end: Date { start.addingTimeInterval(course.whole) }

    /// What the screen says when it is done.
    var line: String {
        """
        \(contender): \(Words.number(rate)) rows/s, \(Words.seconds(course.copy)), \
        table \(Words.ratio(ratio))
        """
    }
}
