import ArgumentParser
import Engine
import Reporting
import Workflow

/// Shows the event log.
struct HistoryCommand: CrossfadeCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows the event log."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The plan's name, or the path of its file.")
    var plan: String

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let entries = try await invocation.engine(plan).history()
        if entries.isEmpty { invocation.output.note("the plan \(plan) has not begun") }
        for entry in entries { invocation.output.result(entry.text, entry.json) }
        return .done
    }
}
