import ArgumentParser
import Engine
import Reporting
import Workflow

/// Sets the old shape aside for a time, to see who still uses it.
struct BrownoutCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "brownout",
        abstract: "Set the old shape aside for a while, see who misses it, set it back.",
        usage: "crossfade brownout PLAN [--for TIME] [--confirm NAME] [options]",
        discussion: """
              crossfade brownout rename-profile-bio --for 10m

            Contract for a time, behind contract's own gate. Statements that name the old shape meanwhile fail, and are seen in \
            pg_stat_activity: the first one ends it. Ctrl-C ends it early. When its process dies, the next brownout or advance \
            sets the old shape back.
            Asks for the plan's name, or takes it with --confirm. Exits 0 when no use of the old names was seen, 2 when one was, 3 when \
            transactions of the database failed meanwhile for an unknown reason.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long; as the plan asks for when left out.", valueName: "time")
    )
    var time: WaitingTime?

    @Option(help: .confirm)
    var confirm: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        guard let duration = time?.duration ?? engine.plan.brownout else {
            throw Failure(
                .usage,
                "how long the brownout is to last is not said, and the plan asks for none",
                hint: "crossfade brownout \(plan) --for 10m"
            )
        }
        let report = try await engine.brownOut(for: duration, confirmation: invocation.confirmation(confirm))
        invocation.console.answer(report)
        return report.code
    }

    func validate() throws {
        guard let time else { return }
        if time.duration < .seconds(1) || time.duration > .seconds(86_400) {
            throw ValidationError("--for is between 1s and 24h")
        }
    }
}

extension Plan {
    /// How long a brownout contract asks for; nil where it asks for none.
    fileprivate var brownout: Duration? {
        for case .brownout(let duration) in requirements[.contract] ?? [] { return duration }
        return nil
    }
}
