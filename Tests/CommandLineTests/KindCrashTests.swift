import TestSupport
import Testing

/// Every kind of change, killed after each of its steps on the way there and on the way back.
@Suite(.scratchDatabase, .timeLimit(.minutes(20)))
struct KindCrashTests {
    private static let rollback = ["rollback", "kind", "--confirm", "kind", "--quiet"]

    /// Each kind, and the forms of `add_constraint` that are built in other steps than the first.
    private static let cases =
        KindCase.all + KindCase.lists.filter { $0.about == "two of them" } + KindCase.placeholders.prefix(1)
        + KindCase.watched.prefix(1)
        + KindCase.constraints.filter { ["foreign key", "not null", "index", "exclusion"].contains($0.about) }

    @Test(arguments: cases)
    func `killed after any step, advance and rollback end as if they never had been`(_ kind: KindCase) async throws {
        let advance = ["advance", "kind", "--through", kind.furthest, "--confirm", "kind", "--quiet"]
        let program = try Program(plan: kind.plan(), name: "kind")
        try program.sql(kind.schema)
        let before = try await program.dump()
        let forward = try await program.run(advance)
        try #require(forward.status == 0, "\(forward.errors)\(forward.output)")
        let wanted = try await program.dump()
        let back = try await program.run(Self.rollback)
        try #require(back.status == 0, "\(back.errors)\(back.output)")
        try #require(try await program.dump() == before)
        for number in 1... {
            let killed = try await program.run(advance, fault: "kill:step:\(number)")
            if killed.wasKilled {
                let again = try await program.run(advance)
                #expect(again.status == 0, "advance after kill \(number): \(again.errors)\(again.output)")
            }
            #expect(try await program.dump() == wanted, "advance after kill \(number)")
            let stopped = try await program.run(Self.rollback, fault: "kill:step:\(number)")
            if stopped.wasKilled {
                let again = try await program.run(Self.rollback)
                #expect(again.status == 0, "rollback after kill \(number): \(again.errors)\(again.output)")
            }
            #expect(try await program.dump() == before, "rollback after kill \(number)")
            if !killed.wasKilled, !stopped.wasKilled { break }
        }
    }
}
