import Foundation
import TestSupport
import Testing

/// What stands on which stream, in which form, and what happens when nobody reads it.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct StreamTests {
    @Test(.scratchDatabase) func `with --json both streams have objects only`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        let result = try await program.run("advance", "rename", "--through", "backfill", "--json")
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 1)
        let lines = result.errors.split(separator: "\n")
        let events = try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["event"] as? String, "\(line)")
        }
        #expect(Set(events).isSuperset(of: ["phase", "step", "progress"]), "\(events)")
    }

    @Test(
        arguments: [
            ([:], [], false), (["CLICOLOR_FORCE": "1"], [], true),
            (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], [], false),
            (["CLICOLOR_FORCE": "1"], ["--no-color"], false), (["CLICOLOR_FORCE": "1"], ["--json"], false),
        ] as [([String: String], [String], Bool)]
    )
    func `colour is for those who want it`(_ environment: [String: String], _ flags: [String], isOn: Bool) async throws
    {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/rename.yaml")
        let result = try await program.run(["check"] + flags, environment: environment)
        #expect(result.status == 0)
        #expect(result.output.contains("\u{1B}[") == isOn)
    }

    @Test(.scratchDatabase) func `a run goes on when the reader of its output has gone`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        try await program.shell("\"$0\" advance rename --through enforce 2>&1 | true")
        let status = try await program.run("status", "rename", "--json")
        #expect(status.output.contains(#""phase":"contract""#), "\(status.output)")
    }

    @Test(.scratchDatabase) func `an answer that cannot be written is a failure`() async throws {
        let program = try Program(plan: Program.plan())
        let result = try await program.shell("exec \"$0\" check --offline > /dev/full")
        #expect(result.status == 1)
        #expect(result.errors.contains("error: the answer could not be written: "), "\(result.errors)")
    }

    @Test(.scratchDatabase) func `--verbose tells the database without its password, and when each thing happened`()
        async throws
    {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 10)
        let url = try program.database.url
        let secret = url + (url.contains("?") ? "&" : "?") + "password=geheim"
        let result = try await program.run("advance", "rename", "-v", "--database", secret)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains(/(?m)^[0-9]{2}:[0-9]{2}:[0-9]{2}   database: .*dbname=/), "\(result.errors)")
        #expect(!(result.output + result.errors).contains("geheim"))
        #expect(try await program.run("status", "rename", "--quiet").errors.isEmpty)
    }
}
