import ArgumentParser
import Engine
import Reporting
import Workflow

/// Keeps the run from moving until resume.
struct PauseCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keeps the run from moving until resume."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let status = try await invocation.engine(plan).pause()
        invocation.output.result(status.text(invocation.output.paint), status.json)
        return .done
    }
}
