import ArgumentParser
import Engine
import Reporting
import Workflow

/// Takes a run one phase further, or several.
struct AdvanceCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "advance",
        abstract: "Begin the next phase if its gate is open, run it, verify it.",
        usage: "crossfade advance PLAN [--through PHASE] [--wait] [--confirm NAME] [options]",
        discussion: """
              crossfade advance rename-profile-bio
              crossfade advance rename-profile-bio --through enforce --wait
              crossfade advance rename-profile-bio --confirm rename-profile-bio

            Goes on where an earlier one stopped. Contract asks for the plan's name, or takes it with --confirm.
            Exits 3 when time or a person is awaited, 2 when a fact is against it.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: ArgumentHelp("Go on until this phase is verified.", valueName: "phase"))
    var through: Phase?

    @Flag(help: "Wait where time or a person will open the gate.")
    var wait = false

    @Option(help: .confirm)
    var confirm: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan)
            .advance(through: through, waits: wait, confirmation: invocation.confirmation(confirm))
        invocation.console.answer(report)
        return report.code
    }
}
