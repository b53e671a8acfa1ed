import Foundation
import Postgres
import Workflow

/// Tells a plan's hooks what the event log says, and asks those that may keep a phase from beginning.
///
/// The log is the outbox: each hook is told each event at least once and in order, by whichever command comes first.
/// **Invariant:** no transaction is open while a hook is called, and none that cannot be reached stops a run.
struct HookFeed: Sendable {
    private let plan: Plan
    private let workspace: Workspace
    private let session: RunnerSession
    /// Under which the plan is run; nil for a command that does not hold it, which asks nothing.
    private let lease: Lease?
    private let calls: HookCall

    init(_ plan: Plan, _ workspace: Workspace, _ session: RunnerSession, lease: Lease? = nil) {
        self.plan = plan
        self.workspace = workspace
        self.session = session
        self.lease = lease
        calls = HookCall(plan, target: workspace.target)
    }

    /// Tells what a command has written that does not hold the plan.
    static func tell(_ plan: Plan, _ workspace: Workspace) async {
        guard !listeners(plan).isEmpty else { return }
        do {
            let patience = Duration.seconds(5)
            let session = try await RunnerSession(workspace, plan: plan.name.text, role: "hooks", patience: patience)
            await HookFeed(plan, workspace, session).tell()
            await session.close()
        } catch {
            workspace.remark(.notice("the hooks could not be told: \(error)"))
        }
    }

    private static func listeners(_ plan: Plan) -> [Hook] { plan.hooks.filter { !$0.occurrences.isEmpty } }

    // MARK: - Asking

    /// Asks every hook of the plan that may keep this from beginning.
    ///
    /// - Returns: whether there was one to ask.
    /// - Throws: ``Failure`` `closed` with what the first of them said against it, which the log keeps.
    @discardableResult
    func ask(_ threshold: Hook.Threshold, _ gate: Gate) async throws -> Bool {
        let asked = plan.hooks.filter { $0.isAsked(before: threshold) }
        for hook in asked {
            let what = threshold.rawValue
            workspace.remark(.notice("asking \(hook.title) before \(what)"))
            guard let objection = try await calls.objection(of: hook, to: try await question(threshold, gate)) else {
                continue
            }
            let refusal = "\(what) does not begin: the hook \(hook.title) \(objection)"
            try await session.retrying { [plan, workspace, lease] connection in
                try connection.transaction { connection in
                    try lease?.require(on: connection)
                    let ledger = Ledger(connection)
                    let run = try ledger.newestRun(of: plan.name)?.id
                    let event = LedgerEvent("hook refused", phase: Phase(rawValue: what), refusal)
                    try ledger.append(event, run: run, plan: plan.name.text, by: workspace.actor)
                }
            }
            let command = threshold == .purge ? "purge" : "advance"
            throw Failure(
                .closed,
                refusal,
                hint: "once it agrees, crossfade \(command) \(plan.name.text) asks it again; nothing has changed"
            )
        }
        try workspace.interruption.check()
        return !asked.isEmpty
    }

    private func question(_ threshold: Hook.Threshold, _ gate: Gate) async throws -> HookMessage {
        let (now, role): (Date, String) = try await session.retrying { connection in
            let row = try connection.query("SELECT clock_timestamp() AS now, session_user::text AS role").only()
            return (try row.decode("now"), try row.decode("role"))
        }
        return HookMessage(
            event: "before",
            plan: plan.name,
            phase: threshold.rawValue,
            at: now,
            actor: workspace.actor.name,
            role: role,
            message: "\(threshold.rawValue) is about to begin",
            gate: gate
        )
    }

    // MARK: - Telling

    /// Tells that a phase waits, once for what it waits for.
    func note(_ gate: Gate) async {
        guard gate.verdict == .waiting, plan.hooks.contains(where: { $0.occurrences.contains(.waiting) }) else {
            return
        }
        do {
            let event = try await session.retrying { [plan, workspace, lease] connection in
                try Ledger(connection).noteWaiting(gate, of: plan.name, by: workspace.actor, under: lease)
            }
            if let event { await tell(gate: (event, gate)) }
        } catch {
            remark(error)
        }
    }

