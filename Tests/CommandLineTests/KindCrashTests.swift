import TestSupport
import Testing

/// Every kind of change, killed after each of its steps on the way there and on the way back.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct KindCrashTests {
    private static let rollback = ["rollback", "kind", "--confirm", "kind", "--quiet"]

    /// Each kind, and the forms of `add_constraint` that are built in other steps than the first.
    private static let cases: [KindCase] = {
        var cases = KindCase.all
        cases += KindCase.lists.filter { $0.about == "two of them" }
        cases += KindCase.placeholders.prefix(1)
        cases += KindCase.watched.prefix(1)
        cases += KindCase.constraints.filter { ["foreign key", "not null", "index", "exclusion"].contains($0.about) }
        cases += KindCase.around.filter {
            $0.about.hasPrefix("triggers") || $0.about.hasPrefix("views") || $0.about.hasPrefix("functions")
                || $0.about == "SET NULL of a column"
        }
        cases += TestTier.isExhaustive ? KindCase.exchanged : Array(KindCase.exchanged.prefix(2))
        return cases + [extraction]
    }()

    private static let extraction = KindCase(
        kind: "extract_table",
        schema: """
            CREATE TABLE "user" (id int PRIMARY KEY, street text NOT NULL, city text UNIQUE, CHECK (street <> ''));
            INSERT INTO "user" SELECT n, 'street ' || n, 'city ' || n FROM generate_series(1, 500) n;
            """,
        section: "{from: user, columns: [street, city], into: address, key: {user_id: id}}",
        about: "with constraints"
    )

    private struct Walk {
        let program: Program
        let advance: [String]
        /// Schema and rows before expand, and after the furthest phase.
        let ends: (before: String, after: String)
    }

    /// Goes there and back without being killed.
    private func calmWalk(_ kind: KindCase) async throws -> Walk {
        let advance = ["advance", "kind", "--through", kind.furthest, "--confirm", "kind", "--quiet"]
        let program = try Program(plan: kind.plan(), name: "kind")
        try program.sql(kind.schema)
        let before = try await end(program, kind)
        let forward = try await program.run(advance)
        try #require(forward.status == 0, "\(forward.errors)\(forward.output)")
        let after = try await end(program, kind)
        let back = try await program.run(Self.rollback)
        try #require(back.status == 0, "\(back.errors)\(back.output)")
        try #require(try await end(program, kind) == before)
        return Walk(program: program, advance: advance, ends: (before, after))
    }

    private func end(_ program: Program, _ kind: KindCase) async throws -> String {
        let schema = TestTier.isExhaustive ? try await program.dump() : try CatalogShape(program.database).read()
        return kind.restoresRows ? schema + "\n" + (try program.database.content()) : schema
    }

    /// Steps of the newest run that ran.
    private func stepsRun(_ program: Program) throws -> Int {
        try program.value(
            "SELECT count(*) FROM crossfade.step WHERE outcome = 'done' AND run = (SELECT max(id) FROM crossfade.run)",
            as: Int.self
        )
    }

    @Test(arguments: cases)
    func `killed after every step in turn, advance and rollback end as if they never had been`(_ kind: KindCase)
        async throws
    {
        let walk = try await calmWalk(kind)
        let forward = try await walk.program.runKilledAfterEachStep(walk.advance)
        #expect(forward.last.status == 0, "advance: \(forward.last.errors)\(forward.last.output)")
        #expect(forward.kills > 0)
        #expect(forward.kills == (try stepsRun(walk.program)), "every step that ran was killed after it")
        #expect(try await end(walk.program, kind) == walk.ends.after, "advance after \(forward.kills) kills")
        let there = try stepsRun(walk.program)
        let back = try await walk.program.runKilledAfterEachStep(Self.rollback)
        #expect(back.last.status == 0, "rollback: \(back.last.errors)\(back.last.output)")
        #expect(back.kills > 0)
        #expect(back.kills == (try stepsRun(walk.program)) - there, "every step that ran was killed after it")
        #expect(try await end(walk.program, kind) == walk.ends.before, "rollback after \(back.kills) kills")
    }

    /// A kill that a later one would cover up is found by this form alone.
    @Test(arguments: TestTier.isExhaustive ? cases : cases.filter { $0.description == "rename_column" })
    func `killed once after any step, advance and rollback end as if they never had been`(_ kind: KindCase) async throws
    {
        let walk = try await calmWalk(kind)
        let program = walk.program
        for number in 1... {
            let killed = try await program.run(walk.advance, fault: "kill:step:\(number)")
            if killed.wasKilled {
                let again = try await program.run(walk.advance)
                #expect(again.status == 0, "advance after kill \(number): \(again.errors)\(again.output)")
            }
            #expect(try await end(program, kind) == walk.ends.after, "advance after kill \(number)")
            let stopped = try await program.run(Self.rollback, fault: "kill:step:\(number)")
            if stopped.wasKilled {
                let again = try await program.run(Self.rollback)
                #expect(again.status == 0, "rollback after kill \(number): \(again.errors)\(again.output)")
            }
            #expect(try await end(program, kind) == walk.ends.before, "rollback after kill \(number)")
            if !killed.wasKilled, !stopped.wasKilled { break }
        }
    }
}
