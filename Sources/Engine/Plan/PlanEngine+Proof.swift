import Postgres
import Workflow

/// The full check of every row and of the shape, and what a run makes of it.
extension PlanEngine {
    /// Verifies an applied phase; returns what keeps it from being verified.
    func prove(_ phase: Phase, _ control: RunControl) async throws -> Turn? {
        let record = try await control.existing()
        if phase == .dualWriteCheck, let baseline = record.phases[phase]?.baseline {
            let files = files(record.blueprint)
            let gate = try await control.session.retrying { [plan] connection in
                let path = try EvidencePath(of: record, files, on: connection)
                let observation = Observation(
                    plan: plan,
                    blueprint: record.blueprint,
                    recording: try path?.state(of: record.id)
                )
                return try observation.gate(since: baseline, on: connection)
            }
            if gate.verdict != .open { return .shut(gate) }
        }
        workspace.remark(.phase(phase, "verifying"))
        let result = try await fullCheck(control, phase)
        guard result.verdict == .passed else { return .failed(result) }
        _ = try await control.apply(
            .verified(phase),
            LedgerEvent("phase verified", phase: phase, "\(result.rowsChecked) rows checked, none wrong")
        )
        return nil
    }

    /// Runs the full check and records its verdict, which is durable.
    func fullCheck(
        _ control: RunControl,
        _ phase: Phase?,
        of record: RunRecord? = nil,
        isUnhurried: Bool = false
    ) async throws -> VerificationReport {
        let stored = try await control.existing()
        let record = record ?? stored
        let result = try await Verifier(
            workspace: workspace,
            plan: plan,
            record: record,
            files: files(record.blueprint),
            isUnhurried: isUnhurried
        ).verify()
        workspace.faults.reached(.verification)
        let report = result.report
        _ = try await control.apply(.checked(passed: report.verdict == .passed), Self.event(report, phase)) {
            ledger,
            stored in
            try ledger.record(result, phase: phase, run: stored.id)
        }
        try await control.session.retrying { [lease = control.lease] connection in
            try ReaderWatch(connection: connection, record: record).look(under: lease)
        }
        return report
    }

    static func event(_ report: VerificationReport, _ phase: Phase?) -> LedgerEvent {
        let failed = report.checks.filter { $0.verdict == .failed }
        let samples = failed.flatMap(\.samples).prefix(3).joined(separator: "; ")
        return LedgerEvent(
            "check \(report.verdict.rawValue)",
            phase: phase,
            failed.isEmpty
                ? "\(report.rowsChecked) rows checked, none wrong"
                : "\(report.violations) violations in \(report.rowsChecked) rows: \(samples)"
        )
    }
}
