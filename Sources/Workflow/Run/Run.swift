/// The state machine of one run: a value that takes events and returns what is to be done.
///
/// It does no I/O and reads no clock. **Invariant:** after `purged` no event undoes anything.
package struct Run: Hashable, Sendable {
    package private(set) var state: RunState
    package private(set) var phases: [Phase: PhaseStatus]
    /// Whether the newest full check failed.
    ///
    /// Only a newer full check that passes takes it back.
    package private(set) var isBlocked: Bool
    /// The phase to stay in while rolling back; nil with `state == .rollingBack` means to the very start.
    package private(set) var rollbackTarget: Phase?
    /// Whether undoing contract takes enforce along, because the primary key hangs on the new column's index.
    package let movesPrimaryKey: Bool

    package init(movesPrimaryKey: Bool = false) {
        self.init(state: .new, phases: [:], isBlocked: false, rollbackTarget: nil, movesPrimaryKey: movesPrimaryKey)
    }

    /// A run as the ledger remembers it; phases it does not mention are pending.
    package init(
        state: RunState,
        phases: [Phase: PhaseStatus],
        isBlocked: Bool,
        rollbackTarget: Phase?,
        movesPrimaryKey: Bool
    ) {
        self.state = state
        self.phases = phases
        self.isBlocked = isBlocked
        self.rollbackTarget = rollbackTarget
        self.movesPrimaryKey = movesPrimaryKey
    }

    package func status(of phase: Phase) -> PhaseStatus { phases[phase] ?? .pending }

    /// The phase to begin, go on with or verify next; nil when all are verified.
    package var nextPhase: Phase? { Phase.allCases.first { status(of: $0) != .verified } }

    /// The last phase any step of which may have run.
    package var furthestPhase: Phase? { Phase.allCases.last { status(of: $0).hasBegun } }

    /// Takes an event and returns what has to be done because of it.
    ///
    /// - Throws: ``Refusal`` when the event is not legal in this state; the run is then unchanged.
    package mutating func handle(_ event: Event) throws(Refusal) -> [Action] {
        var next = self
        do throws(Rejection) {
            let actions = try next.apply(event)
            self = next
            return actions
        } catch {
            throw Refusal(event: event.name, reason: error.reason, legal: legalEvents)
        }
    }

    /// The names of the events that people may ask for now.
    package var legalEvents: [String] {
        let asked: [Event] =
            [.pause, .resume, .repair, .checked(passed: true), .rollBack(to: nil), .purge(gate: .open)]
            + Phase.allCases.map { .begin($0, gate: .open) }
        return asked.filter { event in
            var copy = self
            do throws(Rejection) { _ = try copy.apply(event) } catch { return false }
            return true
        }.map { $0 == .checked(passed: true) ? "verify" : $0.name }
    }
}

/// A refusal before the legal events are added to it.
private struct Rejection: Error { let reason: Refusal.Reason }

// MARK: - Events

extension Run {
    private mutating func apply(_ event: Event) throws(Rejection) -> [Action] {
        switch event {
        case .begin(let phase, let gate): try begin(phase, gate)
        case .applied(let phase): try ended(phase, .applied, then: [.verify(phase)])
        case .failed(let phase): try ended(phase, .failed, then: [])
        case .verified(let phase): try verified(phase)
        case .checked(let passed): try checked(passed)
        case .pause: try pause()
        case .resume: try resume()
        case .repair: try repair()
        case .rollBack(let target): try rollBack(to: target)
        case .undone(let phase): try undone(phase)
        case .purge(let gate): try purge(gate)
        case .purged: try purged()
        }
    }

    private mutating func begin(_ phase: Phase, _ gate: GateVerdict) throws(Rejection) -> [Action] {
        try requireMoving()
        if isBlocked { throw Rejection(reason: .failedCheck) }
        let current = status(of: phase)
        if current == .verified { throw Rejection(reason: .alreadyDone(phase)) }
        guard nextPhase == phase else { throw Rejection(reason: .outOfOrder(phase, next: nextPhase)) }
        // A phase under way was let in by its gate; an `applied` one only waits for its check.
        if !current.hasBegun && gate != .open { throw Rejection(reason: .gate(phase, gate)) }
        state = .active
        return try move(phase, .begin, then: current == .applied ? [.verify(phase)] : [.applySteps(phase)])
    }

    private mutating func verified(_ phase: Phase) throws(Rejection) -> [Action] {
        try requireMoving()
        if isBlocked { throw Rejection(reason: .failedCheck) }
        return try ended(phase, .verified, then: [])
    }

