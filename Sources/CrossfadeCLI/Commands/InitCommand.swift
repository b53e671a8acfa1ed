import ArgumentParser
import Engine
import Reporting
import Workflow

/// Makes the ledger, and lets other roles use it.
struct InitCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the ledger, and let other roles use it.",
        usage: "crossfade init [--grant-to ROLE --as RIGHT] [options]",
        discussion: """
              crossfade init
              crossfade init --grant-to release_managers --as approver

            The first advance makes the ledger too. An observer may look (status, history, report); an approver may also \
            approve, as itself, and nothing else; an operator may run plans on the tables it owns, and not approve. \
            Applications need no right at all.
            """
    )

    @Option(help: ArgumentHelp("A role of the database.", valueName: "role"))
    var grantTo: String?

    @Option(name: .customLong("as"), help: ArgumentHelp("What it may do.", valueName: "right"))
    var right: LedgerRight?

    @OptionGroup
    var options: GlobalOptions

    func validate() throws {
        if (grantTo == nil) != (right == nil) { throw ValidationError("--grant-to and --as go together") }
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let installation = LedgerInstallation(workspace: try invocation.workspace())
        let version = try await installation.install(granting: right, to: grantTo)
        let granted = grantTo.flatMap { role in right.map { (role: role, right: $0.rawValue) } }
        invocation.console.answer(Installation(version: version, granted: granted))
        return .done
    }
}

extension LedgerRight: ExpressibleByArgument {}
