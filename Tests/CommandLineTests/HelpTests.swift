import Foundation
import TestSupport
import Testing

@testable import CrossfadeCLI

/// What the program says about itself.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct HelpTests {
    private static let commands = ManualPage.commandNames

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
}
