import ArgumentParser
import Engine
import Reporting
import Workflow

/// Records that a person agrees to a phase.
struct ApproveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a phase, where the plan asks for it.",
        usage: "crossfade approve PLAN PHASE [--reason REASON] [--withdraw] [options]",
        discussion: """
              crossfade approve rename-profile-bio contract --reason "seen in the weekly review"

            The approval is for the change, its checks and the steps of the phase as they are now, generated or edited, \
            by CROSSFADE_ACTOR or the operating system's user, as the role of the database session. It stops counting \
            when one of them changes, when a check fails, when rows are repaired, or when the plan's time for it is over. \
            Answers with the approvals of the phase.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Argument(help: .phase)
    var phase: Phase

    @Option(help: "Why, for the event log.")
    var reason: String?

    @Flag(help: "Take back what you approved.")
    var withdraw = false

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        let approvals =
            try await withdraw
            ? engine.withdrawApproval(phase, reason: reason) : engine.approve(phase, reason: reason)
        invocation.console.answer(approvals)
        return .done
    }
}
