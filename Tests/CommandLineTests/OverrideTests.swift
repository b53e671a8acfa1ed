import TestSupport
import Testing

/// Requirements of a plan that a person passes over.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct OverrideTests {
    private func program() async throws -> Program {
        let program = try Program(
            plan: Program.plan(contract: "requires: [{soak: 1h}, {assertion: {name: none, sql: 'SELECT 7'}}]")
        )
        try program.load(rows: 20)
        try #require(try await program.run("advance", "rename", "--through", "enforce").status == 0)
        return program
    }

    @Test func `a requirement is passed over by name and with a reason, which the log keeps`() async throws {
        let program = try await program()
        let advance = ["advance", "rename", "--confirm", "rename"]
        #expect(try await program.run(advance + ["--override", "soak"]).status == 64)
        #expect(try await program.run(advance + ["--reason", "why not"]).status == 64)
        #expect(try await program.run(advance + ["--override", "soak", "--reason", " "]).status == 64)
        let unknown = try await program.run(advance + ["--override", "approval", "--reason", "r"])
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("it asks for 'assertion none', 'soak'"), "\(unknown.errors)")
        // One of two is not enough.
        let one = try await program.run(advance + ["--override", "soak", "--reason", "on call"])
        #expect(one.status == 2, "\(one.output)")
        #expect(one.output.contains("assertion none"))
        let both = try await program.run(
            advance + ["--override", "soak", "--override", "assertion none", "--reason", "agreed on the phone"],
            user: "berta"
        )
        #expect(both.status == 0, "\(both.errors)")
        let history = try await program.run("history", "rename")
        #expect(history.output.contains("overridden"), "\(history.output)")
        let message = """
            SELECT string_agg(actor || '|' || phase || '|' || message, ';' ORDER BY id) FROM crossfade.event WHERE kind = 'overridden'
            """
        let logged: String = try program.value(message)
        #expect(logged.contains("berta") && logged.contains("|contract|"), "\(logged)")
        #expect(
            logged.contains("assertion none, which was closed (1 row violates it:")
                && logged.contains("): agreed on the phone"),
            "\(logged)"
        )
        #expect(logged.contains("soak, which was waiting ("), "\(logged)")
    }

    @Test func `an override is of one phase, also where several on the way ask for it`() async throws {
        let plan = Program.plan(contract: "requires: [{soak: 1h}]").replacing(
            "phases:\n",
            with: "phases:\n  enforce: {requires: [{soak: 1h}]}\n"
        )
        let program = try Program(plan: plan)
        try program.load(rows: 20)
        let advance = ["advance", "rename", "--through", "contract", "--confirm", "rename", "--reason", "on call"]
        let ambiguous = try await program.run(advance + ["--override", "soak"])
        #expect(ambiguous.status == 64, "\(ambiguous.output)")
        let command = """
            crossfade advance rename --through contract --override enforce:soak --override contract:soak --reason 'on call' --confirm rename
            """
        #expect(ambiguous.errors.replacing("\n", with: " ").contains(command), "\(ambiguous.errors)")
        let one = try await program.run(advance + ["--override", "enforce:soak"])
        #expect(one.status == 3, "\(one.output)\(one.errors)")
        let logged = """
            SELECT string_agg(phase || ' ' || split_part(message, ',', 1), ';') FROM crossfade.event WHERE kind = 'overridden'
            """
        #expect(try program.value(logged) == "enforce soak")
        // Now only contract is left to be begun.
        #expect(try await program.run(advance + ["--override", "soak"]).status == 0)
        #expect(try program.value(logged) == "enforce soak;contract soak")
    }

    @Test(arguments: ["full check", "phase order", "catalog"])
    func `what every gate asks for cannot be passed over`(_ name: String) async throws {
        let program = try await program()
        try program.sql(
            "ALTER TABLE \"Profile\" DISABLE TRIGGER ALL; UPDATE \"Profile\" SET biography = 'off' WHERE id = 3"
        )
        let names = ["--override", name, "--override", "soak", "--override", "assertion none"]
        let refused = try await program.run(["advance", "rename", "--confirm", "rename"] + names + ["--reason", "r"])
        #expect(refused.status == 4, "\(refused.output)")
        #expect(refused.errors.contains("'\(name)' cannot be overridden"), "\(refused.errors)")
        let failed = try await program.run(
            ["advance", "rename", "--confirm", "rename", "--reason", "r"] + names.dropFirst(2)
        )
        #expect(failed.status == 2, "a failed check stands: \(failed.output)")
    }
}
