import TestSupport
import Testing

/// A command that could only stop at the confirmation is refused before it begins.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ConfirmationTests {
    private func program(_ contract: String = "retain: 7d") throws -> Program {
        let program = try Program(plan: Program.plan(contract: contract))
        try program.load(rows: 20)
        return program
    }

    @Test(arguments: [[], ["--confirm", "renam"], ["--wait"]])
    func `through contract without the plan's name nothing is begun`(_ more: [String]) async throws {
        let program = try program()
        let result = try await program.run(["advance", "rename", "--through", "contract"] + more)
        #expect(result.status == 4, "\(result.output)\(result.errors)")
        #expect(result.errors.contains("--confirm rename"), "\(result.errors)")
        #expect(
            try program.value("SELECT to_regclass('crossfade.run') IS NULL OR NOT EXISTS (SELECT FROM crossfade.run)")
        )
        let named = try await program.run("advance", "rename", "--through", "contract", "--confirm", "rename")
        #expect(named.status == 0, "\(named.output)\(named.errors)")
    }

    @Test func `the wait for contract's gate is not begun without it`() async throws {
        let program = try program("requires: [{soak: 1h}]")
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        let waiting = try await program.run("advance", "rename", "--wait")
        #expect(waiting.status == 4, "\(waiting.output)")
        #expect(waiting.errors.contains("--confirm rename"), "\(waiting.errors)")
        // Without waiting it is the gate that is told, which opens first.
        let shut = try await program.run("advance", "rename")
        #expect(shut.status == 3, "\(shut.output)\(shut.errors)")
    }
}
