import Foundation
import Postgres
import TestSupport
import Testing

/// The documents' table of exit codes, against the program in a situation of each.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ExitCodeTests {
    /// The numbers in the first column of the page's table.
    private static func documented() throws -> Set<Int32> {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Docs/reference/exit-codes.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        return Set(
            rows.compactMap { row in
                row.split(separator: "|").first.flatMap { Int32($0.trimmingCharacters(in: .whitespaces)) }
            }
        )
    }

    private func program() throws -> Program {
        let plan = Program.plan(contract: "requires: [{approval: {}}]")
        let program = try Program(plan: plan)
        try program.load(rows: 20)
        let absent = plan.replacing("name: rename", with: "name: absent").replacing(
            "from: bio",
            with: "from: boi"
        )
        try program.write(absent, to: "Plans/absent.yaml")
        try program.write(
            plan.replacing("name: rename", with: "name: wrong\nnaem: x"),
            to: "Plans/wrong.yaml"
        )
        return program
    }

    @Test func `each exit code of the page is what the program ends with`() async throws {
        let program = try program()
        var seen: Set<Int32> = []
        func expect(_ status: Int32, _ arguments: String..., user: String = "anna") async throws {
            let result = try await program.run(arguments, user: user)
            #expect(result.status == status, "\(arguments): \(result.output)\(result.errors)")
            seen.insert(result.status)
        }
        try await expect(64, "check", "nosuch")
        try await expect(65, "check", "wrong")
        try await expect(2, "check", "absent")
        try await expect(0, "advance", "rename", "--through", "enforce")
        try await expect(0, "advance", "rename", "--through", "enforce")
        try await expect(3, "advance", "rename", "--confirm", "rename")
        try await expect(0, "approve", "rename", "contract", user: "berta")
        try await expect(4, "advance", "rename")
        try await expect(69, "status", "rename", "--database", "postgres://127.0.0.1:1/none")
        // As a process on another machine holds it.
        try program.sql("UPDATE crossfade.lease SET host = 'elsewhere', expires_at = now() + interval '1 h'")
        try await expect(75, "advance", "rename", "--confirm", "rename")
        try program.sql(
            """
            UPDATE crossfade.lease SET expires_at = now() - interval '1 s'; ALTER TABLE crossfade.lease RENAME TO hidden
            """
        )
        try await expect(1, "advance", "rename", "--confirm", "rename")
        try program.sql("ALTER TABLE crossfade.hidden RENAME TO lease")
        try await expect(0, "advance", "rename", "--confirm", "rename")
        let stopped = try await program.run(["status"], fault: "stop:start:1") { pid in
            try await waitUntil("the program to stop") {
                let state = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
                return state.split(separator: ")").last?.split(separator: " ").first == "T"
            }
            kill(pid, SIGTERM)
            kill(pid, SIGCONT)
        }
        #expect(stopped.status == 130)
        seen.insert(stopped.status)
        #expect(seen == (try Self.documented()))
    }
}
