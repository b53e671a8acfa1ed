import ArgumentParser
import Engine
import Reporting
import Workflow

/// Runs a full check and records its verdict.
struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every row and the whole shape now.",
        usage: "crossfade verify PLAN [--format FORMAT] [options]",
        discussion: """
              crossfade verify rename-profile-bio

            Takes no lock, and is safe in CI and cron. A failed verdict is recorded and stops the run until a newer check passes.
            Exits 2 when it failed, 3 when it was inconclusive.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: "The form of the answer; --json is the same as json.")
    var format: AnswerFormat = .text

    @OptionGroup
    var options: GlobalOptions

    var wantsJSON: Bool { options.json || format == .json }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try invocation.engine(plan)
        let report = try await engine.verify()
        try invocation.answer(report, as: format, PipelineResult(report, of: engine.plan))
        switch report.verdict {
        case .passed: return .done
        case .failed: return .closed
        case .inconclusive: return .waiting
        }
    }
}
