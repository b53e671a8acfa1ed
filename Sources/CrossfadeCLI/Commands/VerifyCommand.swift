import ArgumentParser
import Engine
import Reporting
import Workflow

/// Runs a full check and records its verdict.
struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every row and the whole shape now.",
        usage: "crossfade verify PLAN [options]",
        discussion: """
              crossfade verify rename-profile-bio

            Takes no lock, and is safe in CI and cron. A failed verdict is recorded and stops the run until a newer check passes.
            Exits 2 when it failed, 3 when it was inconclusive.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.engine(plan).verify()
        invocation.console.answer(report)
        switch report.verdict {
        case .passed: return .done
        case .failed: return .closed
        case .inconclusive: return .waiting
        }
    }
}
