import Foundation
import TestSupport
import Testing

@testable import CrossfadeCLI

/// Man pages, made of the commands' own declarations.
@Suite(.timeLimit(.minutes(60)))
struct ManualTests {
    private func pages() async throws -> [String] {
        try await Program().run("manual", "--list").output.split(separator: "\n").map(String.init)
    }

    @Test func `there is a page of the program and of each command that help lists`() async throws {
        let help = try await Program().run("help").output
        let commands = help.matches(of: /(?m)^  ([a-z]+) {2,}\S/).map { String($0.1) }
        #expect(commands.contains("advance") && !commands.contains("cluster"))
        #expect(try await pages() == ["crossfade"] + commands.map { "crossfade-\($0)" })
    }

    @Test(arguments: ["crossfade"] + ManualPage.commandNames.map(ManualPage.pageName))
    func `a page has every section, and every argument of the help`(_ name: String) async throws {
        let page = try await Program().run("manual", name)
        #expect(page.status == 0, "\(page.errors)")
        let sections = page.output.matches(of: /(?m)^\.SH "([A-Z ]+)"$/).map { String($0.1) }
        let required = ["NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"]
        #expect(sections.filter(required.contains) == required)
        #expect(sections.count == Set(sections).count)
        let command = name == "crossfade" ? [] : [String(name.dropFirst("crossfade-".count))]
        let help = try await Program().run(command + ["--help"]).output
        let flags = Set(help.matches(of: /(?m)^  (?:-., )?(--[a-z-]+)/).map { String($0.1) })
        #expect(flags.count >= 9)
        for flag in flags {
            #expect(page.output.contains("\\fB\(flag.replacing("-", with: "\\-"))\\fR"), "\(flag)")
        }
    }

    @Test func `a page is found by the command's name as well`() async throws {
        let program = try Program()
        #expect(try await program.run("manual", "gate").output == program.run("manual", "crossfade-gate").output)
        #expect(try await program.run("manual").output == program.run("manual", "crossfade").output)
        try expectGolden(try await program.run("manual", "gate").output, "manual-gate.1")
    }

    @Test func `a command that is not there is refused, with what was meant`() async throws {
        let result = try await Program().run("manual", "advanec")
        #expect(result.status == 64)
        #expect(result.errors.contains("did you mean 'crossfade manual advance'?"), "\(result.errors)")
        #expect(try await Program().run("manual", "cluster").status == 64)
        #expect(try await Program().run("manual", "gate", "--list").status == 64)
    }

    @Test(.enabled(if: Shell.find("groff") != nil)) func `groff has no warning about any page`() async throws {
        for page in try await pages() {
            let roff = try await Program().run("manual", page).output
            for device in ["utf8", "ascii"] {
                let result = try await Shell.run("groff", ["-man", "-t", "-ww", "-T\(device)", "-"], input: roff)
                #expect(result.errors.isEmpty && result.succeeded, "\(page) on \(device): \(result.errors)")
                #expect(!result.output.isEmpty)
            }
        }
    }

    // MARK: - Words

    @Test(arguments: [
        (".begin", "\\&.begin"), ("'quoted'", "\\(aqquoted\\(aq"), ("a\\b", "a\\(rsb"),
        ("say \"x\"", "say \\(dqx\\(dq"),
        ("--json", "\\-\\-json"), ("PLAN…", "PLAN..."), ("`x` ~ ^", "\\(gax\\(ga \\(ti \\(ha"),
        ("é → 𝄞", "\\[u00E9] \\[u2192] \\[u1D11E]"),
    ])
    func `no character of a text is taken for a request`(_ plain: String, _ escaped: String) {
        var roff = Roff(title: "t", release: "r")
        roff.paragraph(Roff.Words(plain))
        #expect(roff.text.hasSuffix(".PP\n\(escaped)\n"), "\(roff.text)")
    }

    @Test func `examples are told from other indented lines, and keep the line that leads to them`() {
        let blocks = ManualBlock.parse(
            """
            Long words
            go on.

              a list
                of things

            For instance:

              crossfade check

            The end.
            """
        )
        let (description, examples) = ManualBlock.divide(blocks)
        #expect(
            description == [.paragraph("Long words go on."), .code(["a list", "  of things"]), .paragraph("The end.")]
        )
        #expect(examples == [.paragraph("For instance:"), .code(["crossfade check"])])
    }
}
