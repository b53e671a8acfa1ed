import Postgres
import Synchronization
import Workflow

/// Copies chunk after chunk on a session of its own until the pass has none left.
struct BackfillWorker: Sendable {
    let number: Int
    let participant: BackfillParticipant

    private var workspace: Workspace { participant.workspace }

    /// A process that stops between two statements keeps rows locked for two seconds, those of the table and of the ledger.
    private static let settings = ["idle_in_transaction_session_timeout": "2000"]

    /// Why a worker stopped; never in the middle of a chunk.
    enum End: Sendable {
        /// Nothing of the pass is left, with this process or another.
        case passOver
        /// The plan now asks for fewer workers.
        case notWanted
        case interrupted
        case paused
    }

    func work(on pass: Int) async throws -> End {
        do {
            guard let session = try await open(pass) else {
                return participant.wants(number) ? .passOver : .notWanted
            }
            participant.conditions.withLock { $0.connectedWorkers += 1 }
            let end: Result<End, any Error>
            do {
                end = .success(try await work(on: pass, session))
            } catch {
                end = .failure(error)
            }
            await session.close()
            participant.conditions.withLock { $0.connectedWorkers -= 1 }
            return try end.get()
        } catch is Interrupted {
            return .interrupted
        } catch is Paused {
            return .paused
        }
    }

    /// A session, or nil when the pass went to its end without this worker.
    ///
    /// The server or the role may have room for fewer sessions than the plan asks for: the workers that have one go on.
    private func open(_ pass: Int) async throws -> RunnerSession? {
        var isTold = false
        while true {
            do {
                return try await RunnerSession(
                    workspace,
                    plan: participant.plan.name.text,
                    role: "backfill-\(number)",
                    patience: participant.plan.pace.lockDeadline,
                    settings: Self.settings
                )
            } catch let error as PostgresError where error.isConnectionProblem {
                // The others may only be connecting, too.
                if try await !mayTryAgain(pass, in: .seconds(1)) { return nil }
                guard participant.conditions.withLock({ $0.connectedWorkers > 0 }) else { throw error }
                if !isTold {
                    isTold = true
                    workspace.remark(
                        .notice("worker \(number) has no connection (\(error)); the others go on without it")
                    )
                }
                if try await !mayTryAgain(pass, in: .seconds(4)) { return nil }
            }
        }
    }

