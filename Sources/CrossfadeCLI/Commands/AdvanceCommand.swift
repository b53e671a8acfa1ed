import ArgumentParser
import Engine
import Reporting
import Workflow

/// Begins the next phase if its gate is open, runs it, verifies it.
struct AdvanceCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "advance",
        abstract: "Begins the next phase if its gate is open, runs it, verifies it."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Option(help: "Goes on until this phase is verified.")
    var through: Phase?

    @Flag(help: "Waits where time or a person will open the gate.")
    var wait = false

    @Option(help: ArgumentHelp("The plan's name, to agree to what sets aside or drops something.", valueName: "name"))
    var confirm: String?

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan)
            .advance(through: through, waits: wait, confirmation: invocation.confirmation(confirm))
        invocation.output.endLine()
        invocation.output.result(report.text(invocation.output.paint), report.json)
        return report.code
    }
}
