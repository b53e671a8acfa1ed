import Foundation
import Postgres

/// What is copied again when the process is killed in the middle of the backfill.
struct CrashSuite: Suite {
    private static let workers = 2

    /// One run that was killed and brought to its end.
    private struct Crash: Sendable {
        let rowsDone: Int
        /// Chunks that were claimed and not done when the process was dead.
        let open: Int
        /// Chunks that were taken again.
        let again: Int
        /// Rows of these.
        let rowsAgain: Int
        /// Of all chunks, at the end.
        let rowsInAll: Int
        let seconds: Double
    }

    func run(on stage: Stage) async throws -> Findings {
        var crashes: [Crash] = []
        for round in 0..<stage.settings.rounds {
            let share = Double(round + 1) / Double(stage.settings.rounds + 1)
            let crash = try await crash(at: share, on: stage)
            Screen.remark(
                """
                crash, round \(round + 1) of \(stage.settings.rounds): killed after \(Words.number(crash.rowsDone)) rows, \
                \(Words.count(crash.again, "chunk")) taken again
                """
            )
            crashes.append(crash)
        }
        return findings(crashes, rows: stage.settings.rows)
    }

    private func findings(_ crashes: [Crash], rows: Int) -> Findings {
        let most = crashes.map(\.again).max() ?? 0
        let isWhole = crashes.allSatisfy { $0.rowsInAll == rows && $0.open == $0.again }
        var table = MarkdownTable(
            "killed after rows",
            "chunks in flight",
            "chunks taken again",
            "their rows",
            "rows of all chunks, at the end",
            "seconds to go on"
        )
        for crash in crashes {
            table.add(
                Words.number(crash.rowsDone),
                String(crash.open),
                String(crash.again),
                Words.number(crash.rowsAgain),
                Words.number(crash.rowsInAll),
                Words.seconds(crash.seconds)
            )
        }
        var findings = Findings()
        findings.add(
            .crash,
            "at most \(Words.count(most, "chunk")) with \(Self.workers) workers; \(isWhole ? "every row copied once" : "the sum of rows is wrong")",
            isMet: most <= Self.workers && isWhole
        )
        findings.sections = [
            Section(
                title: "kill -9",
                text: """
                    `crossfade advance` with \(Self.workers) workers is killed in its backfill and started again. A chunk \
                    and its record are one transaction, so that the rows of all chunks must be those of the table.
                    """,
                table: table
            )
        ]
        return findings
    }

    // MARK: - One crash

    private func crash(at share: Double, on stage: Stage) async throws -> Crash {
        let database = try await stage.server.freshDatabase(.bigint, rows: stage.settings.rows)
        do {
            let contender = CrossfadeBackfill(stage.program, workers: Self.workers)
            try await contender.prepare(database)
            try await database.settle()
            let crash = try await crash(at: share, contender, database, stage)
            try await database.expectCopied(by: contender.name)
            await database.close()
            return crash
        } catch {
            await database.close()
            throw error
        }
    }

    private func crash(
        at share: Double,
        _ contender: CrossfadeBackfill,
        _ database: Database,
        _ stage: Stage
    ) async throws -> Crash {
        let wanted = Int(Double(database.rows) * share)
        let ending = try await stage.program.end(["advance", BenchPlan.name], on: database) { kill in
            // A process that ends by itself ends the wait too: all rows are then done.
            while try await Self.rowsDone(database) < wanted { try await Task.sleep(for: .milliseconds(2)) }
            try kill()
        }
        guard ending.wasKilled else {
            throw BenchError.unmeasurable("the backfill was over before it could be killed: it takes more rows")
        }
        try await Self.awaitSessions(database)
        let done = try await Self.rowsDone(database)
        let copied: Int = try await database.value(
            "SELECT count(*) FROM \(TableShape.table) WHERE \(TableShape.new) IS NOT NULL"
        )
        guard done == copied else {
            throw BenchError.unmeasurable("the ledger has \(done) rows as copied, the table \(copied)")
        }
        let open: Int = try await database.value("SELECT count(*) FROM crossfade.chunk WHERE status = 'claimed'")
        let start = ContinuousClock.now
        _ = try await contender.backfill(database)
        return Crash(
            rowsDone: done,
            open: open,
            again: try await database.value("SELECT count(*) FROM crossfade.chunk WHERE attempts > 1"),
            rowsAgain: try await database.value(
                "SELECT coalesce(sum(rows), 0) FROM crossfade.chunk WHERE attempts > 1"
            ),
            rowsInAll: try await Self.rowsDone(database),
            seconds: (ContinuousClock.now - start) / .seconds(1)
        )
    }

    private static func rowsDone(_ database: Database) async throws -> Int {
        try await database.value("SELECT coalesce(sum(rows), 0) FROM crossfade.chunk WHERE status = 'done'")
    }

    /// The server notices the end of a client only when it turns to it: a statement under way goes on till then.
    private static func awaitSessions(_ database: Database) async throws {
        let others = """
            SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """
        while try await database.value(others, as: Int.self) > 0 { try await Task.sleep(for: .milliseconds(20)) }
    }
}
