import Foundation
import Postgres

/// Crossfade's expand, and then its backfill phase as a process.
struct CrossfadeBackfill: Contender {
    let program: Program
    let pace: Pace

    init(_ program: Program, workers: Int, _ keys: Pace.Key...) {
        self.program = program
        pace = Pace(workers: workers, keys: keys)
    }

    var name: String {
        let workers = pace.workers == 1 ? "1 worker" : "\(pace.workers) workers"
        return (["crossfade, \(workers)"] + pace.keys.map(\.rawValue)).joined(separator: ", ")
    }

    func prepare(_ database: Database) async throws {
        try BenchPlan.write(pace, for: program)
        try await program.run("advance", BenchPlan.name, on: database)
    }

    /// The copy is timed by the ledger: it is the step, from its beginning until nothing is left to copy.
    func backfill(_ database: Database) async throws -> Course {
        let ending = try await program.run("advance", BenchPlan.name, on: database)
        let copy: Double = try await database.value(
            "SELECT seconds FROM crossfade.step WHERE file LIKE '%/backfill' AND outcome = 'done' ORDER BY id LIMIT 1"
        )
        return Course(
            copy: copy,
            whole: ending.seconds,
            peakMemory: ending.peakMemory,
            progress: try await Self.progress(in: database)
        )
    }

    /// When which chunk was done.
    private static func progress(in database: Database) async throws -> Timeline {
        try await database.session.run { connection in
            var timeline = Timeline()
            let chunks = try connection.query(
                """
                SELECT finished_at, sum(rows) OVER (ORDER BY finished_at) AS rows, started_at
                  FROM (SELECT c.finished_at, c.rows, min(p.started_at) OVER () AS started_at
                          FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass WHERE c.status = 'done') AS done
                 ORDER BY finished_at
                """
            )
            for chunk in chunks {
                if timeline.moments.isEmpty { timeline.add(0, at: try chunk.decode("started_at")) }
                timeline.add(try chunk.decode("rows"), at: try chunk.decode("finished_at"))
            }
            return timeline
        }
    }
}
