import Postgres
package import Workflow

/// The end of a run: what contract set aside is dropped.
extension PlanEngine {
    /// Drops what contract set aside, once `retain` is over.
    package func purge(confirmation: Confirmation) async throws -> AdvanceReport {
        try await controlling { control in
            let record = try await control.existing()
            try requireSameDigests(record)
            // First what the state says, then what time says, then what the person says.
            var probe = record.run
            _ = try probe.handle(.purge(gate: .open))
            switch try await drop(record, control, confirmation) {
            case .shut(let gate):
                return try await report(control, [], gate.verdict == .waiting ? .waiting(gate) : .closed(gate))
            case .failed(let result): return try await report(control, [], .failedCheck(result))
            default: return try await report(control, ["purged: the old shape is gone"], .done)
            }
        }
    }

    /// Whether purge belongs to the contract that is verified, so that `advance` brings the run to its end.
    ///
    /// Nothing was set aside, or nothing is to be kept (`retain: 0s`) and contract was let in; or purge has begun. A process may
    /// have died before it.
    func isPurgeDue(_ record: RunRecord, _ control: RunControl) async throws -> Bool {
        guard record.run.nextPhase == nil, record.run.state == .active, !record.run.isBlocked else { return false }
        if record.blueprint.words.purged == nil { return true }
        return try await control.session.retrying { [plan] connection in
            let ledger = Ledger(connection)
            if try ledger.hasBegunPurge(record.id) { return true }
            return try plan.retain == .zero && !ledger.hasFoundContract(of: record.id)
        }
    }

    /// Ends a run whose purge is due; returns what keeps it from that.
    ///
    /// With `isConfirmed` the person has just confirmed contract, and that nothing is kept.
    func endRun(
        _ record: RunRecord,
        _ control: RunControl,
        _ confirmation: Confirmation,
        isConfirmed: Bool,
        _ done: inout [String]
    ) async throws -> Turn? {
        guard record.blueprint.words.purged != nil else {
            try await purgeNow(control)
            done.append("nothing was set aside: the run is completed")
            return nil
        }
        if let obstacle = try await drop(record, control, isConfirmed ? nil : confirmation) { return obstacle }
        done.append("purged: the old shape is gone")
        return nil
    }

    /// Asks gate, person and hooks, and drops the old shape; returns what keeps it from that.
    private func drop(_ record: RunRecord, _ control: RunControl, _ confirmation: Confirmation?) async throws -> Turn? {
        let gate = try await control.session.retrying { try keeper(of: record, on: $0).purgeGate() }
        if gate.verdict != .open { return .shut(gate) }
        try await confirmation?.require(
            plan,
            for: "purge",
            losing: "\(record.blueprint.words.purged ?? "nothing") is dropped for good"
        )
        try await control.hooks.ask(.purge, gate)
        // Nothing of one's own SQL is looked at under the lock, and a check may be a week old. Once purge has begun there is
        // nothing to check any more.
        if record.blueprint.family == CustomBlueprint.family,
            try await !control.session.retrying({ try Ledger($0).hasBegunPurge(record.id) })
        {
            let result = try await fullCheck(control, nil)
            guard result.verdict == .passed else { return .failed(result) }
        }
        try await purgeNow(control)
        return nil
    }

    /// Drops the old shape; the step's own transaction makes sure that nothing else contains it.
    private func purgeNow(_ control: RunControl) async throws {
        let record = try await control.existing()
        let files = files(record.blueprint)
        if let loaded = try files.load(.purge) {
            _ = try await PhaseRunner(control: control, record: record, files: files).run(loaded, phase: .contract)
        }
        _ = try await control.apply(
            .purged,
            LedgerEvent("purged", "\(record.blueprint.words.purged ?? "nothing") dropped")
        )
    }
}
