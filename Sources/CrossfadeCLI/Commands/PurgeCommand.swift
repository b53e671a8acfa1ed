import ArgumentParser
import Engine
import Reporting
import Workflow

/// Drops the old shape for good.
struct PurgeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Drop what contract set aside, once retain is over.",
        usage: "crossfade purge PLAN [--confirm NAME] [options]",
        discussion: """
              crossfade purge rename-profile-bio --confirm rename-profile-bio

            This cannot be undone. Asks for the plan's name, or takes it with --confirm. Exits 3 while retain is not over.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: .confirm)
    var confirm: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.runEngine(plan).purge(confirmation: invocation.confirmation(confirm))
        invocation.console.answer(report)
        return report.code
    }
}
