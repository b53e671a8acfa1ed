import ArgumentParser
import Engine
import Reporting
import Workflow

/// Approves a phase of the plan as it is now.
struct ApproveCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approves a phase of the plan as it is now."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Argument(help: "The phase.")
    var phase: Phase

    @Option(help: "Why; kept in the event log.")
    var reason: String?

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let gate = try await invocation.engine(plan).approve(phase, reason: reason)
        invocation.output.result(gate.text(invocation.output.paint), gate.json)
        return .done
    }
}
