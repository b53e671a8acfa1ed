import Postgres
import SQL
import Workflow

/// Runs single steps: skips what is done, tries for locks, proves the outcome.
///
/// A step's postcondition is the only proof that counts. It is looked at before, in the step's own transaction, and again
/// after anything went wrong, so that a lost answer or a second runner never makes a step run twice.
struct StepRunner: Sendable {
    let session: RunnerSession
    let workspace: Workspace
    let plan: Plan
    let lease: Lease
    let run: Int64
    let deadlockTimeout: Duration

    /// What became of a step.
    enum Outcome: Sendable {
        case done
        case alreadyDone
    }

    /// Runs a step of a phase that is not a chunk step; its guards look before each try.
    func run(_ step: Step, of file: String, phase: Phase?, guards: [any StepGuard] = []) async throws -> Outcome {
        let message = StepMessage(
            step: step,
            run: run,
            plan: plan.name.text,
            file: file,
            lease: lease,
            actor: workspace.actor,
            phase: phase
        )
        if try await isDone(step) { return .alreadyDone }
        workspace.remark(.step(step.title))
        do {
            switch step.mode {
            case .transaction: try await runInTransaction(message, guards)
            case .none: try await runAlone(message)
            case .chunk: throw StepFailure.postcondition(step: step.title)
            }
        } catch let failure as StepFailure {
            try await record(failure, message)
            throw failure
        }
        return .done
    }

    /// Whether the step's postcondition holds.
    func isDone(_ step: Step) async throws -> Bool {
        try await session.retrying { connection in
            guard let row = try connection.query(step.done).first else { return false }
            return try row.decodeIfPresent(at: 0, as: Bool.self) ?? false
        }
    }

    private func record(_ failure: StepFailure, _ message: StepMessage) async throws {
        if case .leaseLost = failure { return }
        let text = failure.failure(plan.name.text).message
        try await session.record(message, StepMessage.Outcome(word: "failed", seconds: "0", error: text))
    }
}

// MARK: - One transaction

extension StepRunner {
    private func runInTransaction(_ message: StepMessage, _ guards: [any StepGuard]) async throws {
        let title = message.step.title
        var ladder = LockLadder(
            first: plan.pace.lockTimeout,
            deadline: plan.pace.lockDeadline,
            deadlockTimeout: deadlockTimeout
        )
        var timeout = plan.pace.lockTimeout
        let start = ContinuousClock.now
        var guarding: [String] = []
        var looked: ContinuousClock.Instant?
        var comparesRows = true
        var hasTriedUnknown = false
        while true {
            try workspace.interruption.check()
            if !guards.isEmpty, looked.map({ $0 + LastLook.interval < .now }) ?? true {
                guarding = []
                for one in guards { guarding += try await one.statements(comparesRows: comparesRows) }
                looked = .now
            }
            let script = try message.text(lockTimeout: timeout, attempt: ladder.tries + 1, guards: guarding)
            guard let error = await session.attempt(script) else { return }
            // The answer may be lost and the work done; or a process that ran before us got there first.
            if try await isDone(message.step) { return }
            guard error.isWorthRetrying else { throw Self.failure(error, title, message.phase) }
            // Something took too long under the lock, and would again: the comparison is the only thing that may.
            if !guards.isEmpty, comparesRows, error.sqlState == .queryCanceled {
                (comparesRows, looked) = (false, nil)
                workspace.remark(.notice("the rows are not compared again under the lock: it takes too long"))
            }
            let blockers = try await findBlockers(message.step)
            let move = ladder.failed(
                elapsed: ContinuousClock.now - start,
                onlyAutovacuum: onlyAutovacuum(blockers, &hasTriedUnknown),
                jitter: Double.random(in: 0...1)
            )
            guard case .retry(let pause, let next) = move else {
                throw StepFailure.lock(
                    step: title,
                    tries: ladder.tries,
                    waited: .seconds(Int((ContinuousClock.now - start).seconds.rounded())),
                    blockers: blockers.map(\.text)
                )
            }
            timeout = next
            workspace.remark(.blocked(step: title, by: blockers.map(\.text), retryIn: pause))
            try await pauseUnlessInterrupted(pause)
        }
    }

