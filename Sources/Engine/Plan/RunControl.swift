import Foundation
import Postgres
import Synchronization
import Workflow

/// A run held by this process: its session, its lease, and the way to move its state.
///
/// **Invariant:** every change of state is written together with what performs it or proves it, under the lease.
final class RunControl: Sendable {
    let workspace: Workspace
    let plan: Plan
    let session: RunnerSession
    let lease: Lease
    let deadlockTimeout: Duration
    let hooks: HookFeed
    private let heartbeat: Task<Void, Never>

    /// Takes the plan for this process.
    ///
    /// - Throws: ``Failure`` `tryAgain` when another process runs it.
    static func open(_ plan: Plan, _ workspace: Workspace) async throws -> RunControl {
        let session = try await RunnerSession(
            workspace,
            plan: plan.name.text,
            role: "run",
            patience: plan.pace.lockDeadline
        )
        do {
            let (lease, deadlock) = try await session.retrying { [plan, workspace] connection in
                try LedgerPublications(connection).require(
                    acknowledged: plan.acknowledge,
                    orSay: "write acknowledge: [\(LedgerPublications.id)] in the plan"
                )
                try Ledger(connection).install(LedgerScripts(workspace.templates))
                let milliseconds: Int = try connection.queryKept(
                    "SELECT setting::int AS setting FROM pg_settings WHERE name = 'deadlock_timeout'"
                ).only().decode("setting")
                return (
                    try Lease.acquire(plan.name, for: workspace.actor, on: connection),
                    Duration.milliseconds(milliseconds)
                )
            }
            return RunControl(workspace, plan, session, lease, deadlock)
        } catch {
            await session.close()
            throw error
        }
    }

    private init(
        _ workspace: Workspace,
        _ plan: Plan,
        _ session: RunnerSession,
        _ lease: Lease,
        _ deadlockTimeout: Duration
    ) {
        self.workspace = workspace
        self.plan = plan
        self.session = session
        self.lease = lease
        self.deadlockTimeout = deadlockTimeout
        hooks = HookFeed(plan, workspace, session, lease: lease)
        heartbeat = Task { await Self.renew(lease, plan, workspace) }
    }

    /// Gives the plan back.
    func close() async {
        heartbeat.cancel()
        await heartbeat.value
        do {
            try await session.retrying { [lease] connection in try lease.release(on: connection) }
        } catch {
            workspace.remark(
                .notice("the plan could not be given back (\(error)); its lease ends by itself in \(Lease.lifetime) s")
            )
        }
        await session.close()
    }

    /// Renews from a session of its own, so that a long statement does not let the lease expire.
    private static func renew(_ lease: Lease, _ plan: Plan, _ workspace: Workspace) async {
        var session: Session?
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .seconds(Lease.lifetime / 3))
                if session == nil { session = try await workspace.openSession(plan.name.text, "lease") }
                guard let open = session else { continue }
                let isOurs = try await open.run { connection in try lease.renew(on: connection) }
                guard isOurs else { break }
            } catch is CancellationError {
                break
            } catch {
                // The server may be restarting; the lease is fenced, so a late renewal can do no harm.
                await session?.close()
                session = nil
            }
        }
        await session?.close()
    }

    // MARK: - State

    /// The run as the ledger has it now; nil before the first advance.
    func record() async throws -> RunRecord? {
        try await session.retrying { [plan] connection in try Ledger(connection).newestRun(of: plan.name) }
    }

    /// The run, which must be there.
    func existing() async throws -> RunRecord {
        guard let record = try await record() else {
            throw Failure(
                .refused,
                "the plan \(plan.name.text) has not begun",
                hint: "crossfade advance \(plan.name.text)"
            )
        }
        return record
    }

    /// Applies an event in one transaction: the run is read anew under a lock, moved, written back, and logged.
    ///
    /// Hooks are told of it afterwards.
    @discardableResult
    func apply(
        _ event: Event,
        _ log: LedgerEvent,
        also: @escaping @Sendable (Ledger, RunRecord) throws -> Void = { _, _ in }
    ) async throws -> [Action] {
        let actions = try await session.retrying { [plan, lease, workspace] connection in
            try lease.transaction(on: connection) { connection in
                try Self.move(event, log, plan, workspace.actor, on: connection, also: also)
            }
        }
        await hooks.tell()
        return actions
    }

    /// The moving itself, for commands that need no lease (pause, resume, a check on demand) as well.
    static func move(
        _ event: Event,
        _ log: LedgerEvent,
        _ plan: Plan,
        _ actor: Actor,
        on connection: Connection,
        also: (Ledger, RunRecord) throws -> Void = { _, _ in }
    ) throws -> [Action] {
        let ledger = Ledger(connection)
        _ = try connection.queryKept(
            "SELECT FROM crossfade.run r WHERE plan = $1 AND \(Ledger.isRemembered) ORDER BY id DESC LIMIT 1 FOR UPDATE",
            [plan.name.text]
        )
        guard let record = try ledger.newestRun(of: plan.name) else {
            throw Failure(
                .refused,
                "the plan \(plan.name.text) has not begun",
                hint: "crossfade advance \(plan.name.text)"
            )
        }
        var run = record.run
        let actions = try run.handle(event)
        try ledger.save(run, was: record.run, id: record.id)
        try ledger.append(log, run: record.id, plan: plan.name.text, by: actor)
        try also(ledger, record)
        return actions
    }
}
