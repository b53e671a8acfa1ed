import Diagnostics
import Foundation
import Postgres
import SQL
package import Workflow

extension PlanEngine {
    /// Begins the next phase if its gate is open, runs it and verifies it.
    ///
    /// It goes on until `through` is verified, or for one phase when that is nil; `waits` says to wait where time will open
    /// the gate. Requirements of the plan that a person passes over are recorded with the phase that begins.
    package func advance(
        through: Phase?,
        waits: Bool,
        confirmation: Confirmation,
        override named: Override? = nil
    ) async throws -> AdvanceReport {
        try await controlling { control in
            let crossed = try await phases(through: through, control)
            let override = try named?.resolved(crossing: crossed, of: plan)
            try requireConfirmation(confirmation, crossing: crossed, waits: waits)
            try await begin(control)
            var done: [String] = []
            if let left = try await setBackBrownoutLeft(control) { done.append(left.sentence) }
            var record = try await control.existing()
            if record.run.state == .active {
                let restored = try await restoreAndCheck(control)
                done += restored.sentences
                if let failed = restored.failed { return try await report(control, done, .failedCheck(failed)) }
                record = try await control.existing()
            }
            let run = record.run
            if let through, run.state == .active, !run.isBlocked, run.status(of: through) == .verified,
                try await !isPurgeDue(record, control)
            {
                return try await report(control, done + ["\(through.rawValue) is verified already"], .done)
            }
            while true {
                let outcome = try await step(control, confirmation, override, &done)
                if case .shut(let gate) = outcome { await control.hooks.note(gate) }
                switch outcome {
                case .moved(let phase):
                    if through.map({ phase >= $0 }) ?? true { return try await report(control, done, .done) }
                case .nothingLeft:
                    return try await report(control, done + ["every phase is verified"], .done)
                case .shut(let gate) where waits && gate.verdict == .waiting:
                    try await wait(for: gate)
                    if let failed = try await verifyWhileWaiting(control) {
                        return try await report(control, done, .failedCheck(failed))
                    }
                case .shut(let gate):
                    return try await report(control, done, gate.verdict == .waiting ? .waiting(gate) : .closed(gate))
                case .failed(let check):
                    return try await report(control, done, .failedCheck(check))
                }
            }
        }
    }

    /// The phases that a command begins, or goes on with.
    private func phases(through last: Phase?, _ control: RunControl) async throws -> [Phase] {
        let record = try await control.record()
        let run = record.flatMap { $0.run.state == .rolledBack ? nil : $0.run } ?? Run()
        guard let next = run.nextPhase else { return [] }
        return Phase.allCases.filter { $0 >= next && $0 <= (last ?? next) }
    }

    /// A command that could only stop before contract, hours later perhaps, is refused before it begins.
    ///
    /// One that contract is the first step of is refused there, once it is known that there is anything to confirm.
    private func requireConfirmation(_ confirmation: Confirmation, crossing phases: [Phase], waits: Bool) throws {
        guard phases.contains(.contract), phases.count > 1 || waits, confirmation.isRefused(for: plan) else { return }
        let name = plan.name.text
        throw Failure(
            .refused,
            "this would stop before contract, which needs the plan's name as a confirmation; nothing was begun",
            hint: "say --confirm \(name) too, or stop before: crossfade advance \(name) --through enforce"
        )
    }

    /// What became of one turn of advancing.
    enum Turn {
        case moved(Phase)
        case nothingLeft
        case shut(Gate)
        case failed(VerificationReport)
    }

    /// Records the run, or makes sure that plan and templates are those it began with.
    private func begin(_ control: RunControl) async throws {
        let digests = (change: plan.changeDigest, templates: workspace.templates.digest(of: plan.change.kind.families))
        guard let record = try await control.record(), record.run.state != .rolledBack else {
            return try await create(control, digests)
        }
        if record.run.state.isOver {
            throw Failure(.refused, "the run of \(plan.name.text) is completed: the old shape was purged", hint: nil)
        }
        try requireSameDigests(record)
        try await requireSameTables(record, control)
        try await control.session.retrying { [plan, lease = control.lease] connection in
            try lease.transaction(on: connection) { try Ledger($0).keep(plan, run: record.id) }
        }
    }

    /// A table that was made anew under its name is not the one of the run: nothing more is done to it.
    private func requireSameTables(_ record: RunRecord, _ control: RunControl) async throws {
        guard record.run.furthestPhase != nil, record.run.state != .rollingBack else { return }
        let gone = try await control.session.retrying { try MissingShape.supplanted(record, on: $0) }
        guard let first = gone.first else { return }
        let name = plan.name.text
        throw Failure(
            .closed,
            "gone: \(first)",
            hint:
                "crossfade rollback \(name) --confirm \(name) ends the run; a new one may begin with the table that is there"
        )
    }

    private func create(_ control: RunControl, _ digests: (change: String, templates: String)) async throws {
        let resolution = try await resolution(control)
        try await control.session.retrying { [plan, workspace, lease = control.lease] connection in
            try lease.transaction(on: connection) { connection in
                let ledger = Ledger(connection)
                let id = try ledger.createRun(
                    plan,
                    resolution.blueprint,
                    author: workspace.actor.user,
                    digests: digests
                )
                let event = LedgerEvent("run created", "\(plan.summary), change \(digests.change.prefix(12))")
                try ledger.append(event, run: id, plan: plan.name.text, by: workspace.actor)
            }
        }
    }

