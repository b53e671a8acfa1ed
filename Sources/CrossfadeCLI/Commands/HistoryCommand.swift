import ArgumentParser
import Engine
import Reporting
import Workflow

/// Shows everything that happened to a plan, when, and by whom.
struct HistoryCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show the event log.",
        usage: "crossfade history PLAN [options]",
        discussion: """
              crossfade history rename-profile-bio
              crossfade history rename-profile-bio --json | jq '.entries[] | select(.kind == "approved")'
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        let name = engine.plan.name.text
        invocation.console.answer(History(plan: name, entries: try await engine.history()))
        return .done
    }
}
