import Foundation
import Synchronization
import TestSupport
import Testing

/// Several processes share a backfill.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)), .serialized)
struct WorkTests {
    /// A table whose rows take their time: each copy of one sleeps.
    private static func load(_ program: Program, rows: Int, sleep: Double) throws {
        try program.sql(
            """
            CREATE TABLE "Profile" (id bigint PRIMARY KEY, bio text, pad text DEFAULT repeat('x', 900));
            INSERT INTO "Profile" (id, bio) SELECT n, 'bio ' || n FROM generate_series(1, \(rows)) n;
            ANALYZE "Profile";
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(\(sleep)); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE UPDATE ON "Profile" FOR EACH ROW EXECUTE FUNCTION slow();
            """
        )
    }

    private static let plan = """
        version: 1
        name: rename
        change:
          rename_column: {table: Profile, from: bio, to: biography}
        acknowledge: [user-triggers]
        phases:
          backfill: {chunk_target: 20ms, workers: 1}
          dual_write_check: {observe: 0s, min_writes: 0}
        """

    private static let commands = [
        ["advance", "rename", "--through", "backfill", "--quiet"], ["work", "rename", "--quiet"],
        ["work", "rename", "--quiet"],
    ]

    private static let done = "SELECT count(*) FROM crossfade.chunk WHERE status = 'done'"

    /// The processes that are alive, by the place of their command.
    private final class Crew: Sendable {
        private let pids = Mutex<[Int: pid_t]>([:])
        private let done = Mutex(false)
        var isDone: Bool { done.withLock { $0 } }
        func finish() { done.withLock { $0 = true } }
        func set(_ place: Int, _ pid: pid_t?) { pids.withLock { $0[place] = pid } }
        func pid(_ place: Int) -> pid_t? { pids.withLock { $0[place] } }
    }

    @Test
    func `two assistants and a runner, one of them killed twenty times: every chunk is copied, none counted twice`()
        async throws
    {
        let rows = 20_000
        let program = try Program(plan: Self.plan)
        try Self.load(program, rows: rows, sleep: 0.0005)
        let expand = try await program.run("advance", "rename", "--through", "expand")
        try #require(expand.status == 0, "\(expand.errors)")
        let crew = Crew()
        let kills = try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, command) in Self.commands.enumerated() {
                group.addTask {
                    while !crew.isDone {
                        let result = try await program.run(command) { crew.set(place, $0) }
                        crew.set(place, nil)
                        if place == 0, result.status == 0 { crew.finish() }
                        if result.wasKilled || result.status == 0 { continue }
                        // An assistant that comes too early or too late, a runner that finds the plan still held.
                        #expect([4, 75].contains(result.status), "\(command): \(result.errors)\(result.output)")
                        try await Task.sleep(for: .milliseconds(100))
                    }
                }
            }
            var kills = 0
            var chunks = 0
            while kills < 20, !crew.isDone {
                // Something is always copied in between, however slowly the processes start here.
                try await waitUntil("another chunk", deadline: .seconds(60)) {
                    try crew.isDone || program.value(Self.done, as: Int.self) > chunks
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
                let place = Int.random(in: 0..<Self.commands.count)
                guard let pid = crew.pid(place), kill(pid, SIGKILL) == 0 else { continue }
                kills += 1
                chunks = try program.value(Self.done, as: Int.self)
            }
            try await group.waitForAll()
            return kills
        }
        #expect(kills == 20, "the backfill ended too early for the test")
        let status = try await program.run("status", "rename", "--json")
        #expect(status.output.contains(#""phase":"dual_write_check""#), "\(status.output)")
        #expect(
            try program.value("SELECT count(*) FROM \"Profile\" WHERE biography IS DISTINCT FROM bio", as: Int.self)
                == 0
        )
        let counted = try program.value("SELECT sum(rows) FROM crossfade.chunk", as: Int.self)
        #expect(counted == rows)
        #expect(try program.value("SELECT sum(rows_done) FROM crossfade.pass", as: Int.self) == rows)
        #expect(try program.value("SELECT count(*) FROM crossfade.chunk WHERE status <> 'done'", as: Int.self) == 0)
        // The chunks of each pass lie side by side, from the first block to the bound.
        let gaps = """
            SELECT count(*) FROM (
              SELECT first_block, lag(end_block, 1, 0::bigint) OVER w AS before, end_block, bound, row_number() OVER (PARTITION BY pass ORDER BY first_block DESC) AS place
                FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass WINDOW w AS (PARTITION BY pass ORDER BY first_block)) c
             WHERE first_block <> before OR (place = 1 AND end_block <> bound)
            """
        #expect(try program.value(gaps, as: Int.self) == 0)
        #expect(
            try program.value(
                "SELECT count(DISTINCT split_part(worker, '/', 2)) > 3 FROM crossfade.chunk",
                as: Bool.self
            )
        )
    }

    @Test func `an assistant joins, copies its part, and ends with the backfill`() async throws {
        let program = try Program(plan: Self.plan)
        try Self.load(program, rows: 6000, sleep: 0.0005)
        let early = try await program.run("work", "rename")
        #expect(early.status == 4, "\(early.errors)")
        #expect(early.errors.contains("crossfade advance rename"))
        async let runner = program.run("advance", "rename", "--through", "backfill", "--quiet")
        try await waitUntil("the backfill to begin", deadline: .seconds(90)) {
            try program.value("SELECT to_regclass('crossfade.participant') IS NOT NULL", as: Bool.self)
                && program.value("SELECT EXISTS (SELECT FROM crossfade.chunk)", as: Bool.self)
        }
        let assistant = try await program.run("work", "rename", "--workers", "2", "--json")
        #expect(assistant.status == 0, "\(assistant.errors)")
        #expect(try await runner.status == 0)
        #expect(assistant.output.contains(#""rowsCopied":"#), "\(assistant.output)")
        #expect(!assistant.output.contains(#""rowsCopied":0"#), "\(assistant.output)")
        #expect(try program.value("SELECT count(*) FROM \"Profile\" WHERE biography IS NULL", as: Int.self) == 0)
    }
}