    /// Tells every hook what it was not told of yet; what goes wrong is remarked, and left to the next command.
    ///
    /// - Parameter gate: what an event of this process was about.
    func tell(gate: (event: Int64, gate: Gate)? = nil) async {
        let listeners = Self.listeners(plan)
        guard !listeners.isEmpty else { return }
        do {
            let isReady = try await session.retrying { [plan] connection in
                let ledger = Ledger(connection)
                guard try ledger.isCurrent else { return false }
                try ledger.register(listeners, of: plan.name)
                return true
            }
            // Asked again after the lease is given back: who found it taken has left its events to us.
            while isReady, try await isAnyBehind(listeners) {
                guard let lease = try await leaseOfTelling() else { return }
                do {
                    for hook in listeners { try await catchUp(hook, lease, gate) }
                } catch {
                    try await session.retrying { connection in try lease.release(on: connection) }
                    throw error
                }
                try await session.retrying { connection in try lease.release(on: connection) }
            }
        } catch {
            remark(error)
        }
    }

    private func isAnyBehind(_ hooks: [Hook]) async throws -> Bool {
        try await session.retrying { [plan] connection in
            try hooks.contains { try Ledger(connection).nextEvent(for: $0, of: plan.name) != nil }
        }
    }

    /// The right to tell; nil while another process does.
    private func leaseOfTelling() async throws -> Lease? {
        do {
            return try await session.retrying { [plan, workspace] connection in
                try Lease.acquire(plan.name.telling, for: workspace.actor, on: connection)
            }
        } catch let failure as Failure where failure.code == .tryAgain {
            return nil
        }
    }

    private func catchUp(_ hook: Hook, _ lease: Lease, _ gate: (event: Int64, gate: Gate)?) async throws {
        while let event = try await session.retrying({ [plan] connection in
            try Ledger(connection).nextSettledEvent(for: hook, of: plan.name)
        }) {
            workspace.faults.reached(.hook)
            var message = HookMessage(event, of: plan.name)
            if let gate, gate.event == event.id { message.gate = gate.gate }
            let objection = try await persist(hook, message, lease)
            let failure = objection.map { objection in
                "the hook \(hook.title) was not told '\(message.event)'\(event.phase.map { " of \($0)" } ?? ""): it \(objection)"
            }
            try await session.retrying { [plan, workspace] connection in
                try lease.transaction(on: connection) { connection in
                    try Ledger(connection).settle(
                        event,
                        for: hook,
                        of: plan.name,
                        failure: failure,
                        by: workspace.actor
                    )
                }
            }
            if let failure { workspace.remark(.notice(failure)) }
        }
    }

    /// Calls a hook until it answers, or has been called often enough; returns what went wrong then.
    private func persist(_ hook: Hook, _ message: HookMessage, _ lease: Lease) async throws -> String? {
        var pause = Duration.milliseconds(500)
        for attempt in 0...hook.retries {
            let seconds = Lease.lifetime + Int(hook.timeout.seconds)
            let isOurs = try await session.retrying { connection in try lease.renew(for: seconds, on: connection) }
            guard isOurs else { throw StepFailure.leaseLost }
            guard let objection = try await calls.objection(of: hook, to: message) else { return nil }
            if attempt == hook.retries { return objection + (attempt > 0 ? " (after \(attempt + 1) tries)" : "") }
            try await rest(pause)
            pause = min(pause * 2, .seconds(10))
        }
        return nil
    }

    /// Shorter than a lease lives, and over at once when a person wants to stop.
    private func rest(_ pause: Duration) async throws {
        let end = ContinuousClock.now + pause
        while ContinuousClock.now < end {
            try workspace.interruption.check()
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func remark(_ error: any Error) {
        let reason: String
        switch error {
        // The command itself says that it was stopped.
        case is Interrupted, is CancellationError: return
        case let error as PostgresError where error.sqlState == .insufficientPrivilege:
            reason = "this role may not write crossfade.hook"
        case StepFailure.leaseLost: reason = "another process does"
        default: reason = "\(error)"
        }
        workspace.remark(.notice("the hooks are told by a later command of \(plan.name.text): \(reason)"))
    }
}

extension HookMessage {
    fileprivate init(_ event: HookEvent, of plan: PlanName) {
        self.init(
            event: event.occurrence.rawValue,
            plan: plan,
            phase: event.phase,
            at: event.at,
            actor: event.actor,
            role: event.role,
            message: event.message,
            eventID: event.id
        )
    }
}
