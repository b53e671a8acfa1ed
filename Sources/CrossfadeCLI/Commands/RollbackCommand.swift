import ArgumentParser
import Engine
import Reporting
import Workflow

/// Takes a run back.
struct RollbackCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Undo phases in reverse order.",
        usage: "crossfade rollback PLAN [--to PHASE] [--confirm NAME] [options]",
        discussion: """
              crossfade rollback rename-profile-bio --to dual_write_check
              crossfade rollback rename-profile-bio --confirm rename-profile-bio

            Asks for the plan's name, or takes it with --confirm. After purge there is nothing to go back to.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: ArgumentHelp("The phase to stay in; everything is undone when left out.", valueName: "phase"))
    var to: Phase?

    @Option(help: .confirm)
    var confirm: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.runEngine(plan)
            .rollBack(to: to, confirmation: invocation.confirmation(confirm))
        invocation.console.answer(report)
        return report.code
    }
}
