import ArgumentParser
import Engine
import Reporting
import Workflow

/// Runs a full check and records its verdict.
struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every row and the whole shape now.",
        usage: "crossfade verify PLAN [--format FORMAT] [--every TIME] [options]",
        discussion: """
              crossfade verify rename-profile-bio
              crossfade verify rename-profile-bio --every 10m

            Takes no lock, and is safe in CI and cron. A failed verdict is recorded and stops the run until a newer check passes.
            Exits 2 when it failed, 3 when it was inconclusive.

            With --every it goes on until the run is over, one answer a check: in one process, for not more than a quarter of \
            the time, holding back for the plan's throttle signals, and reading nothing while nothing is written.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: "The form of the answer; --json is the same as json.")
    var format: AnswerFormat = .text

    @Option(help: ArgumentHelp("Check again and again, so long apart, such as 10m.", valueName: "time"))
    var every: WaitingTime?

    @OptionGroup
    var options: GlobalOptions

    var wantsJSON: Bool { options.json || format == .json }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        if let every { return try await watch(engine, every: every.duration, invocation) }
        let report = try await engine.verify()
        try invocation.answer(report, as: format, PipelineResult(report, of: engine.plan))
        switch report.verdict {
        case .passed: return .done
        case .failed: return .closed
        case .inconclusive: return .waiting
        }
    }

    func validate() throws {
        guard let every else { return }
        if every.duration < .seconds(1) { throw ValidationError("--every is at least 1s") }
        if format.pipeline != nil { throw ValidationError("--every goes with text or json: one answer a check") }
    }

    private func watch(_ engine: PlanEngine, every: Duration, _ invocation: Invocation) async throws -> Failure.Code {
        let hasPassed = try await engine.verify(every: every) { turn in
            switch turn {
            case .checked(let report), .screened(let report): invocation.console.answer(report)
            case .unchanged:
                invocation.console.remark(.notice("nothing was written since the last check, which passed"))
            }
        }
        return hasPassed ? .done : .closed
    }
}
