import ArgumentParser
import Engine
import Reporting
import Workflow

/// Lets a paused run move again.
struct ResumeCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a paused run move again."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let status = try await invocation.engine(plan).resume()
        invocation.output.result(status.text(invocation.output.paint), status.json)
        return .done
    }
}
