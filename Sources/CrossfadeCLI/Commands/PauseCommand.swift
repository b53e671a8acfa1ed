import ArgumentParser
import Engine
import Reporting
import Workflow

/// Keeps a run from moving.
struct PauseCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keep a run from moving until resume.",
        usage: "crossfade pause PLAN [options]",
        discussion: """
              crossfade pause rename-profile-bio

            Also from another machine: a backfill stops after the chunks under way.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        invocation.console.answer(try await invocation.runEngine(plan).pause())
        return .done
    }
}
