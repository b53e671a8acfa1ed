import Foundation

/// A load alone, then with a backfill beside it, then alone again: one run of pgbench all the way.
struct ForegroundRun: Sendable {
    /// Connections open and caches fill; not counted.
    private static let warmUp = Duration.seconds(2)
    /// The load goes on for so long after the backfill.
    private static let tail = Duration.seconds(4)

    let contender: String
    let load: Load
    let calm: TransactionLog.Window
    let during: TransactionLog.Window
    /// Statements that failed at any time, and connections that were given up.
    let failures: Int
    let rows: Int
    let course: Course
    /// Seconds of the calm part.
    let calmSeconds: Int
    let p99: [Point]

    var ratio: Double { during.p99 / max(calm.p99, 0.000_001) }

    static func take(
        _ contender: any Contender,
        _ load: Load,
        calm seconds: Int,
        rows: Int,
        with pgbench: PGBench,
        on server: Server
    ) async throws -> ForegroundRun {
        let database = try await server.freshDatabase(.bigint, rows: rows)
        do {
            try await contender.prepare(database)
            try await database.settle()
            let run = try await take(contender, load, calm: seconds, with: pgbench, database)
            // What was inserted behind one UPDATE is not copied: it has no trigger.
            if contender is CrossfadeBackfill { try await database.expectCopied(by: contender.name) }
            await database.close()
            return run
        } catch {
            await database.close()
            throw error
        }
    }

    private struct Marks: Sendable {
        let calm: Date
        let start: Date
        let end: Date
        let course: Course
    }

    private static func take(
        _ contender: any Contender,
        _ load: Load,
        calm seconds: Int,
        with pgbench: PGBench,
        _ database: Database
    ) async throws -> ForegroundRun {
        let (marks, log) = try await pgbench.load(load, on: database) {
            try await Task.sleep(for: warmUp)
            let calm = Date()
            try await Task.sleep(for: .seconds(seconds))
            let start = Date()
            let course = try await contender.backfill(database)
            let end = Date()
            try await Task.sleep(for: tail)
            return Marks(calm: calm, start: start, end: end, course: course)
        }
        return try ForegroundRun(
            contender: contender.name,
            load: load,
            calm: log.window(from: marks.calm, to: marks.start, isClosed: true),
            during: log.window(from: marks.start, to: marks.end, isClosed: false),
            failures: log.failures + log.abortedClients,
            rows: database.rows,
            course: marks.course,
            calmSeconds: seconds,
            p99: log.p99(since: marks.start).filter { $0.x > -Double(seconds) }
        )
    }
}
