import ArgumentParser
import Engine
import Reporting
import Workflow

/// Takes a run out of the ledger that never began anything.
struct ForgetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Remove a run that never began a phase.",
        usage: "crossfade forget NAME [options]",
        discussion: """
              crossfade forget rename-profile-bio

            Such a run is one whose first gate never opened: the plan was renamed, or given up. It is listed no more, and its events stay
            in the log. One that has begun a phase is taken back with rollback instead.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        try await engine.forget()
        invocation.console.answer(ForgottenRun(plan: engine.plan.name.text))
        return .done
    }
}
