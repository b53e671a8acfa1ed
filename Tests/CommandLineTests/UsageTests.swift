import Foundation
import TestSupport
import Testing

/// Arguments that make no command: status 64, and a hint.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct UsageTests {
    @Test(arguments: [
        (["chek"], "Unexpected argument 'chek'", "did you mean 'crossfade check'?"),
        (["--json=3"], "json", "crossfade help"),
        (["advance"], "Missing expected argument '<plan>'", "crossfade help advance"),
        (["advance", "x", "--trough", "enforce"], "Did you mean '--through'?", "crossfade help advance"),
        (["gate", "x", "contrct"], "'dual_write_check'", "crossfade help gate"),
        (["status", "--watch"], "--watch needs a plan", "crossfade help status"),
        (["status", "-v", "-q"], "exclude each other", "crossfade help status"),
        (["new", "rename_columns", "--table", "T", "--from", "a", "--to", "b"], "rename_column", "crossfade help new"),
        (["status", "rename-x"], "there is no plan 'rename-x' in Plans", "did you mean 'rename'?"),
        (["status", "Plans/renam.yaml"], "there is no file Plans/renam.yaml", "did you mean 'rename.yaml'?"),
        (["status", "other"], "there is no plan 'other' in Plans", "plans there: rename"),
        (["--plans", "Nowhere", "check"], "there is no plan in Nowhere", "crossfade new"),
    ])
    func `what is wrong is said, and what was meant`(_ arguments: [String], message: String, hint: String) async throws
    {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/rename.yaml")
        let result = try await program.run(arguments)
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: "), "\(result.errors)")
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.contains("hint: \(hint)"), "\(result.errors)")
    }

    @Test func `with --json a mistake is an object on stdout`() async throws {
        let result = try await Program().run("--json", "chek")
        #expect(result.status == 64)
        #expect(result.errors.isEmpty)
        #expect(
            result.output
                == #"{"error":{"code":"usage","message":"Unexpected argument 'chek'","hint":"did you mean 'crossfade check'?"}}"#
                + "\n"
        )
    }

    @Test func `options stand before or after the command`() async throws {
        let program = try Program()
        try program.write(Program.plan(), to: "Drafts/rename.yaml")
        for arguments in [["--plans", "Drafts", "--json", "check"], ["check", "--json", "--plans", "Drafts"]] {
            let result = try await program.run(arguments)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains(#""file":"Drafts/rename.yaml""#))
        }
    }

    @Test func `a name that two plans bear means neither`() async throws {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/a.yaml")
        try program.write(Program.plan(), to: "Plans/b.yaml")
        let result = try await program.run("gate", "rename", "expand")
        #expect(result.status == 64)
        #expect(result.errors.contains("Plans/a.yaml and Plans/b.yaml are both named rename"))
    }

    @Test(arguments: ["rename", "file", "Plans/file.yaml"])
    func `a plan is found by its name, its file's name and its path`(_ reference: String) async throws {
        let program = try Program()
        try program.write(Program.plan(), to: "Plans/file.yaml")
        #expect(try await program.run("check", reference).status == 0)
    }

    @Test func `a file that is no valid plan is told with every mistake, and status 65`() async throws {
        let program = try Program()
        try program.write(
            "version: 1\nname: a\nchange:\n  rename_column: {tabel: T, from: a, to: a}\n",
            to: "Plans/a.yaml"
        )
        let result = try await program.run("status", "a")
        #expect(result.status == 65)
        #expect(result.errors.contains("Plans/a.yaml:4:19: error:"), "\(result.errors)")
        #expect(result.errors.contains("^^^^^ did you mean 'table'?"))
    }
}
