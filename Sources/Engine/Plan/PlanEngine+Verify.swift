import Foundation
import Postgres
package import Workflow

/// One turn of a check that is made again and again.
package enum VerificationTurn: Sendable, Hashable {
    case checked(VerificationReport)
    /// Rows were read in pieces, and were right. It opens no gate; a full check does.
    case screened(VerificationReport)
    /// Nothing has been written since the last check, which passed: there is nothing to read again.
    case unchanged
}

extension PlanEngine {
    /// Runs a full check now and records its verdict.
    package func verify() async throws -> VerificationReport { try await verify(isUnhurried: false) }

    private func verify(isUnhurried: Bool) async throws -> VerificationReport {
        try await explaining {
            do {
                return try await checked(isUnhurried: isUnhurried)
            } catch {
                throw await absence(behind: error) ?? error
            }
        }
    }

    private func checked(isUnhurried: Bool) async throws -> VerificationReport {
        let record = try await verifiable()
        let result = try await Verifier(
            workspace: workspace,
            plan: plan,
            record: record,
            files: files(record.blueprint),
            isUnhurried: isUnhurried
        )
        .verify()
        workspace.faults.reached(.verification)
        try await observing("verify") { [plan, workspace] connection in
            try connection.transaction { connection in
                _ = try RunControl.move(
                    .checked(passed: result.report.verdict == .passed),
                    Self.event(result.report, nil),
                    plan,
                    workspace.actor,
                    on: connection
                ) { ledger, stored in
                    try ledger.record(result, phase: nil, run: stored.id)
                }
            }
            try ReaderWatch(connection: connection, record: record).look()
        }
        await HookFeed.tell(plan, workspace)
        var report = result.report
        report.changes = try await observing("verify") { [plan] connection in
            try OutsideChangeReader(plan: plan, record: record).changes(on: connection)
        }
        return report
    }

    /// Whether the old shape is away by a person's hand, and rows cannot be compared before the record says so.
    private func isUncomparable(_ record: RunRecord, on connection: Connection) throws -> Bool {
        guard record.run.nextPhase == .contract, record.isSynced,
            try !MissingShape.read(record, on: connection).objects.isEmpty
        else { return false }
        return try isContractByHandNext(record, on: connection)
    }

    /// The run, if it has a shape that can be checked.
    private func verifiable() async throws -> RunRecord {
        let (record, isBeingPurged, isByHand) = try await observing("verify") { [plan] connection in
            let ledger = Ledger(connection)
            let record = try ledger.newestRun(of: plan.name).map { try withoutEmptyContract($0, on: connection) }
            return (
                record, try record.map { try ledger.hasBegunPurge($0.id) } ?? false,
                try record.map { try isUncomparable($0, on: connection) } ?? false
            )
        }
        guard let record, record.run.furthestPhase != nil, !record.run.state.isOver else {
            throw Failure(
                .refused,
                "there is nothing to verify: "
                    + (record == nil ? "the plan has not begun" : "the run is \(record?.run.state.rawValue ?? "")"),
                hint: "crossfade status \(plan.name.text)"
            )
        }
        guard !isByHand else { throw Failure(.refused, ContractByHand.message, hint: ContractByHand.remedy(plan)) }
        guard !isBeingPurged else {
            throw Failure(
                .refused,
                "there is nothing to verify any more: purge has begun, and what it drops is partly gone",
                hint: "crossfade purge \(plan.name.text) --confirm \(plan.name.text) brings it to its end"
            )
        }
        return record
    }
}

// MARK: - Again and again

extension PlanEngine {
    /// The most of the time that checks may read in, as one in so many: they are never the table's main load.
    private static let share = 4

    /// Checks every row again and again, until the run is over or the task is cancelled.
    ///
    /// It goes on from the last look in the ledger, reads nothing while nothing is written, leaves parallel workers to
    /// others, holds back for the plan's throttle signals, and never reads for more than a quarter of the time. Where both
    /// shapes stand in one row it reads in pieces, and only the blocks that were written since where the server can tell
    /// them; what it finds there makes a full check due. A failed check stops the run durably; the watch itself goes on.
    ///
    /// - Returns: whether the last check that was made passed.
    package func verify(
        every interval: Duration,
        tell: @escaping @Sendable (VerificationTurn) async -> Void
    ) async throws -> Bool {
        var record = try await verifiable()
        var hasPassed = true
        let monitor = throttle(record)
        let watch = Task { await monitor.run() }
        defer { watch.cancel() }
        var due = try await nextCheck(record, every: interval)
        while true {
            try await Task.sleep(until: due, clock: .continuous)
            try await holdBack(for: monitor)
            let begun = ContinuousClock.now
            // A screening has made its pauses itself.
            var hasPaused = false
            do {
                record = try await verifiable()
                let turn = try await turn(record, monitor)
                if case .checked(let report) = turn { hasPassed = report.verdict == .passed }
                if case .screened = turn { hasPaused = true }
                await tell(turn)
            } catch let failure as Failure where failure.code == .refused {
                return hasPassed
            } catch let failure as Failure where failure.code == .unreachable || failure.code == .tryAgain {
                // A server that restarts is no end of the watch; it is told, and is no passed check.
                workspace.remark(.notice("not checked: \(failure.message)"))
            }
            due = max(begun + interval, hasPaused ? .now : .now + (.now - begun) * (Self.share - 1))
        }
    }

