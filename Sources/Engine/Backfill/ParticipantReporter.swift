import Foundation
import Postgres
import Synchronization
import Workflow

/// Keeps the ledger and the terminal informed of a participant, and the participant of what others decided.
///
/// On a session of its own: neither the copy nor a throttle keeps it from saying so.
final class ParticipantReporter: Sendable {
    private let participant: BackfillParticipant
    private let state = Mutex(State())

    private struct State: Sendable {
        var held: (hold: BackfillParticipant.Hold, since: Date)?
        var nextReading = ContinuousClock.now
        var complaint: String?
        /// Kept from the first word to the last; nil before, and after an error on it.
        var session: Session?
    }

    init(participant: BackfillParticipant) { self.participant = participant }

    private var workspace: Workspace { participant.workspace }

    // MARK: - Coming and going

    /// The session that is open, or a new one.
    func session() async throws -> Session {
        if let open = state.withLock({ $0.session }) { return open }
        let session = try await workspace.openSession(participant.plan.name.text, "reporter")
        state.withLock { $0.session = session }
        return session
    }

    private func closeSession() async {
        let session = state.withLock { state in
            defer { state.session = nil }
            return state.session
        }
        await session?.close()
    }

    /// Writes the participant's row, which says that it is there.
    func register() async throws {
        let session = try await session()
        do {
            let row: Int64 = try await session.run { [participant] connection in
                try connection.queryKept(
                    "INSERT INTO crossfade.participant (run, actor, pid, workers) VALUES ($1, $2, $3, $4) RETURNING id",
                    [
                        participant.run, participant.workspace.actor.name, Int(participant.workspace.actor.pid),
                        participant.conditions.withLock { $0.workers },
                    ]
                ).only().decode("id")
            }
            participant.conditions.withLock { $0.row = row }
        } catch {
            await closeSession()
            throw error
        }
    }

    /// Says that it is gone; a row that could not be written ends by itself.
    func deregister() async {
        guard let row = participant.conditions.withLock({ $0.row }) else { return }
        do {
            do {
                try await end(row, on: try await session())
            } catch let error as PostgresError where error.isConnectionProblem {
                // The session may have been lost long before.
                await closeSession()
                try await end(row, on: try await session())
            }
        } catch {
            workspace.remark(
                .notice("the ledger could not be told that this process has ended (\(error)); it will find out")
            )
        }
        await closeSession()
    }

    private func end(_ row: Int64, on session: Session) async throws {
        try await session.run { connection in
            _ = try connection.queryKept(
                "UPDATE crossfade.participant SET ended_at = clock_timestamp(), held_by = NULL WHERE id = $1",
                [row]
            )
        }
        // What held it holds nobody any more. Last: of a plan that another process has taken over it is not written.
        try await writeChange(to: nil, session)
    }

    // MARK: - While it works

