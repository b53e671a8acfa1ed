import ArgumentParser
import Engine
import Reporting
import Workflow

/// Answers whether a phase may begin.
struct GateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "May this phase begin? For CI.",
        usage: "crossfade gate PLAN PHASE [--format FORMAT] [options]",
        discussion: """
              crossfade gate rename-profile-bio contract
              crossfade gate rename-profile-bio contract --format json

            Changes nothing. Exits 0 when the gate is open, 3 when time or a person will open it, 2 when a fact is against it.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Argument(help: .phase)
    var phase: Phase

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(help: "The form of the answer; --json is the same as json.")
    var format: Format = .text

    @OptionGroup
    var options: GlobalOptions

    var wantsJSON: Bool { options.json || format == .json }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let gate = try await invocation.engine(plan).gate(phase)
        invocation.console.answer(gate)
        switch gate.verdict {
        case .open: return .done
        case .waiting: return .waiting
        case .closed: return .closed
        }
    }
}
