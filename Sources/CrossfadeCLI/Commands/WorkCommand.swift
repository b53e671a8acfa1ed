import ArgumentParser
import Engine
import Reporting
import Workflow

/// Joins a running backfill with this process's workers.
struct WorkCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Join a running backfill as more workers.",
        usage: "crossfade work PLAN [--workers N] [options]",
        discussion: """
              crossfade work rename-profile-bio
              crossfade work rename-profile-bio --workers 4

            Runs beside the advance that runs the plan, here or on another machine,
            and takes chunks until the backfill is over. It may be stopped or killed
            at any time: another worker takes up what it had under way.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: ArgumentHelp("How many chunks to copy at once; the plan's number when left out.", valueName: "n"))
    var workers: Int?

    @OptionGroup
    var options: GlobalOptions

    func validate() throws {
        if let workers, !(1...32).contains(workers) { throw ValidationError("--workers must be between 1 and 32.") }
    }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let report = try await invocation.runEngine(plan).work(workers: workers)
        invocation.console.answer(
            Assistance(plan: report.plan, rowsCopied: report.rows, chunks: report.chunks, seconds: report.seconds)
        )
        return .done
    }
}
