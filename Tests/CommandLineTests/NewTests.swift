import Diagnostics
import Foundation
import SQL
import TestSupport
import Testing
import Workflow

@testable import CrossfadeCLI

@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct NewTests {
    private static let command = ["new", "rename_column", "--table", "Profile", "--from", "bio", "--to", "biography"]

    @Test func `a new plan is read back without a diagnostic, and the next command is named`() async throws {
        let program = try Program()
        let result = try await program.run(Self.command)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("✔ Plans/rename-profile-bio.yaml written"))
        #expect(result.output.contains("crossfade check rename-profile-bio"))
        let check = try await program.run("check", "--json")
        #expect(check.status == 0)
        #expect(check.output.contains(#""verdict":"valid","diagnostics":[]"#))
    }

    @Test func `no file is ever overwritten`() async throws {
        let program = try Program()
        try program.write("mine", to: "Plans/rename-profile-bio.yaml")
        let result = try await program.run(Self.command)
        #expect(result.status == 4)
        #expect(result.errors.contains("Plans/rename-profile-bio.yaml is there already"))
        #expect(try program.text(of: "Plans/rename-profile-bio.yaml") == "mine")
    }

    @Test func `name and file can be chosen`() async throws {
        let program = try Program()
        let result = try await program.run(Self.command + ["--name", "other", "--into", "a/b.yaml", "--json"])
        #expect(result.output == #"{"plan":"other","files":["a/b.yaml"],"next":"crossfade check a/b.yaml"}"# + "\n")
        #expect(try program.text(of: "a/b.yaml").contains("name: other"))
    }

    @Test(arguments: [
        (["--table", "表", "--from", "列", "--to", "b"], "give one with --name"),
        (["--table", "T", "--from", "a", "--to", "a"], "make no valid plan"),
        (["--table", "T", "--from", "", "--to", "b"], "error: "),
        (["--table", "a\"b", "--from", "a", "--to", "b"], "error: "),
        (["--table", "T", "--from", "a", "--to", "b", "--name", "a b"], "cannot name a plan"),
    ])
    func `names that make no plan are refused before anything is written`(_ names: [String], reason: String)
        async throws
    {
        let program = try Program()
        let result = try await program.run(["new", "rename_column"] + names)
        #expect(result.status == 64)
        #expect(result.errors.contains(reason), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "Plans").path))
    }

    // MARK: - The text

    @Test(arguments: [
        ("Profile", "bio", "biography"), ("app.User", "e-mail", "E Mail"), ("\"a.b\".\"c\"\"d\"", "it's", "a: #b"),
        ("null", "true", "No"), ("_", "1", "0x10"), ("T", "tab\there", "line\nbreak"), ("T", "\u{7F}\u{200B}", "é"),
        ("T", "🐘", "- x"), ("T", "a\\b", "\"q\""), ("T", " lead", "trail "), ("T", "{x}", "[y]"), ("T", "%a", "@b"),
    ])
    func `any name of a table or column survives the file`(_ table: String, _ from: String, _ to: String) throws {
        let change = RenameColumn(
            table: try QualifiedName(parsing: table),
            from: try Identifier(from),
            to: try Identifier(to)
        )
        let values = zip(Change.keys(of: RenameColumn.self), [change.table.description, from, to]).map { ($0, $1) }
        let draft = PlanDraft(name: try #require(PlanName("a")), kind: "rename_column", values: values)
        let (plan, diagnostics) = PlanReader.read(
            SourceText(name: "a.yaml", text: draft.text(describedAs: change.line))
        )
        #expect(diagnostics.isEmpty, "\(DiagnosticRenderer(color: false).render(diagnostics))")
        #expect(plan?.change == Change(change))
    }

    @Test(arguments: [
        ("Profile", "bio", "rename-profile-bio"), ("app.User", "e_mail", "rename-app-user-e-mail"),
        ("\"Ein Tisch\"", "Größe", "rename-ein-tisch-gr-e"),
    ])
    func `a plan is named after table and column`(_ table: String, _ from: String, name: String) throws {
        let change = RenameColumn(
            table: try QualifiedName(parsing: table),
            from: try Identifier(from),
            to: try Identifier("b")
        )
        #expect(PlanDraft.suggestedName(for: Change(change))?.text == name)
    }
}
