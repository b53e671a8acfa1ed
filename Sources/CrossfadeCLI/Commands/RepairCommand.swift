import ArgumentParser
import Engine
import Reporting
import Workflow

/// Copies violating rows again.
struct RepairCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Copy rows again that differ; a full check must follow.",
        usage: "crossfade repair PLAN [options]",
        discussion: """
              crossfade repair rename-profile-bio && crossfade verify rename-profile-bio

            The old column is taken as the truth. Legal between backfill and contract.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        let rows = try await engine.repair()
        invocation.console.answer(
            Repair(plan: engine.plan.name.text, rowsCopied: rows, beyond: try await engine.beyondRepair())
        )
        return .done
    }
}
