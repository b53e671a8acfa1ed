/// Something that happened to a run, or that a person asks of it.
package enum Event: Hashable, Sendable {
    /// Begin (or go on with) a phase; the verdict of its gate was found in the same decision.
    case begin(Phase, gate: GateVerdict)
    /// Every step of the phase is done.
    case applied(Phase)
    /// A step of the phase failed.
    case failed(Phase)
    /// The full check after the phase passed.
    case verified(Phase)
    /// A full check ended, on demand or after a phase.
    case checked(passed: Bool)
    case pause
    case resume
    /// Copy violating rows again.
    case repair
    /// Undo every phase after the given one, or all of them; a rollback under way keeps its target.
    case rollBack(to: Phase?)
    /// The undo steps of the phase are done.
    case undone(Phase)
    /// Drop what contract set aside.
    case purge(gate: GateVerdict)
    /// What contract set aside is gone.
    case purged

    /// The command or occurrence, as it is called in messages and in the table of transitions.
    package var name: String {
        switch self {
        case .begin(let phase, _): "begin \(phase.rawValue)"
        case .applied(let phase): "\(phase.rawValue) applied"
        case .failed(let phase): "\(phase.rawValue) failed"
        case .verified(let phase): "\(phase.rawValue) verified"
        case .checked(let passed): passed ? "check passed" : "check failed"
        case .pause: "pause"
        case .resume: "resume"
        case .repair: "repair"
        case .rollBack(let phase): phase.map { "rollback to \($0.rawValue)" } ?? "rollback"
        case .undone(let phase): "\(phase.rawValue) undone"
        case .purge: "purge"
        case .purged: "purged"
        }
    }
}

/// What the runner has to do next.
package enum Action: Hashable, Sendable {
    case applySteps(Phase)
    /// Run the full check; its result comes back as `.checked` and, when it passed, `.verified`.
    case verify(Phase)
    /// Run the undo steps of a phase; comes back as `.undone`.
    case undoSteps(Phase)
    case purge
    case copyViolatingRows
}
