import ArgumentParser
import Engine
import Reporting
import Workflow

/// Records that a person agrees to a phase.
struct ApproveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a phase, where the plan asks for it.",
        usage: "crossfade approve PLAN PHASE [--reason REASON] [options]",
        discussion: """
              crossfade approve rename-profile-bio contract --reason "seen in the weekly review"

            The approval is for the change as it is now, by CROSSFADE_ACTOR or the operating system's user.
            Answers with the phase's gate afterwards.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Argument(help: .phase)
    var phase: Phase

    @Option(help: "Why, for the event log.")
    var reason: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        invocation.console.answer(try await invocation.engine(plan).approve(phase, reason: reason))
        return .done
    }
}
