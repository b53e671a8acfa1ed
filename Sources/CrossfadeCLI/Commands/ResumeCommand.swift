import ArgumentParser
import Engine
import Reporting
import Workflow

/// Lets a paused run move again.
struct ResumeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused run move again.",
        usage: "crossfade resume PLAN [options]",
        discussion: """
              crossfade resume rename-profile-bio

            Moves nothing by itself: advance goes on.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        invocation.console.answer(try await invocation.runEngine(plan).resume())
        return .done
    }
}