    private static func failure(_ error: PostgresError, _ title: String, _ phase: Phase? = nil) -> StepFailure {
        switch error.sqlState {
        case .leaseLost: .leaseLost
        case .requirementFailed where error.isPostcondition: .postcondition(step: title)
        case .requirementFailed where error.loss != nil:
            .lossy(step: title, phase: phase ?? .contract, error.loss ?? "")
        case .requirementFailed where error.isLastLook: .guarded(step: title, error.serverMessage ?? "")
        default: .statement(step: title, error)
        }
    }

    /// Whether nothing but autovacuum is in the way, which gives way to a longer try.
    ///
    /// One that may be autovacuum or not gets one longer try: others would be held up by each.
    private func onlyAutovacuum(_ blockers: [Blocker], _ hasTriedUnknown: inout Bool) -> Bool {
        guard !blockers.isEmpty, blockers.allSatisfy({ $0.givesWay ?? true }) else { return false }
        guard blockers.contains(where: { $0.givesWay == nil }) else { return true }
        defer { hasTriedUnknown = true }
        return !hasTriedUnknown
    }

    private func findBlockers(_ step: Step) async throws -> [Blocker] {
        let locks = step.statements.flatMap(\.locks).strongest
        return try await session.retrying { connection in try Blocker.find(locks, on: connection) }
    }

    /// Waits in slices, so that a wish to stop is heard.
    func pauseUnlessInterrupted(_ duration: Duration) async throws {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            try workspace.interruption.check()
            try await Task.sleep(for: min(.milliseconds(100), end - ContinuousClock.now))
        }
    }
}

// MARK: - Outside any transaction

extension StepRunner {
    /// Runs a statement that waits for transactions older than itself.
    ///
    /// A lock_timeout would leave an invalid index behind each
    /// time. It gets none, and a watchdog that tells whom it waits for and ends it at the deadline.
    private func runAlone(_ message: StepMessage) async throws {
        guard let statement = message.step.statements.first else { return }
        let start = ContinuousClock.now
        let alone = try await lone(for: statement, message.step)
        let watchdog = Watchdog(workspace: workspace, plan: plan, step: message.step.title, pid: alone.processID)
        let error = await watchdog.watching { await alone.attempt(statement.text) }
        await alone.close()
        if try await !isDone(message.step) {
            if let blockers = watchdog.gaveUpOn {
                throw StepFailure.lock(
                    step: message.step.title,
                    tries: 1,
                    waited: plan.pace.lockDeadline,
                    blockers: blockers,
                    left: try await invalidIndexes(of: statement)
                )
            }
            if case .cancelled = error { throw CancellationError() }
            throw error.map { Self.failure($0, message.step.title) } ?? .postcondition(step: message.step.title)
        }
        let seconds = (ContinuousClock.now - start).seconds
        try await session.record(message, StepMessage.Outcome(word: "done", seconds: String(seconds)))
    }

    /// The index that a build has left INVALID.
    private func invalidIndexes(of statement: Statement) async throws -> [String] {
        guard let index = statement.index else { return [] }
        return try await session.retrying { connection in
            try connection.query(
                """
                SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid
                """,
                [index.quoted]
            ).map { try $0.decode("name", as: String.self) }
        }
    }

    /// The session for the statement, which has proved to be in the right database where it is another one.
    private func lone(for statement: Statement, _ step: Step) async throws -> LoneSession {
        let alone: LoneSession
        do {
            alone = try await session.alone()
        } catch let pooler as PoolerInTheWay {
            throw StepFailure.pooled(step: step.title, statement: statement.text, pooler)
        }
        do {
            try await alone.require(lease)
            return alone
        } catch {
            await alone.close()
            throw error
        }
    }
}

extension PostgresError {
    /// Whether the same step may well succeed a little later.
    var isWorthRetrying: Bool { isConnectionProblem || isRetryable || sqlState == .queryCanceled }

    /// Whether crossfade.require was called for the step's own postcondition.
    var isPostcondition: Bool { serverMessage == "the postcondition does not hold" }

    /// Whether it was called for what has to hold under the lock.
    var isLastLook: Bool { serverMessage?.hasPrefix(LastLook.mark) == true }

    /// What would be lost, where that is why it was called.
    var loss: String? {
        guard let message = serverMessage, message.hasPrefix(LossLook.mark) else { return nil }
        return String(message.dropFirst(LossLook.mark.count))
    }

    /// The server's words; nil for an error that is not the server's.
    var serverMessage: String? {
        guard case .server(let error) = self else { return nil }
        return error.message
    }
}
