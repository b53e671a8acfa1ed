/// How far one phase of a run has come.
package enum PhaseStatus: String, CaseIterable, Sendable, Codable {
    /// Not begun.
    case pending
    /// Its steps are being run, or were when the process ended.
    case applying
    /// Every postcondition holds; the check that must follow has not passed yet.
    case applied
    /// A full check passed after its steps.
    case verified
    /// A step failed; beginning again goes on where it stopped.
    case failed
    /// Its undo steps have run.
    case rolledBack = "rolled_back"

    /// What can happen to one phase.
    package enum Event: String, CaseIterable, Sendable {
        case begin
        case applied
        case failed
        case verified
        case undone
    }

    /// The complete table of what an event makes of a status; a pair that is missing is illegal.
    ///
    /// The diagram in ARCHITECTURE.md is generated from this table.
    package static let transitions: [(from: PhaseStatus, event: Event, to: PhaseStatus)] = [
        (.pending, .begin, .applying),
        (.rolledBack, .begin, .applying),
        (.failed, .begin, .applying),
        (.applying, .begin, .applying),
        (.applied, .begin, .applied),
        (.applying, .applied, .applied),
        (.applying, .failed, .failed),
        (.applied, .verified, .verified),
        (.applying, .undone, .rolledBack),
        (.failed, .undone, .rolledBack),
        (.applied, .undone, .rolledBack),
        (.verified, .undone, .rolledBack),
    ]

    /// The status after an event, or nil when the event is illegal here.
    package func after(_ event: Event) -> PhaseStatus? {
        Self.transitions.first { $0.from == self && $0.event == event }?.to
    }

    /// Whether any step of the phase may have run, so that there may be something to undo.
    package var hasBegun: Bool { self != .pending && self != .rolledBack }
}
