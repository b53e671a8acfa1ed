import ArgumentParser
import Engine
import Reporting
import Workflow

/// Shows each step's SQL, locks, and what they stop.
struct PreviewCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Shows each step's SQL, locks, and what they stop."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Option(help: "Only this phase.")
    var phase: Phase?

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan).preview(phase)
        invocation.output.result(report.text(invocation.output.paint), report.json)
        return .done
    }
}
