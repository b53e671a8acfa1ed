import ArgumentParser
import Engine
import Reporting
import Workflow

/// Drops what contract set aside, once retain is over.
struct PurgeCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Drops what contract set aside, once retain is over."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    @Option(help: ArgumentHelp("The plan's name, to agree to what sets aside or drops something.", valueName: "name"))
    var confirm: String?

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan).purge(confirmation: invocation.confirmation(confirm))
        invocation.output.result(report.text(invocation.output.paint), report.json)
        return report.code
    }
}
