import Foundation
import Postgres
import SQL
package import Workflow

/// Contract for a time: the old shape is set aside, whoever still names it is seen, and it is set back.
///
/// Nothing here is new to the database: it is contract's steps, and those of its undo. What keeps it safe is the ledger: a
/// brownout is noted in the transaction that begins contract and ended in the one that records its undo, so that the next
/// command after a crash sets back what a process that died left away.
extension PlanEngine {
    /// Holds a brownout, behind contract's own gate, and sets the old shape back.
    ///
    /// One that a process left behind is set back, and no other is begun.
    ///
    /// After its time the watch goes on for `settling`, until the server's statistics are complete.
    package func brownOut(
        for duration: Duration,
        settling: Duration = Brownout.statisticsDelay,
        confirmation: Confirmation
    ) async throws -> AdvanceReport {
        var asking = plan
        asking.requirements[.contract]?.removeAll { $0.name == Brownout.requirement }
        let engine = PlanEngine(plan: asking, workspace: workspace)
        return try await engine.controlling { control in
            let (done, outcome) = try await engine.brownOut(for: (duration, settling), confirmation, control)
            return try await report(control, done, outcome)
        }
    }

    private func brownOut(
        for time: (away: Duration, settling: Duration),
        _ confirmation: Confirmation,
        _ control: RunControl
    ) async throws -> (done: [String], outcome: AdvanceReport.Outcome) {
        var record = try await control.existing()
        try requireSameDigests(record)
        if let left = try await setBackBrownoutLeft(control) { return ([left.sentence], .brownout(left.brownout)) }
        try await requireReversible(&record, control)
        if let obstacle = try await letIn(.contract, control, &record, confirmation, nil, brownout: time.away) {
            switch obstacle {
            case .failed(let check): return ([], .failedCheck(check))
            case .shut(let gate):
                await control.hooks.note(gate)
                return ([], gate.verdict == .waiting ? .waiting(gate) : .closed(gate))
            case .moved, .nothingLeft: return ([], .done)
            }
        }
        let outcome: Brownout.Outcome
        do {
            // Before the old shape is away: a statement that fails in the first moment counts.
            let before = try await rollbacksBefore(control)
            _ = try await applySteps(.contract, control, nil)
            outcome = try await watchBrownout(record, control, since: before, settling: time.settling)
        } catch {
            await setBackAfterError(control)
            throw error
        }
        return (["the old shape is back"], .brownout(try await setBack(outcome, control)))
    }

    /// What keeps a brownout from being begun: there must be something to set aside, and a way back that keeps enforce.
    private func requireReversible(_ record: inout RunRecord, _ control: RunControl) async throws {
        record = try await control.session.retrying { [record] in try withoutEmptyContract(record, on: $0) }
        var probe = record.run
        _ = try probe.handle(.begin(.contract, gate: .open))
        func refuse(_ reason: String) -> Failure {
            Failure(.refused, "a brownout is refused: \(reason)", hint: "crossfade gate \(plan.name.text) contract")
        }
        if record.run.status(of: .contract).hasBegun {
            throw refuse("contract has begun, which advance brings to its end")
        }
        if record.blueprint.words.purged == nil || record.blueprint.legacyNames?.isEmpty == true {
            throw refuse("contract takes away no name that anybody could still use")
        }
        if record.run.movesPrimaryKey {
            throw refuse("contract moves the primary key, and taking that back would take enforce along")
        }
        guard try files(record.blueprint).load(.undo(.contract)) != nil else {
            throw refuse("the plan has no undo of contract")
        }
        if try await isAppliedByHand(.contract, control, record) { throw refuse("contract was applied by hand") }
    }

    // MARK: - Meanwhile

    /// Looks at the server's sessions until the time is over, somebody names the old shape, or a person stops it.
    private func watchBrownout(
        _ record: RunRecord,
        _ control: RunControl,
        since before: SessionWatch.Rollbacks,
        settling: Duration
    ) async throws -> Brownout.Outcome {
        guard var brownout = try await openBrownout(control), let since = brownout.retiredAt, let until = brownout.until
        else { return .ended }
        brownout.settling = settling
        let late = "and \(settling.inWords) more, until the server has counted every transaction that failed"
        workspace.remark(
            .notice("the old shape is away until \(Gate.timestamp(until)) \(late), or until a statement names it")
        )
        let names = record.blueprint.legacyNames ?? []
        var isBlindTold = false
        while true {
            workspace.faults.reached(.brownout)
            let look = try await control.session.retrying { connection in
                try SessionWatch(connection: connection, names: names).look(since: since)
            }
            if look.isBlind, !isBlindTold {
                isBlindTold = true
                let way = "GRANT pg_read_all_stats to the role that runs this"
                workspace.remark(.notice("statements of other roles are hidden, and are not seen: \(way)"))
            }
            brownout.sightings = look.sightings
            brownout.rollbacks = look.rollbacks.others(since: before)
            let isInterrupted = workspace.interruption.isRequested
            if case .setBack(let outcome) = brownout.next(at: look.at, isWatched: true, isInterrupted: isInterrupted) {
                try await control.session.retrying { [brownout, lease = control.lease] connection in
                    try lease.transaction(on: connection) { try Ledger($0).save(brownout, run: record.id) }
                }
                return outcome
            }
            try await Task.sleep(for: look.at < until ? SessionWatch.interval : .milliseconds(250))
        }
    }

