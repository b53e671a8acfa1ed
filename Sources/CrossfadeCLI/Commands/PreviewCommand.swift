import ArgumentParser
import Engine
import Reporting
import Workflow

/// Shows what each step would do.
struct PreviewCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show every step: its SQL, its locks and what they block.",
        usage: "crossfade preview PLAN [--phase PHASE] [options]",
        discussion: """
              crossfade preview rename-profile-bio
              crossfade preview rename-profile-bio --phase enforce

            Changes nothing.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: "Only this phase.")
    var phase: Phase?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.engine(plan)
        invocation.console.answer(try await engine.preview(phase).leavingOut { $0.isAccepted(by: engine.plan) })
        return .done
    }
}
