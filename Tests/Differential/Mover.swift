import Diagnostics
package import Engine
import Foundation
import Workflow

/// Carries a change through its phases, for a rehearsal.
package protocol Mover {
    /// Makes a move, and calls `pause` where the change rests in the midst of it, if it does.
    func perform(_ move: Rehearsal.Move, pause: () throws -> Void) async throws -> Arrival
}

/// What a move came to.
package enum Arrival: Sendable, Hashable {
    case done
    /// The change cannot begin: ids of the findings that say why.
    case refused([String])
    /// It cannot go on, for a reason that is told: ids of findings.
    case blocked([String])
    /// It should have gone on.
    case failed(String)
}

/// Moves as the commands `advance` and `rollback` do: with gates, checks and the ledger.
package struct EngineMover: Mover {
    private let engine: PlanEngine

    package init(_ engine: PlanEngine) { self.engine = engine }

    package func perform(_ move: Rehearsal.Move, pause _: () throws -> Void) async throws -> Arrival {
        let confirmation = Confirmation(name: engine.plan.name.text)
        do {
            switch move {
            case .advance(let phase):
                let report = try await engine.advance(through: phase, waits: false, confirmation: confirmation)
                return report.outcome == .done ? .done : try await arrival(at: phase, "\(report.outcome)")
            case .rollBack(let phase):
                _ = try await engine.rollBack(to: phase, confirmation: confirmation)
                return .done
            }
        } catch let failure as Failure {
            guard case .advance(let phase) = move else { return .failed(failure.message) }
            return try await arrival(at: phase, failure.message)
        }
    }

    /// Why a phase did not begin: findings, or a fault.
    private func arrival(at phase: Phase, _ why: String) async throws -> Arrival {
        let findings = try await engine.check(looksAtData: true)
        func ids(_ isMeant: (Finding) -> Bool) -> [String] { Set(findings.filter(isMeant).map(\.id)).sorted() }
        let plan = engine.plan
        switch phase {
        case .expand:
            let refused = ids { $0.weight == .refused || ($0.weight == .acknowledge && !$0.isAccepted(by: plan)) }
            return refused.isEmpty ? .failed(why) : .refused(refused)
        case .contract:
            let blocked = ids { $0.weight == .blocksContract && !$0.isAccepted(by: plan) }
            return blocked.isEmpty ? .failed(why) : .blocked(blocked)
        case .backfill where why.contains("rows do not take the copy"): return .blocked(["rows that a trigger keeps"])
        case .backfill, .dualWriteCheck, .enforce: return .failed(why)
        }
    }
}
