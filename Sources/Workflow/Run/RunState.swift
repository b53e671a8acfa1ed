/// Where a run as a whole stands.
package enum RunState: String, CaseIterable, Sendable, Codable {
    /// Recorded, no phase begun.
    case new
    case active
    /// A person asked to wait; nothing moves until `resume`.
    case paused
    /// An undo has begun and must be brought to its end before anything else.
    case rollingBack = "rolling_back"
    /// Purged: the old shape is gone.
    case completed
    /// Undone to the schema before expand.
    case rolledBack = "rolled_back"

    /// Whether the run is over, so that the plan may begin a new one.
    package var isOver: Bool { self == .completed || self == .rolledBack }
}
