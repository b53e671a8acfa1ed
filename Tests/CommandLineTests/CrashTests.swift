import Foundation
import TestSupport
import Testing

/// A process that is killed at any instant, and started again, ends as one that was never killed.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct CrashTests {
    private static let rows = 6000
    /// Of five chunks at first, two workers' two or three may be done at the first kill, and two have to be left.
    private static let chainedRows = 10_000

    private struct End: Equatable {
        let dump: String
        let values: String
        /// At most one chunk a worker was copied again, and two workers copy.
        let lostAtMostTheChunksInFlight: Bool
    }

    /// Where the run ends, as far as anybody can see it.
    private func end(_ program: Program) async throws -> End {
        End(
            dump: try await program.dump(),
            values: try program.value(
                "SELECT md5(string_agg(id || biography, ',' ORDER BY id)) FROM \"Profile\"",
                as: String.self
            ),
            lostAtMostTheChunksInFlight: try program.value(
                "SELECT count(*) <= 2 FROM crossfade.chunk WHERE attempts > 1",
                as: Bool.self
            )
        )
    }

    private static let advance = ["advance", "rename", "--through", "contract", "--confirm", "rename", "--quiet"]

    private static let points = ["phase", "claim", "copied", "chunk", "verification", "applied"]

    @Test(arguments: points)
    func `killed at a point again and again, a run ends as one never killed`(_ point: String) async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: Self.chainedRows)
        let calm = try await program.run(Self.advance)
        try #require(calm.status == 0, "\(calm.errors)\(calm.output)")
        let wanted = try await end(program)
        try program.sql("DROP SCHEMA crossfade CASCADE; DROP TABLE \"Profile\"")
        try program.load(rows: Self.chainedRows)
        var kills = 0
        while true {
            // A run that goes on comes to the point at which it was killed once more, and is to pass it.
            let fault = "kill:\(point):\(kills == 0 ? 1 : 2)"
            let killed = try await program.run(Self.advance, fault: fault)
            guard killed.wasKilled else {
                #expect(killed.status == 0, "after \(kills) kills: \(killed.errors)\(killed.output)")
                break
            }
            kills += 1
            try #require(kills < 100, "the run comes to no end: \(killed.errors)")
        }
        #expect(kills >= 2, "the point \(point) was reached \(kills) times")
        let reached = try await end(program)
        #expect(reached.dump == wanted.dump && reached.values == wanted.values, "after \(kills) kills")
    }

    /// What a later kill would cover up, and what one kill costs, is found by this form alone.
    @Test(
        arguments: TestTier.isExhaustive
            ? [
                ("phase", 1), ("step", 1), ("claim", 3), ("copied", 3), ("chunk", 3), ("verification", 1),
                ("applied", 1),
            ]
            : [("chunk", 5), ("applied", 2)]
    )
    func `killed once at any point and started again, a run ends as one never killed`(_ point: String, stride: Int)
        async throws
    {
        let program = try Program(plan: Program.plan())
        try program.load(rows: Self.rows)
        let before = try await program.dump()
        let calm = try await program.run(Self.advance)
        try #require(calm.status == 0, "\(calm.errors)\(calm.output)")
        let wanted = try await end(program)
        var kills = 0
        var number = 1
        while true {
            try program.sql("DROP SCHEMA crossfade CASCADE; DROP TABLE \"Profile\"")
            try program.load(rows: Self.rows)
            let killed = try await program.run(Self.advance, fault: "kill:\(point):\(number)")
            guard killed.wasKilled else {
                #expect(killed.status == 0, "\(killed.errors)")
                break
            }
            kills += 1
            let again = try await program.run(Self.advance)
            #expect(again.status == 0, "after kill:\(point):\(number): \(again.errors)\(again.output)")
            #expect(try await end(program) == wanted, "after kill:\(point):\(number)")
            number += stride
        }
        #expect(kills > 0, "the point \(point) was never reached")
        #expect(before != wanted.dump)
    }

    @Test func `a rollback that is killed is brought to its end by the next one`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 2000)
        let before = try await program.dump()
        let rollback = ["rollback", "rename", "--confirm", "rename", "--quiet"]
        let forward = try await program.run(Self.advance)
        try #require(forward.status == 0, "\(forward.errors)\(forward.output)")
        var kills = 0
        while true {
            let result = try await program.run(rollback, fault: "kill:ran:1")
            guard result.wasKilled else {
                #expect(result.status == 0, "after \(kills) kills: \(result.errors)")
                break
            }
            kills += 1
            try #require(kills < 100, "the rollback comes to no end: \(result.errors)")
            let refused = try await program.run(Self.advance)
            #expect(refused.status == 4, "advance amid a rollback: \(refused.output)\(refused.errors)")
        }
        #expect(kills > 3)
        #expect(try await program.dump() == before, "after \(kills) kills")
    }

    @Test func `a brownout that is killed in the check after it has held`() async throws {
        let program = try Program(plan: Program.plan(contract: "requires: [{brownout: 1s}]"))
        try program.load(rows: 500)
        let enforce = try await program.run("advance", "rename", "--through", "enforce", "--quiet")
        try #require(enforce.status == 0, "\(enforce.errors)")
        let before = try await program.dump()
        // The first check is that of contract's gate.
        let brownout = ["brownout", "rename", "--confirm", "rename", "--quiet"]
        #expect(try await program.run(brownout, fault: "kill:verification:2").wasKilled)
        #expect(try await program.dump() == before)
        #expect(try program.value("SELECT string_agg(outcome, ',') FROM crossfade.brownout", as: String.self) == "held")
        let gate = try await program.run("gate", "rename", "contract")
        #expect(gate.output.contains("✔ open     brownout"), "\(gate.output)")
        let contract = try await program.run(Self.advance)
        #expect(contract.status == 0, "\(contract.errors)")
    }

    @Test(arguments: ["phase", "step", "applied", "brownout"])
    func `a brownout that is killed at any point is set back by the next command`(_ point: String) async throws {
        let program = try Program(plan: Program.plan(contract: "requires: [{brownout: 1s}]"))
        try program.load(rows: 500)
        let enforce = try await program.run("advance", "rename", "--through", "enforce", "--quiet")
        try #require(enforce.status == 0, "\(enforce.errors)")
        let before = try await program.dump()
        let brownout = ["brownout", "rename", "--confirm", "rename", "--quiet"]
        var number = 1
        while true {
            let killed = try await program.run(brownout, fault: "kill:\(point):\(number)")
            if !killed.wasKilled {
                #expect(killed.status == 0, "\(killed.errors)")
                break
            }
            let next = try await program.run(Self.advance)
            let after = "after kill:\(point):\(number): \(next.errors)\(next.output)"
            #expect(next.status == 3, "\(after)")
            #expect(next.output.contains("brownout"), "\(after)")
            #expect(try await program.dump() == before, "\(after)")
            #expect(
                try program.value("SELECT count(*) FROM crossfade.brownout WHERE ended_at IS NULL", as: Int.self) == 0
            )
            // Every look at the sessions is such a point: a few of them will do.
            number += point == "brownout" ? 20 : 1
            if number > 60 { break }
        }
        #expect(number > 1, "the point \(point) was never reached")
    }

    @Test(arguments: ["phase", "step", "verification", "applied"])
    func `a contract that keeps nothing is purged, wherever it was killed`(_ point: String) async throws {
        // In turns: the next command may say how far, and all but purge may be done already.
        let commands = [Self.advance, ["advance", "rename", "--confirm", "rename"]]
        let program = try Program(plan: Program.plan(contract: "retain: 0s"))
        var number = 1
        while true {
            try program.load(rows: 50)
            try #require(try await program.run("advance", "rename", "--through", "enforce", "--quiet").status == 0)
            let killed = try await program.run(Self.advance, fault: "kill:\(point):\(number)")
            if killed.wasKilled {
                let next = try await program.run(commands[number % 2])
                #expect(next.status == 0, "after kill:\(point):\(number): \(next.errors)\(next.output)")
            }
            let end = "SELECT state FROM crossfade.run ORDER BY id DESC LIMIT 1"
            #expect(try program.value(end, as: String.self) == "completed", "after kill:\(point):\(number)")
            let columns = """
                SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = '"Profile"'::regclass AND attnum > 0 AND NOT attisdropped
                """
            #expect(
                try program.value(columns, as: String.self) == "id,userId,pad,biography",
                "after kill:\(point):\(number)"
            )
            guard killed.wasKilled else { break }
            try program.sql("DROP SCHEMA crossfade CASCADE; DROP TABLE \"Profile\"")
            number += 1
        }
        #expect(number > 1, "the point \(point) was never reached")
    }

    @Test func `a purge that is killed can be brought to its end, and nowhere else`() async throws {
        let program = try Program(plan: Program.plan(contract: "retain: 1s"))
        try program.load(rows: 200)
        let contract = try await program.run(Self.advance)
        try #require(contract.status == 0, "\(contract.errors)")
        try await Task.sleep(for: .milliseconds(1100))
        let purge = ["purge", "rename", "--confirm", "rename"]
        #expect(try await program.run(purge, fault: "kill:step:1").wasKilled)
        let back = try await program.run("rollback", "rename", "--to", "enforce", "--confirm", "rename")
        #expect(back.status == 4 && back.errors.contains("crossfade purge rename"), "\(back.errors)")
        #expect(try await program.run("verify", "rename").status == 4)
        let status = try await program.run("status", "rename")
        #expect(status.output.contains("purge has begun"), "\(status.output)")
        let end = try await program.run(purge)
        #expect(end.status == 0, "\(end.errors)")
        #expect(try program.value("SELECT state FROM crossfade.run", as: String.self) == "completed")
    }

    @Test func `a watch that is killed after each piece goes on with the next one`() async throws {
        let program = try Program(plan: Program.plan())
        try program.sql(
            """
            CREATE TABLE "Profile" (id int, bio text) PARTITION BY RANGE (id);
            CREATE TABLE a PARTITION OF "Profile" FOR VALUES FROM (0) TO (100);
            CREATE TABLE b PARTITION OF "Profile" FOR VALUES FROM (100) TO (200);
            CREATE TABLE c PARTITION OF "Profile" FOR VALUES FROM (200) TO (300);
            INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(0, 299) n;
            """
        )
        let enforce = try await program.run("advance", "rename", "--through", "enforce", "--quiet")
        try #require(enforce.status == 0, "\(enforce.errors)")
        try program.sql("UPDATE \"Profile\" SET bio = 'other' WHERE id = 250")
        let watch = ["verify", "rename", "--every", "1s"]
        for piece in 1...3 {
            #expect(try await program.run(watch, fault: "kill:screened:1").wasKilled)
            let kept = "finished_at IS NULL AND position = \(piece) AND rows_read = \(piece * 100)"
            #expect(
                try program.value("SELECT bool_and(id = 1 AND \(kept)) FROM crossfade.screening", as: Bool.self),
                "killed \(piece) times"
            )
        }
        let last = try await program.run(watch) { process in
            try await waitUntil("the screening is over") {
                try program.value("SELECT bool_and(finished_at IS NOT NULL) FROM crossfade.screening", as: Bool.self)
            }
            kill(process, SIGINT)
        }
        #expect(last.status == 130, "\(last.errors)\(last.output)")
        let screenings = "SELECT string_agg(concat_ws('/', id, scope, rows_read), ',') FROM crossfade.screening"
        #expect(try program.value(screenings, as: String.self) == "1/all/300")
        #expect(try program.value("SELECT count(*) FROM crossfade.event WHERE kind = 'screened'", as: Int.self) == 1)
    }
}