    /// The count from which a brownout's is reckoned.
    private func rollbacksBefore(_ control: RunControl) async throws -> SessionWatch.Rollbacks {
        let isDelayed = try await control.session.retrying { $0.serverVersion < 150_000 }
        if isDelayed {
            // PostgreSQL 14 hears of this session's own, and tells of all, each half a second late.
            _ = try await control.session.retrying { try SessionWatch(connection: $0, names: []).rollbacks() }
            try await Task.sleep(for: .milliseconds(600))
            _ = try await control.session.retrying { try SessionWatch(connection: $0, names: []).rollbacks() }
            try await Task.sleep(for: .milliseconds(600))
        }
        return try await control.session.retrying { try SessionWatch(connection: $0, names: []).rollbacks() }
    }

    private func openBrownout(_ control: RunControl) async throws -> Brownout? {
        let record = try await control.existing()
        return try await control.session.retrying { connection in try Ledger(connection).openBrownout(of: record.id) }
    }

    // MARK: - The way back

    /// Sets back the old shape that a process which is gone left away; nil where none did.
    func setBackBrownoutLeft(_ control: RunControl) async throws -> (brownout: Brownout, sentence: String)? {
        guard let left = try await openBrownout(control) else { return nil }
        let run = try await control.existing().run
        // A rollback under way goes further back than that, and ends the brownout on its way.
        guard run.state != .rollingBack || run.rollbackTarget == .enforce else { return nil }
        let step = left.next(at: left.begunAt, isWatched: false, isInterrupted: false)
        guard case .setBack(let outcome) = step else { return nil }
        let ended = try await setBack(outcome, control)
        return (ended, "a brownout that its process left behind is ended: the old shape is back")
    }

    private func setBackAfterError(_ control: RunControl) async {
        do {
            _ = try await setBack(.ended, control)
        } catch {
            workspace.remark(
                .notice(
                    "the old shape is not back yet (\(error)): crossfade brownout \(plan.name.text), or advance, sets it back"
                )
            )
        }
    }

    /// Undoes contract and ends the brownout under way; what only the new shape can hold is not given up for it.
    private func setBack(_ outcome: Brownout.Outcome, _ control: RunControl) async throws -> Brownout {
        let record = try await control.existing()
        guard var brownout = try await openBrownout(control) else {
            throw Failure(.failed, "no brownout is under way", hint: "crossfade status \(plan.name.text)")
        }
        // The way back is what the person asked for who stopped it; asked once more, it stops as well.
        workspace.interruption.answer()
        var probe = record.run
        let actions = try probe.handle(.rollBack(to: .enforce))
        do {
            try await refuseLoss(of: actions, record, control)
        } catch let loss as Failure where loss.code == .refused && record.run.state != .rollingBack {
            try await keep(record, control)
            throw Failure(
                .closed,
                "the brownout of \(plan.name.text) is over, and contract is kept: \(loss.message)",
                hint: "crossfade advance \(plan.name.text) goes on from contract; \(loss.hint ?? "")"
            )
        }
        if record.run.state != .rollingBack {
            let event = LedgerEvent("rollback begun", "to enforce: the brownout is over (\(outcome.rawValue))")
            _ = try await control.apply(.rollBack(to: .enforce), event)
        }
        for case .undoSteps(let phase) in actions { _ = try await undo(phase, control, endingBrownout: outcome) }
        _ = try await fullCheck(control, nil)
        brownout.outcome = outcome
        brownout.endedAt = try await control.session.retrying { try Observation.now(on: $0) }
        return brownout
    }

    private func keep(_ record: RunRecord, _ control: RunControl) async throws {
        try await control.session.retrying { [plan, workspace, lease = control.lease] connection in
            try lease.transaction(on: connection) { connection in
                let ledger = Ledger(connection)
                try ledger.endBrownout(.kept, run: record.id)
                let event = LedgerEvent(
                    "brownout ended",
                    phase: .contract,
                    "contract is kept: undoing it would lose values"
                )
                try ledger.append(event, run: record.id, plan: plan.name.text, by: workspace.actor)
            }
        }
    }
}