    /// Reports twice a second until cancelled.
    func report() async {
        while !Task.isCancelled {
            do {
                try await reportOnce(try await session())
                rereadPlan()
                try await Task.sleep(for: .milliseconds(500))
            } catch is CancellationError {
                break
            } catch PostgresError.cancelled {
                break
            } catch {
                // The workers meet the same trouble and deal with it; a report is worth no copy.
                complain("the ledger cannot be told how far it is: \(error)")
                await closeSession()
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func reportOnce(_ session: Session) async throws {
        let hold = participant.hold.flatMap { $0.isMoment ? nil : $0 }
        try await writeChange(to: hold, session)
        let start = ContinuousClock.now
        try await session.run { [self] connection in try renew(hold?.text, on: connection) }
        participant.commits.note(ContinuousClock.now - start)
        let news = try await session.run { [self] connection in try readNews(on: connection) }
        participant.conditions.withLock { conditions in
            conditions.isPaused = news.isPaused
            conditions.isOver = news.isOver
            guard !participant.isRunner else { return }
            conditions.lease = news.lease
            conditions.aloneSince = news.lease == nil ? conditions.aloneSince ?? .now : nil
        }
        if let progress = news.progress { workspace.remark(.progress(progress)) }
    }

    private func renew(_ hold: String?, on connection: Connection) throws {
        let (workers, share, pressure) = participant.conditions.withLock { conditions in
            let workers = max(1, conditions.workers)
            return (workers, conditions.foreground.share(of: workers) / Double(workers), conditions.foreground.pressure)
        }
        _ = try connection.queryKept(
            """
            UPDATE crossfade.participant SET seen_at = clock_timestamp(), workers = $2, share = $3, pressure = $4, held_by = $5,
                   held_since = CASE WHEN $5::text IS NOT NULL THEN coalesce(held_since, clock_timestamp()) END WHERE id = $1
            """,
            [participant.conditions.withLock { $0.row }, workers, share, share < 1 ? pressure : nil, hold]
        )
    }

    /// Every change of what holds the participant is in the event log, with the time it took.
    private func writeChange(to hold: BackfillParticipant.Hold?, _ session: Session) async throws {
        let before = state.withLock { $0.held }
        // The measured value changes with each look; what is measured is what counts.
        if before?.hold.subject == hold?.subject { return }
        var events: [LedgerEvent] = []
        if let before {
            let seconds = Date.now.timeIntervalSince(before.since)
            let time = Duration.milliseconds(Int(seconds * 1000)).inWords
            events.append(LedgerEvent("throttle ended", phase: participant.phase, "after \(time): \(before.hold.text)"))
        }
        if let hold { events.append(LedgerEvent("throttled", phase: participant.phase, hold.text)) }
        try await append(events, session)
        state.withLock { $0.held = hold.map { (hold: $0, since: .now) } }
    }

    private func append(_ events: [LedgerEvent], _ session: Session) async throws {
        guard !events.isEmpty else { return }
        // An assistant speaks for itself, whoever runs the plan.
        let lease = participant.isRunner ? try participant.lease() : nil
        try await session.run { [participant] connection in
            try connection.transaction { connection in
                try lease?.require(on: connection)
                let ledger = Ledger(connection)
                for event in events {
                    try ledger.append(
                        event,
                        run: participant.run,
                        plan: participant.plan.name.text,
                        by: participant.workspace.actor
                    )
                }
            }
        }
    }

    // MARK: - News

    private struct News: Sendable {
        let isPaused: Bool
        let isOver: Bool
        let lease: Lease?
        let progress: BackfillProgress?
    }

    private func readNews(on connection: Connection) throws -> News {
        let plan = participant.plan.name.text
        let row = try connection.queryKept(
            """
            SELECT r.state, r.id AS run,
                   EXISTS (SELECT FROM crossfade.phase p WHERE p.run = r.id AND p.phase = 'backfill' AND p.status = 'applying') AS copying,
                   (SELECT token FROM crossfade.lease l WHERE l.plan = r.plan AND l.expires_at > clock_timestamp()) AS token
              FROM crossfade.run r WHERE r.plan = $1 ORDER BY r.id DESC LIMIT 1
            """,
            [plan]
        ).only()
        let state: String = try row.decode("state")
        let token: String? = try row.decodeIfPresent("token")
        let isOurs = try row.decode("run", as: Int64.self) == participant.run
        return News(
            isPaused: state == RunState.paused.rawValue,
            // The runner knows by itself when it is done, and also copies to undo contract.
            isOver: try !participant.isRunner
                && (!isOurs || !row.decode("copying", as: Bool.self)
                    || ![RunState.active.rawValue, RunState.paused.rawValue].contains(state)),
            lease: token.map { Lease(plan: plan, token: $0) },
            progress: try BackfillProgress.read(run: participant.run, step: participant.step.title, on: connection)
        )
    }

    // MARK: - The plan's pace

    /// Takes the pace over when the plan's file was edited; what the run began with stays as it is.
    private func rereadPlan() {
        let isDue = state.withLock { state in
            guard ContinuousClock.now >= state.nextReading else { return false }
            state.nextReading = .now + .seconds(1)
            return true
        }
        guard isDue else { return }
        do {
            guard let plan = try workspace.rereadPlan() else { return }
            if plan.changeDigest != participant.plan.changeDigest {
                return complain("the plan's change was edited: it is not taken over, and neither is its pace")
            }
            let before = participant.conditions.withLock { $0.pace }
            complain(nil)
            guard before != plan.pace.backfill else { return }
            participant.take(plan.pace.backfill)
            let change = before.changes(to: plan.pace.backfill)
            workspace.remark(.notice("the plan's pace was edited: \(change)"))
            journalPace(change)
        } catch {
            complain("the plan's file cannot be used now, so that its pace stays: \(error)")
        }
    }

    private func complain(_ text: String?) {
        let isNew = state.withLock { state in
            defer { state.complaint = text }
            return text != state.complaint
        }
        if isNew, let text { workspace.remark(.notice(text)) }
    }

    private func journalPace(_ change: String) {
        Task {
            do {
                let session = try await workspace.openSession(participant.plan.name.text, "reporter")
                try await append([LedgerEvent("pace changed", phase: participant.phase, change)], session)
                await session.close()
            } catch {
                workspace.remark(.notice("the change of pace could not be written to the ledger: \(error)"))
            }
        }
    }
}

extension BackfillPace {
    /// What differs, as `workers 2 -> 4, chunk_target 250ms -> 100ms`.
    func changes(to other: BackfillPace) -> String {
        var changes: [String] = []
        if workers != other.workers { changes.append("workers \(workers) -> \(other.workers)") }
        if chunkTarget != other.chunkTarget {
            changes.append("chunk_target \(chunkTarget.inWords) -> \(other.chunkTarget.inWords)")
        }
        if vacuum != other.vacuum { changes.append("vacuum \(vacuum.rawValue) -> \(other.vacuum.rawValue)") }
        if latencyBudget != other.latencyBudget { changes.append("latency_budget") }
        if window != other.window { changes.append("window") }
        if order != other.order { changes.append("order, from the next pass on") }
        if throttle != other.throttle { changes.append("throttle") }
        return changes.joined(separator: ", ")
    }
}
