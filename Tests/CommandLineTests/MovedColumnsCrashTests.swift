import TestSupport
import Testing

/// A move of columns that is killed after any step, and started again, ends as one that was never killed.
@Suite(.scratchDatabase, .timeLimit(.minutes(20)), .serialized)
struct MovedColumnsCrashTests {
    private static let plan = """
        version: 1
        name: move
        change:
          extract_table: {from: user, columns: [street, city], into: address, key: {user_id: id}}
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: 7d}
        """

    private static let schema = """
        SET search_path = public;
        CREATE TABLE "user" (id int PRIMARY KEY, street text NOT NULL, city text UNIQUE, CHECK (street <> ''));
        INSERT INTO "user" SELECT n, 'street ' || n, 'city ' || n FROM generate_series(1, 500) n;
        """

    private static let advance = ["advance", "move", "--through", "contract", "--confirm", "move", "--quiet"]
    private static let rollback = ["rollback", "move", "--confirm", "move", "--quiet"]

    @Test func `killed after any step, forward and back, it comes to the same ends`() async throws {
        let program = try Program(plan: Self.plan, name: "move")
        try program.sql(Self.schema)
        let before = try await program.dump()
        let calm = try await program.run(Self.advance)
        try #require(calm.status == 0, "\(calm.errors)\(calm.output)")
        let after = try await program.dump()
        try #require(try await program.run(Self.rollback).status == 0)
        var number = 1
        var isFinished = (forward: false, back: false)
        while !isFinished.forward || !isFinished.back {
            let forward = try await program.run(Self.advance, fault: "kill:step:\(number)")
            if forward.wasKilled {
                let again = try await program.run(Self.advance)
                #expect(again.status == 0, "after step \(number): \(again.errors)\(again.output)")
            } else {
                isFinished.forward = true
            }
            #expect(try await program.dump() == after, "after step \(number)")
            let back = try await program.run(Self.rollback, fault: "kill:step:\(number)")
            if back.wasKilled {
                let again = try await program.run(Self.rollback)
                #expect(again.status == 0, "after step \(number) of the rollback: \(again.errors)\(again.output)")
            } else {
                isFinished.back = true
            }
            #expect(try await program.dump() == before, "after step \(number) of the rollback")
            number += 1
        }
        #expect(number > 8)
        let values = try program.value(
            "SELECT count(*) FROM public.\"user\" WHERE street = 'street ' || id AND city = 'city ' || id",
            as: Int.self
        )
        #expect(values == 500)
    }
}
