/// A part of a change that is begun, done and verified by itself; always in this order.
package enum Phase: String, CaseIterable, Comparable, Codable, Sendable {
    /// Adds the new shape and what keeps both shapes equal.
    case expand
    /// Copies the rows that were there before.
    case backfill
    /// Proves that writes keep both shapes equal.
    case dualWriteCheck = "dual_write_check"
    /// Gives the new shape the old one's indexes and constraints.
    case enforce
    /// Sets the old shape aside, and drops it when the plan's time is over.
    case contract

    /// Whether the first runs before the second.
    package static func < (left: Phase, right: Phase) -> Bool {
        left.number < right.number
    }

    private var number: Int {
        switch self {
        case .expand: 1
        case .backfill: 2
        case .dualWriteCheck: 3
        case .enforce: 4
        case .contract: 5
        }
    }
}