    /// Waits; false as soon as there is nothing left to connect for.
    private func mayTryAgain(_ pass: Int, in time: Duration) async throws -> Bool {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            try workspace.interruption.check()
            if !participant.wants(number) || participant.isOver || participant.isFinished(pass) { return false }
            try await Task.sleep(for: .milliseconds(50))
        }
        return true
    }

    private func work(on pass: Int, _ session: RunnerSession) async throws -> End {
        var sizer = sizer(for: pass)
        let copier = ChunkCopier(
            session: session,
            workspace: workspace,
            run: participant.run,
            step: participant.step.title,
            statement: participant.statement,
            lease: participant.lease
        )
        var idle = 1
        var claimed: Chunk?
        while participant.wants(number) {
            try workspace.interruption.check()
            if participant.isOver || participant.isFinished(pass) { return .passOver }
            if participant.isRunner, participant.isPaused { return .paused }
            if participant.hold != nil || participant.duty(of: number) == 0 {
                // Others may end the pass meanwhile, here or elsewhere.
                if idle.isMultiple(of: 10), try await isOver(pass, session) { return .passOver }
                idle += 1
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            idle = 0
            sizer.retarget(participant.chunkTarget)
            do {
                guard let chunk = try await claim(pass, sizer.size, session) else {
                    if try await isOver(pass, session) { return .passOver }
                    // The rest is being copied elsewhere, by a person who may approve yet die over it.
                    try await Task.sleep(for: .milliseconds(100))
                    continue
                }
                workspace.faults.reached(.claim)
                claimed = chunk
                let outcome = try await participant.activity.during { try await copier.copy(chunk) }
                guard case .done(let elapsed) = outcome else { continue }
                workspace.faults.reached(.chunk)
                remarkIfSlow(sizer.finished(size: chunk.size, in: elapsed), elapsed)
                try await rest(after: elapsed)
            } catch StepFailure.leaseLost where !participant.isRunner {
                participant.lostLease()
                // Whoever runs the plan now need not wait for this claim to run out.
                if let claimed { try await giveBack(claimed, session) }
            }
        }
        return .notWanted
    }

    private func sizer(for pass: Int) -> ChunkSizer {
        let target = participant.chunkTarget
        // A sweep finds little: larger chunks.
        switch participant.statement.range {
        case .blocks: return .blocks(target: target, initial: pass == 1 ? 64 : 1024)
        case .key: return .rows(target: target, initial: pass == 1 ? 1000 : 10_000)
        }
    }

    private func claim(_ pass: Int, _ size: Int, _ session: RunnerSession) async throws -> Chunk? {
        let lease = try participant.lease()
        var tries = 0
        while true {
            do {
                return try await session.retrying { [participant, number] connection in
                    try lease.transaction(on: connection) { connection in
                        let state: String = try connection.queryKept(
                            "SELECT state FROM crossfade.run WHERE id = $1",
                            [participant.run]
                        ).only().decode("state")
                        if state == RunState.paused.rawValue { throw Paused() }
                        // A rollback has begun under another lease: nothing is to be copied any more.
                        if !participant.isRunner, state != RunState.active.rawValue { throw RunOver() }
                        return try PassBook(
                            connection: connection,
                            run: participant.run,
                            step: participant.step.title
                        )
                        .claim(
                            pass,
                            size: size,
                            by: participant.statement.range,
                            worker: "\(participant.name)/\(number)"
                        )
                    }
                }
            } catch is RunOver {
                participant.conditions.withLock { $0.isOver = true }
                return nil
            } catch is Paused where !participant.isRunner {
                participant.conditions.withLock { $0.isPaused = true }
                return nil
            } catch let error as PostgresError {
                if error.sqlState == .leaseLost { throw StepFailure.leaseLost }
                if error.sqlState == .undefinedTable, try await forgetDropped(session) { continue }
                tries += 1
                guard error.isRetryable, tries < 10 else {
                    throw StepFailure.statement(step: participant.step.title, error)
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 25...50) * tries))
            }
        }
    }

    private func isOver(_ pass: Int, _ session: RunnerSession) async throws -> Bool {
        let isOver = try await session.retrying { [participant] connection in
            try !PassBook(connection: connection, run: participant.run, step: participant.step.title)
                .isUnfinished(pass)
        }
        if isOver { participant.finished(pass) }
        return isOver
    }

    private func forgetDropped(_ session: RunnerSession) async throws -> Bool {
        let lease = try participant.lease()
        return try await session.retrying { [participant] connection in
            try lease.transaction(on: connection) { connection in
                try PassBook(connection: connection, run: participant.run, step: participant.step.title).forgetDropped()
            }
        }
    }

    private func giveBack(_ chunk: Chunk, _ session: RunnerSession) async throws {
        try await session.retrying { [participant] connection in
            try PassBook(connection: connection, run: participant.run, step: participant.step.title).giveBack(chunk)
        }
    }

    /// Leaves the applications the time that the foreground guard keeps for them.
    private func rest(after elapsed: Duration) async throws {
        let duty = participant.duty(of: number)
        guard duty < 1, duty > 0 else { return }
        let end = ContinuousClock.now + min(elapsed * (1 / duty - 1), .seconds(5))
        while ContinuousClock.now < end {
            try workspace.interruption.check()
            try await Task.sleep(for: min(.milliseconds(100), end - ContinuousClock.now))
            // Others may have gone meanwhile.
            if participant.duty(of: number) == 1 { return }
        }
    }

    private func remarkIfSlow(_ isSlow: Bool, _ elapsed: Duration) {
        // A shorter target than the plan's is the guard's, and no news.
        guard isSlow, elapsed > participant.conditions.withLock({ $0.pace.chunkTarget }) else { return }
        workspace.remark(
            .notice(
                "the smallest chunk takes \(elapsed.inWords), longer than chunk_target: the rows are wide, or the server is slow"
            )
        )
    }
}

/// The run an assistant helped with does not copy any more.
private struct RunOver: Error {}

/// A person paused the run from elsewhere.
struct Paused: Error {}
