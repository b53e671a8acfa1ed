import ArgumentParser
import Engine
import Reporting
import Workflow

/// Takes a run one phase further, or several.
struct AdvanceCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "advance",
        abstract: "Begin the next phase if its gate is open, run it, verify it.",
        usage:
            "crossfade advance PLAN [--through PHASE] [--wait] [--override [PHASE:]NAME --reason TEXT] [--confirm NAME] [options]",
        discussion: """
              crossfade advance rename-profile-bio
              crossfade advance rename-profile-bio --through enforce --wait
              crossfade advance rename-profile-bio --confirm rename-profile-bio
              crossfade advance rename-profile-bio --override soak --reason "on call agrees"

            Goes on where an earlier one stopped. Contract asks for the plan's name, or takes it with --confirm.
            A requirement of the plan can be passed over once, before one phase, with a reason, which is recorded; what every \
            gate asks for cannot. Where several phases on the way ask for it, each is named: contract:soak.
            Exits 3 when time or a person is awaited, 2 when a fact is against it.
            """
    )

    static let stopping = Stopping.atSafePlace

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Option(help: ArgumentHelp("Go on until this phase is verified.", valueName: "phase"))
    var through: Phase?

    @Flag(help: "Wait where time or a person will open the gate.")
    var wait = false

    @Option(help: .confirm)
    var confirm: String?

    @Option(
        help: ArgumentHelp(
            "A requirement of the plan to pass over, as the gate calls it, before the phase.",
            valueName: "[phase:]name"
        )
    )
    var override: [String] = []

    @Option(help: ArgumentHelp("Why it is passed over.", valueName: "text"))
    var reason: String?

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.engine(plan)
        var passing: Override?
        if let reason, !override.isEmpty {
            passing = try Override(override, reason: reason, by: invocation.person, in: engine.plan)
        }
        let report = try await engine.advance(
            through: through,
            waits: wait,
            confirmation: invocation.confirmation(confirm),
            override: passing
        )
        invocation.console.answer(report)
        return report.code
    }

    func validate() throws {
        let hasReason = reason?.contains { !$0.isWhitespace } ?? false
        if override.isEmpty != !hasReason || (reason != nil && !hasReason) {
            throw ValidationError("--override and --reason go together: what is passed over, and why")
        }
    }
}
