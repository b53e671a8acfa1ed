import ArgumentParser
import Engine
import Reporting
import Workflow

/// Undoes phases in reverse order.
struct RollbackCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Undoes phases in reverse order."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Option(help: "The phase to stay in; without it everything is undone.")
    var to: Phase?

    @Option(help: ArgumentHelp("The plan's name, to agree to what sets aside or drops something.", valueName: "name"))
    var confirm: String?

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan)
            .rollBack(to: to, confirmation: invocation.confirmation(confirm))
        invocation.output.endLine()
        invocation.output.result(report.text(invocation.output.paint), report.json)
        return report.code
    }
}