    /// A plan cannot change under a run.
    func requireSameDigests(_ record: RunRecord) throws {
        if record.changeDigest != plan.changeDigest {
            throw Failure(
                .refused,
                "the change in \(plan.source.name) (digest \(plan.changeDigest.prefix(12))) is not the one the run began with "
                    + "(digest \(record.changeDigest.prefix(12)))",
                hint: "put the change section back, or crossfade rollback \(plan.name.text) with it, and begin anew"
            )
        }
        let templates = workspace.templates.digest(of: plan.change.kind.families)
        if record.templateDigest != templates {
            throw Failure(
                .refused,
                "the templates (digest \(templates.prefix(12))) are not those the run began with "
                    + "(digest \(record.templateDigest.prefix(12)))",
                hint: "use the crossfade, and the --templates, that the run began with"
            )
        }
    }

    // MARK: - One phase

    private func step(
        _ control: RunControl,
        _ confirmation: Confirmation,
        _ override: Override?,
        _ done: inout [String]
    ) async throws -> Turn {
        var record = try await control.existing()
        if record.run.state == .rollingBack || record.run.state == .paused {
            var probe = record.run
            _ = try probe.handle(.begin(record.run.nextPhase ?? .contract, gate: .open))
        }
        guard let phase = record.run.nextPhase else {
            guard try await isPurgeDue(record, control) else { return .nothingLeft }
            return try await endRun(record, control, confirmation, isConfirmed: false, &done) ?? .nothingLeft
        }
        let start = ContinuousClock.now
        var counts = (ran: 0, skipped: 0)
        if record.run.status(of: phase) != .applied {
            if let obstacle = try await letIn(phase, control, &record, confirmation, override) { return obstacle }
            counts = try await applySteps(phase, control, override)
        } else {
            _ = try await control.apply(
                .begin(phase, gate: .open),
                LedgerEvent("phase resumed", phase: phase, "to be verified")
            )
        }
        if let obstacle = try await prove(phase, control) { return obstacle }
        let seconds = (ContinuousClock.now - start).seconds
        done.append(
            "\(phase.rawValue) applied and verified "
                + "(\(counts.ran) steps run, \(counts.skipped) found done, \(seconds.formatted(.number.precision(.fractionLength(1)))) s)"
        )
        guard phase == .contract else { return .moved(phase) }
        record = try await control.existing()
        guard try await isPurgeDue(record, control) else { return .moved(phase) }
        return try await endRun(record, control, confirmation, isConfirmed: true, &done) ?? .moved(phase)
    }

    func applySteps(_ phase: Phase, _ control: RunControl, _ override: Override?) async throws -> (
        ran: Int, skipped: Int
    ) {
        let record = try await control.existing()
        var counts = (ran: 0, skipped: 0)
        do {
            let files = files(record.blueprint)
            let isDone = try await isApplied(phase, control, record)
            if let loaded = try files.load(.phase(phase), isApplied: isDone) {
                counts = try await PhaseRunner(
                    control: control,
                    record: record,
                    files: files,
                    override: override
                ).run(loaded, phase: phase)
            }
        } catch let failure as StepFailure {
            if case .leaseLost = failure { throw failure }
            let known = failure.failure(plan.name.text)
            _ = try await control.apply(.failed(phase), LedgerEvent("phase failed", phase: phase, known.message))
            throw isOfUnequalRows(failure, phase) ? Failure(known.code, known.message, hint: repairHint) : failure
        }
        workspace.faults.reached(.applied)
        let baseline = try await observationBaseline(phase, control, record)
        _ = try await control.apply(
            .applied(phase),
            LedgerEvent("phase applied", phase: phase, "\(counts.ran) steps run, \(counts.skipped) found done")
        ) { ledger, stored in
            if let baseline { try ledger.saveBaseline(baseline, phase, run: stored.id) }
            if phase == .contract { try ledger.retireForBrownout(run: stored.id) }
        }
        return counts
    }

    /// Whether rows that the application wrote on one side stand against what enforce requires.
    private func isOfUnequalRows(_ failure: StepFailure, _ phase: Phase) -> Bool {
        guard phase == .enforce, plan.dualWrite.by == .application, case .statement(_, let error) = failure else {
            return false
        }
        return error.sqlState == .checkViolation || error.sqlState == .notNullViolation
    }

    private var repairHint: String {
        let name = plan.name.text
        return "crossfade repair \(name) copies what the application wrote on one side only, then crossfade advance "
            + "\(name) goes on from this step; or crossfade rollback \(name)"
    }

    private func observationBaseline(
        _ phase: Phase,
        _ control: RunControl,
        _ record: RunRecord
    ) async throws -> ObservationBaseline? {
        guard phase == .dualWriteCheck else { return nil }
        return try await control.session.retrying { [plan] connection in
            try Observation(plan: plan, blueprint: record.blueprint).baseline(on: connection)
        }
    }

    // MARK: - Waiting and reporting

    private func wait(for gate: Gate) async throws {
        workspace.remark(.waiting(gate))
        let until = gate.opensAt.map { max(0.2, $0.timeIntervalSinceNow) } ?? 5
        let end = ContinuousClock.now + .seconds(min(until, 5))
        while ContinuousClock.now < end {
            try workspace.interruption.check()
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func report(_ control: RunControl, _ done: [String], _ outcome: AdvanceReport.Outcome) async throws -> AdvanceReport
    {
        let status = try await control.session.retrying { try reader(on: $0, ignoresHolder: true).read() }
        return AdvanceReport(done: done, outcome: outcome, status: status)
    }
}