    private func turn(_ record: RunRecord, _ monitor: ThrottleMonitor) async throws -> VerificationTurn {
        if try await isUnchanged(record) { return .unchanged }
        if let screened = try await screen(record, { try await holdBack(for: monitor) }) { return .screened(screened) }
        return .checked(try await verify(isUnhurried: true))
    }

    /// Reads the rows in pieces, while the last full check holds; nil where a full check has to be made.
    private func screen(
        _ record: RunRecord,
        _ mayGoOn: () async throws -> Void
    ) async throws -> VerificationReport? {
        let screener = Screener(workspace: workspace, plan: plan, record: record, files: files(record.blueprint))
        guard screener.isPossible, try await isChecked(record) else { return nil }
        return try await explaining {
            if case .clean(let report) = try await screener.screen(mayGoOn: mayGoOn) { report } else { nil }
        }
    }

    /// Whether the newest full check passed, and Crossfade has changed nothing since it began.
    private func isChecked(_ record: RunRecord) async throws -> Bool {
        try await observing("verify") { connection in try isChecked(record, on: connection) }
    }

    private func isChecked(_ record: RunRecord, on connection: Connection) throws -> Bool {
        let ledger = Ledger(connection)
        guard try ledger.isCurrent, let check = try ledger.lastCheck(of: record.id), check.verdict == .passed else {
            return false
        }
        return try ledger.lastChange(of: record.id).map { $0 < check.ordinal } ?? true
    }

    /// Whether the newest check passed and nothing has been written, or done by Crossfade, since it began.
    private func isUnchanged(_ record: RunRecord) async throws -> Bool {
        try await observing("verify") { connection in
            guard try isChecked(record, on: connection) else { return false }
            return try Ledger(connection).writesAtLastCheck(of: record.id)
                == WriteCounters.read(record.blueprint.tables, on: connection)
        }
    }

    /// At once, or so long after the last check: a watch that is started again does not begin from the start.
    private func nextCheck(_ record: RunRecord, every interval: Duration) async throws -> ContinuousClock.Instant {
        let wait = try await observing("verify") { connection -> Double in
            let ledger = Ledger(connection)
            guard try ledger.isCurrent, try ledger.openScreening(of: record.id) == nil,
                let last = try ledger.lastLook(of: record.id)
            else { return 0 }
            return interval.seconds - (try Observation.now(on: connection)).timeIntervalSince(last)
        }
        return .now + .seconds(max(0, wait))
    }

    private func throttle(_ record: RunRecord) -> ThrottleMonitor {
        var settings = plan.pace.backfill.throttle
        // There is no commit of ours to be measured.
        settings.commitLatency = nil
        return ThrottleMonitor(
            workspace,
            plan: plan.name.text,
            table: record.blueprint.table,
            settings: settings,
            window: nil,
            commitLatency: { nil },
            onChange: { [workspace] now, _ in
                workspace.remark(
                    .notice(now.map { "the next check waits: \($0.text)" } ?? "the next check waits no longer")
                )
            }
        )
    }

    private func holdBack(for monitor: ThrottleMonitor) async throws {
        while monitor.hold != nil { try await Task.sleep(for: .milliseconds(500)) }
    }

    /// The check that the plan wants while a phase waits, when it is due; what it found when it failed.
    func verifyWhileWaiting(_ control: RunControl) async throws -> VerificationReport? {
        guard let interval = plan.verifyEvery else { return nil }
        let record = try await control.existing()
        guard record.run.furthestPhase != nil, record.run.state == .active, !record.run.isBlocked,
            try await nextCheck(record, every: interval) <= .now, try await !isUnchanged(record)
        else { return nil }
        workspace.remark(.notice("checking every row while the gate waits"))
        if try await screen(record, { try workspace.interruption.check() }) != nil { return nil }
        let report = try await fullCheck(control, nil, isUnhurried: true)
        return report.verdict == .failed ? report : nil
    }
}
