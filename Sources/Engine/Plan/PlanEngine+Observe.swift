import Foundation
import Postgres
import SQL
package import Workflow

extension PlanEngine {
    /// Resolves the plan against the catalog and tells everything found.
    ///
    /// With `looksAtData` the rows are looked at too, which may take as long as reading the table.
    package func check(looksAtData: Bool = false) async throws -> [Finding] {
        try await observing("check") { [plan, workspace] connection in
            let record = try Ledger(connection).newestRun(of: plan.name)
            if let record, record.run.status(of: .contract).hasBegun { return [] }
            if let record, try isContractByHandNext(record, on: connection) {
                return [Finding("by-hand", .advice, ContractByHand.message, hint: ContractByHand.remedy(plan))]
            }
            let resolution = try Resolution.resolve(plan, on: connection)
            let isRefused = resolution.findings.contains { $0.weight == .refused }
            guard looksAtData, !isRefused, record?.run.furthestPhase == nil else {
                let path = try record.flatMap { try EvidencePath(of: $0, self.files($0.blueprint), on: connection) }
                let changes = record.flatMap { OutsideChangeReader(plan: plan, record: $0).changes(in: resolution) }
                return resolution.findings + (changes?.findings ?? [])
                    + (try path?.breaks() ?? []).map(\.finding)
            }
            let files = PhaseFiles(
                templates: workspace.templates,
                blueprint: resolution.blueprint,
                folder: migrationsFolder
            )
            return resolution.findings + (try DataCheck(connection: connection, files: files).findings())
        }
    }

    /// For the process that holds the plan itself, `ignoresHolder`.
    func reader(on connection: Connection, ignoresHolder: Bool) -> StatusReader {
        StatusReader(connection: connection, plan: plan, files: { files($0) }, ignoresHolder: ignoresHolder)
    }

    /// Where the run stands.
    package func status() async throws -> StatusReport {
        try await observing("status") { try reader(on: $0, ignoresHolder: false).read() }
    }

    /// May this phase begin? Changes nothing; a full check that the phase asks for is run and not recorded.
    package func gate(_ phase: Phase) async throws -> Gate {
        try await explaining {
            let newest = try await observing("gate") { [plan] connection in
                try Ledger(connection).newestRun(of: plan.name).map { try withoutEmptyContract($0, on: connection) }
            }
            // After a rollback the plan may begin anew.
            let record = newest?.run.state == .rolledBack ? nil : newest
            if let record, !record.run.state.isOver { try requireSameDigests(record) }
            if let record, phase == .contract,
                try await observing("gate", { try isContractByHandNext(record, on: $0) })
            {
                return ContractByHand.gate(plan)
            }
            var check: CheckSummary?
            if plan.comparesRows(before: phase), let record, record.isSynced, record.run.nextPhase == phase,
                !record.run.isBlocked
            {
                check = try await Verifier(
                    workspace: workspace,
                    plan: plan,
                    record: record,
                    files: files(record.blueprint)
                )
                .verify().summary
            }
            return try await observing("gate") { [plan, check] connection in
                let look = try keeper(of: record, on: connection).look(at: phase, check: check)
                var gate = look.gate
                if let record, let resolution = look.resolution {
                    gate.changes = OutsideChangeReader(plan: plan, record: record).changes(in: resolution)
                }
                return gate
            }
        }
    }

    /// The event log.
    package func history() async throws -> [HistoryEntry] {
        try await observing("history") { [plan] connection in try Ledger(connection).history(of: plan.name) }
    }

    /// Keeps the run from moving until `resume`; a backfill stops after its chunk.
    package func pause() async throws -> StatusReport {
        try await hold(.pause, LedgerEvent("paused", "by \(workspace.actor.name)"))
    }

    /// Lets a paused run move again, with what was undone meanwhile.
    package func resume() async throws -> StatusReport {
        try await restoreWhilePaused()
        return try await hold(.resume, LedgerEvent("resumed", "by \(workspace.actor.name)"))
    }

    /// Where no process holds the plan; one that does is in its own step.
    private func restoreWhilePaused() async throws {
        let isUndone = try await observing("control") { [plan, workspace] connection in
            guard try Ledger(connection).isCurrent, let record = try Ledger(connection).newestRun(of: plan.name),
                record.run.state == .paused, try Lease.holder(of: plan.name, on: connection) == nil,
                // Another program's steps are not this one's to run; the next advance says so.
                record.changeDigest == plan.changeDigest,
                record.templateDigest == workspace.templates.digest(of: plan.change.kind.families)
            else { return false }
            return try !undoneSteps(of: record, on: connection).isEmpty
        }
        guard isUndone else { return }
        _ = try await controlling { control in try await restoreAndCheck(control) }
    }

    /// Needs no lease: it is meant for a run that another process holds.
    private func hold(_ event: Event, _ log: LedgerEvent) async throws -> StatusReport {
        try await observing("control") { [plan, workspace] connection in
            guard try Ledger(connection).isInstalled else {
                throw Failure(
                    .refused,
                    "the plan \(plan.name.text) has not begun",
                    hint: "crossfade advance \(plan.name.text)"
                )
            }
            try connection.transaction { connection in
                _ = try RunControl.move(event, log, plan, workspace.actor, on: connection)
            }
        }
        await HookFeed.tell(plan, workspace)
        return try await status()
    }

    /// All runs in the ledger, the newest of each plan.
    package static func overview(workspace: Workspace) async throws -> [(plan: String, state: RunState, phase: Phase?)]
    {
        let rows: [(String, String, String?)]
        do {
            let session = try await workspace.openSession("-", "status")
            rows = try await session.run { connection in
                guard try Ledger(connection).isInstalled else { return [] }
                return try connection.queryKept(
                    """
                    SELECT DISTINCT ON (r.plan) r.plan, r.state,
                           (SELECT phase FROM crossfade.phase p WHERE p.run = r.id AND p.status <> 'verified' ORDER BY position LIMIT 1) AS phase
                      FROM crossfade.run r WHERE \(Ledger.isRemembered) ORDER BY r.plan, r.id DESC
                    """
                ).map { (try $0.decode("plan"), try $0.decode("state"), try $0.decodeIfPresent("phase")) }
            }
            await session.close()
        } catch let error as PostgresError {
            throw Failure(
                error.isConnectionProblem ? .unreachable : .failed,
                "the database cannot be read: \(error)",
                hint: "check --database, DATABASE_URL or the PG* variables"
            )
        }
        return rows.map {
            (plan: $0.0, state: RunState(rawValue: $0.1) ?? .new, phase: $0.2.flatMap(Phase.init(rawValue:)))
        }
    }
}
