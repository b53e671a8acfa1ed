import Foundation
import TestSupport
import Testing

/// What the program says about itself.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct HelpTests {
    private static let commands = [
        "new", "check", "preview", "generate", "advance", "approve", "brownout", "pause", "resume", "work", "repair",
        "rollback",
        "purge",
        "status", "verify", "gate", "history", "report",
    ]

    @Test func `the help of the program`() async throws {
        let help = try await Program().run("--help")
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        try expectGolden(help.output, "help.txt")
        // Without a command the program tells how to use it; that is no mistake.
        let bare = try await Program().run([])
        #expect(bare.output == help.output)
        #expect(bare.status == 0)
    }

    @Test(arguments: commands)
    func `the help of each command`(_ command: String) async throws {
        let help = try await Program().run("help", command)
        #expect(help.status == 0)
        try expectGolden(help.output, "help-\(command).txt")
        #expect(try await Program().run(command, "--help").output == help.output)
    }

    @Test func `every command is listed, and what is for development is not`() async throws {
        let help = try await Program().run("--help").output
        for command in Self.commands { #expect(help.contains("\n  \(command) "), "\(command)") }
        #expect(!help.contains("cluster"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion knows the commands and asks for the plans`(_ shell: String) async throws {
        let script = try await Program().run("--generate-completion-script", shell)
        #expect(script.status == 0)
        #expect(script.output.contains("rollback"))
        let program = try Program()
        try program.write(Program.plan(), to: "Drafts/other.yaml")
        let plans = try await program.run(
            "---completion",
            "status",
            "--",
            "positional@0",
            "1",
            "0",
            "crossfade",
            "status",
            "--plans",
            "Drafts"
        )
        #expect(plans.output.contains("rename"), "\(plans.output)\(plans.errors)")
    }
}
