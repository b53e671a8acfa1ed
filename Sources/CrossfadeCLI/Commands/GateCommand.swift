import ArgumentParser
import Engine
import Foundation
import Reporting
import Workflow

/// Answers whether a phase may begin.
struct GateCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "May this phase begin? For CI.",
        usage: "crossfade gate PLAN PHASE [--format FORMAT] [--wait] [--timeout TIME] [options]",
        discussion: """
              crossfade gate rename-profile-bio contract
              crossfade gate rename-profile-bio contract --format junit > gate.xml
              crossfade gate rename-profile-bio contract --wait --timeout 30m

            Changes nothing. Exits 0 when the gate is open, 3 when time or a person will open it, 2 when a fact is against it.
            """
    )

    @Argument(help: .plan, completion: .plans)
    var plan: String

    @Argument(help: .phase)
    var phase: Phase

    @Option(help: "The form of the answer; --json is the same as json.")
    var format: AnswerFormat = .text

    @Flag(help: "Ask again until the gate is open or a fact is against it.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait: how long at most, such as 30m.", valueName: "time"))
    var timeout: WaitingTime?

    @OptionGroup
    var options: GlobalOptions

    var wantsJSON: Bool { options.json || format == .json }

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let engine = try await invocation.runEngine(plan)
        let end = timeout.map { ContinuousClock.now + $0.duration }
        var gate = try await engine.gate(phase)
        while wait, gate.verdict == .waiting, try await pause(for: gate, until: end, invocation) {
            gate = try await engine.gate(phase)
        }
        try invocation.answer(gate, as: format, PipelineResult(gate, of: engine.plan, at: Date()))
        switch gate.verdict {
        case .open: return .done
        case .waiting: return .waiting
        case .closed: return .closed
        }
    }

    func validate() throws {
        if timeout != nil, !wait { throw ValidationError("--timeout goes with --wait") }
    }

    /// Waits for the next look; false when the time is over.
    ///
    /// At most a minute: a person may approve at any time. For contract each look reads every row.
    private func pause(
        for gate: Gate,
        until end: ContinuousClock.Instant?,
        _ invocation: Invocation
    ) async throws -> Bool {
        let now = ContinuousClock.now
        guard end.map({ now < $0 }) ?? true else { return false }
        invocation.console.remark(.waiting(gate))
        let opening = gate.opensAt.map { max(1, $0.timeIntervalSinceNow) } ?? 60
        let next = min(now + .seconds(min(opening, 60)), end ?? .now + .seconds(60))
        // An interruption ends the command at once: there is nothing to save.
        try await Task.sleep(until: next, clock: .continuous)
        return true
    }
}