    /// Only the phase under way can end; a pause meanwhile does not undo what was done.
    private mutating func ended(
        _ phase: Phase,
        _ event: PhaseStatus.Event,
        then actions: [Action]
    ) throws(Rejection) -> [Action] {
        if state == .rollingBack { throw Rejection(reason: .rollingBack(to: rollbackTarget)) }
        guard nextPhase == phase else { throw Rejection(reason: .unexpected(phase, status(of: phase))) }
        return try move(phase, event, then: actions)
    }

    private mutating func checked(_ passed: Bool) throws(Rejection) -> [Action] {
        if state.isOver { throw Rejection(reason: .over(state)) }
        isBlocked = !passed
        return []
    }

    private mutating func pause() throws(Rejection) -> [Action] {
        if state.isOver { throw Rejection(reason: .over(state)) }
        if state == .paused { throw Rejection(reason: .paused) }
        if state == .rollingBack { throw Rejection(reason: .rollingBack(to: rollbackTarget)) }
        state = .paused
        return []
    }

    private mutating func resume() throws(Rejection) -> [Action] {
        if state.isOver { throw Rejection(reason: .over(state)) }
        guard state == .paused else { throw Rejection(reason: .notPaused) }
        if isBlocked { throw Rejection(reason: .failedCheck) }
        state = furthestPhase == nil ? .new : .active
        return []
    }

    /// Legal while paused as well: a failed check keeps a paused run from being resumed before its rows are right.
    private mutating func repair() throws(Rejection) -> [Action] {
        if state != .paused { try requireMoving() }
        let backfill = status(of: .backfill)
        guard backfill == .applied || backfill == .verified, !status(of: .contract).hasBegun else {
            throw Rejection(reason: .nothingToRepair)
        }
        return [.copyViolatingRows]
    }

    private mutating func rollBack(to target: Phase?) throws(Rejection) -> [Action] {
        if state.isOver { throw Rejection(reason: .over(state)) }
        if state == .rollingBack {
            // Going on is legal; turning elsewhere half-way is not.
            guard target == nil || target == rollbackTarget else {
                throw Rejection(reason: .rollingBack(to: rollbackTarget))
            }
            return undoActions(after: rollbackTarget)
        }
        guard furthestPhase != nil else { throw Rejection(reason: .nothingToUndo) }
        if let target {
            guard status(of: target) == .verified else { throw Rejection(reason: .notReached(target)) }
            if target == .enforce && movesPrimaryKey && status(of: .contract).hasBegun {
                throw Rejection(reason: .keyMoved)
            }
        }
        let actions = undoActions(after: target)
        guard !actions.isEmpty else { throw Rejection(reason: .nothingToUndo) }
        rollbackTarget = target
        state = .rollingBack
        return actions
    }

    private mutating func undone(_ phase: Phase) throws(Rejection) -> [Action] {
        guard state == .rollingBack else { throw Rejection(reason: .notRollingBack) }
        guard undoActions(after: rollbackTarget).first == .undoSteps(phase) else {
            throw Rejection(reason: .unexpected(phase, status(of: phase)))
        }
        _ = try move(phase, .undone, then: [])
        guard undoActions(after: rollbackTarget).isEmpty else { return [] }
        state = rollbackTarget == nil ? .rolledBack : .active
        rollbackTarget = nil
        return []
    }

    private mutating func purge(_ gate: GateVerdict) throws(Rejection) -> [Action] {
        try requireMoving()
        if isBlocked { throw Rejection(reason: .failedCheck) }
        guard status(of: .contract) == .verified else { throw Rejection(reason: .nothingToPurge) }
        guard gate == .open else { throw Rejection(reason: .purgeGate(gate)) }
        return [.purge]
    }

    private mutating func purged() throws(Rejection) -> [Action] {
        try requireMoving()
        guard status(of: .contract) == .verified else { throw Rejection(reason: .nothingToPurge) }
        state = .completed
        return []
    }
}

// MARK: - Rules

extension Run {
    private func requireMoving() throws(Rejection) {
        switch state {
        case .completed, .rolledBack: throw Rejection(reason: .over(state))
        case .paused: throw Rejection(reason: .paused)
        case .rollingBack: throw Rejection(reason: .rollingBack(to: rollbackTarget))
        case .new, .active: return
        }
    }

    private func undoActions(after target: Phase?) -> [Action] {
        Phase.allCases.reversed()
            .filter { phase in status(of: phase).hasBegun && target.map { phase > $0 } ?? true }
            .map { .undoSteps($0) }
    }

    private mutating func move(
        _ phase: Phase,
        _ event: PhaseStatus.Event,
        then actions: [Action]
    ) throws(Rejection) -> [Action] {
        if state.isOver { throw Rejection(reason: .over(state)) }
        let current = status(of: phase)
        guard let next = current.after(event) else { throw Rejection(reason: .unexpected(phase, current)) }
        phases[phase] = next
        return actions
    }
}
