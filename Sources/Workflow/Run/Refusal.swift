/// Why an event is not legal now, and what would be.
package struct Refusal: Error, Hashable, Sendable {
    /// The kinds of refusal.
    package enum Reason: Hashable, Sendable {
        /// The newest full check failed, and no newer one has passed.
        case failedCheck
        case gate(Phase, GateVerdict)
        case purgeGate(GateVerdict)
        case outOfOrder(Phase, next: Phase?)
        /// The phase is verified already.
        case alreadyDone(Phase)
        case paused
        case notPaused
        case rollingBack(to: Phase?)
        case notRollingBack
        case over(RunState)
        /// Contract has begun, or the backfill has not been applied: there is nothing `repair` could copy.
        case nothingToRepair
        case nothingToPurge
        case nothingToUndo
        /// The phase to stay in was never reached.
        case notReached(Phase)
        /// The primary key was moved by contract: enforce cannot be kept.
        case keyMoved
        /// The phase is in another status than the event tells of.
        case unexpected(Phase, PhaseStatus)
    }

    package let event: String
    package let reason: Reason
    /// The events that would be legal now, by name.
    package let legal: [String]

    /// What happened, in words.
    package var message: String {
        switch reason {
        case .failedCheck: "the last full check failed, and none has passed since"
        case .gate(let phase, let verdict): "the gate of \(phase.rawValue) is \(verdict.rawValue)"
        case .purgeGate(let verdict): "the gate of purge is \(verdict.rawValue)"
        case .outOfOrder(let phase, let next):
            "\(phase.rawValue) is not the next phase" + (next.map { "; that is \($0.rawValue)" } ?? "")
        case .alreadyDone(let phase): "\(phase.rawValue) is done and verified"
        case .paused: "the run is paused"
        case .notPaused: "the run is not paused"
        case .rollingBack(let target): "a rollback \(Self.describe(target)) is under way"
        case .notRollingBack: "no rollback is under way"
        case .over(let state):
            state == .completed ? "the run is completed: the old shape was purged" : "the run was rolled back"
        case .nothingToRepair: "repair needs both shapes: it is for the time after backfill and before contract"
        case .nothingToPurge: "nothing is set aside: contract has not been verified"
        case .nothingToUndo: "no phase has begun, so there is nothing to undo"
        case .notReached(let phase): "\(phase.rawValue) was never verified, so the run cannot go back to it"
        case .keyMoved:
            "contract moved the primary key, and undoing it takes enforce along: roll back to dual_write_check"
        case .unexpected(let phase, let status): "\(phase.rawValue) is \(status.rawValue)"
        }
    }

    private static func describe(_ target: Phase?) -> String {
        target.map { "to \($0.rawValue)" } ?? "to the start"
    }
}
