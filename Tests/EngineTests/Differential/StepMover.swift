import Differential
import Postgres
import Workflow

@testable import Engine

/// Moves by the steps of the phases alone, without gates, checks and records, and rests after each step.
final class StepMover: Mover {
    /// The last phase that is done.
    private var reached: Phase?
    private let plan: Plan
    private let walk: PhaseWalk
    private let refused: [String]

    init(_ engine: PlanEngine) throws {
        plan = engine.plan
        let connection = try Connection.open(engine.workspace.target, SessionOptions(applicationName: "steps"))
        let resolution = try Resolution.resolve(plan, on: connection)
        refused = resolution.findings.filter { [plan] finding in
            finding.weight == .refused || (finding.weight == .acknowledge && !finding.isAccepted(by: plan))
        }.map(\.id)
        blocking = resolution.findings.filter { [plan] in $0.weight == .blocksContract && !$0.isAccepted(by: plan) }
            .map(\.id)
        walk = try PhaseWalk(files: engine.files(resolution.blueprint), on: connection)
    }

    private let blocking: [String]

    func perform(_ move: Rehearsal.Move, pause: () throws -> Void) async throws -> Arrival {
        do {
            switch move {
            case .advance(let last): return try advance(through: last, pause)
            case .rollBack(let kept):
                for phase in Phase.allCases.reversed() {
                    guard let reached, phase <= reached, kept.map({ phase > $0 }) ?? true else { continue }
                    try walk.run(.undo(phase)) { _ in try pause() }
                }
                reached = kept
                return .done
            }
        } catch let error as PhaseWalk.StepNotDone {
            // Rows of which a trigger makes nothing cannot be copied; the engine says so.
            guard case .advance = move, reached == .expand else { return .failed("not done: \(error.title)") }
            return .blocked(["rows that a trigger keeps"])
        } catch let error as PostgresError {
            return .failed("\(error)")
        }
    }

    private func advance(through last: Phase, _ pause: () throws -> Void) throws -> Arrival {
        if !refused.isEmpty { return .refused(refused) }
        if last == .contract, !blocking.isEmpty { return .blocked(blocking) }
        for phase in Phase.allCases where phase <= last && reached.map({ phase > $0 }) ?? true {
            try walk.run(.phase(phase)) { _ in if phase != .contract { try pause() } }
            reached = phase
            guard phase == .dualWriteCheck || phase == .enforce else { continue }
            let wrong = try walk.wrong(phase == .enforce ? .settled : .copying)
            if !wrong.isEmpty { return .failed("wrong after \(phase.rawValue): \(wrong.joined(separator: ", "))") }
        }
        if last == .contract, plan.retain == .zero { try walk.run(.purge) }
        return .done
    }
}
