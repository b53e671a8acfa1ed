import Postgres
import Synchronization
import Workflow

/// Gives the space of the rows that the copy replaced back while it runs, so that the table does not double.
///
/// VACUUM runs beside the copy, on a session of its own, whenever the rows copied since the last one pass a share of the
/// table; new versions of later rows then find room in the blocks that were copied first.
struct DeadRows: Sendable {
    let participant: BackfillParticipant

    /// Of a partition's rows, replaced since its last VACUUM.
    static let share = 0.05
    /// So many times this share, and the copy waits for VACUUM.
    static let patience = 4.0
    /// So often a VACUUM cleans the indexes too.
    ///
    /// Without that it is five times cheaper and gives the space back all the
    /// same (the dead rows' line pointers stay), but their pages are read again by each later one.
    static let indexCleanupInterval = 4
    /// A smaller partition is left to autovacuum.
    static let smallestSize = 64 << 20

    /// Looks and cleans until the copy is finished, or cancelled.
    func collect() async {
        var session: Session?
        var delay: String?
        var told: String?
        while !Task.isCancelled, !participant.conditions.withLock({ $0.isFinished }) {
            do {
                // A small table is copied by then, and needs no session for it.
                try await Task.sleep(for: .milliseconds(session == nil ? 250 : 50))
                guard participant.conditions.withLock({ $0.pace.vacuum == .auto }) else {
                    hold(false)
                    continue
                }
                if session == nil || delay != vacuumDelay {
                    await session?.close()
                    session = nil
                    delay = vacuumDelay
                    session = try await open(delay: vacuumDelay)
                }
                if let session { told = try await collectOnce(session, told) ?? told }
            } catch is CancellationError {
                break
            } catch PostgresError.cancelled {
                break
            } catch let pooler as PoolerInTheWay {
                hold(false)
                participant.workspace.remark(
                    .notice("dead rows are left to autovacuum. VACUUM did not run, since \(pooler)")
                )
                return
            } catch {
                hold(false)
                participant.workspace.remark(.notice("VACUUM did not run: \(error)"))
                await session?.close()
                session = nil
                try? await Task.sleep(for: .seconds(5))
            }
        }
        hold(false)
        await session?.close()
    }

    /// VACUUM gives way to the applications while there are any.
    private var vacuumDelay: String { participant.isYielding ? "2ms" : "0" }

    private func open(delay: String) async throws -> Session {
        try await participant.workspace.openDirectSession(
            participant.plan.name.text,
            "vacuum",
            settings: ["vacuum_cost_delay": delay]
        )
    }

    private struct Due: Sendable {
        let pass: Int64
        let relation: String
        let rowsDone: Int64
        let isCleaningIndexes: Bool
        /// Whether so many rows are dead that the copy has to wait.
        let isLate: Bool
    }

    /// Returns the server's word when it would not.
    private func collectOnce(_ session: Session, _ told: String?) async throws -> String? {
        // While nobody runs the plan nothing is copied.
        guard let lease = participant.conditions.withLock({ $0.lease }) else { return nil }
        let due = try await findDue(session)
        hold(due.contains(where: \.isLate))
        for due in due {
            let start = ContinuousClock.now
            if let skipped = try await vacuum(due, on: session) {
                // Nothing was given back, and there is nothing to wait for.
                hold(false)
                if told != skipped { participant.workspace.remark(.notice("VACUUM: \(skipped)")) }
                return skipped
            }
            let seconds = (ContinuousClock.now - start).seconds
            try await session.run { connection in
                try lease.transaction(on: connection) { connection in
                    _ = try connection.queryKept(
                        """
                        UPDATE crossfade.pass SET vacuums = vacuums + 1, vacuumed_rows = $2, vacuum_seconds = vacuum_seconds + $3
                         WHERE id = $1
                        """,
                        [due.pass, due.rowsDone, seconds]
                    )
                }
            }
        }
        return nil
    }

    /// Returns the server's word when it would not.
    private func vacuum(_ due: Due, on session: Session) async throws -> String? {
        // It may take long, as it gives way to the applications, and the copy goes on beside it.
        async let _ = watchLateness()
        // A lock that is not to be had at once is another VACUUM or DDL: it comes first. No truncation, which would need
        // ACCESS EXCLUSIVE.
        return try await session.run { connection in
            let cleanup = due.isCleaningIndexes ? "auto" : "off"
            try connection.executeAlone(
                "VACUUM (SKIP_LOCKED, TRUNCATE false, PARALLEL 0, INDEX_CLEANUP \(cleanup)) \(due.relation)"
            )
            return connection.notices.first?.message
        }
    }

    /// Lets the copy wait as soon as too many rows are dead, until it is cancelled.
    private func watchLateness() async {
        let plan = participant.plan.name.text
        var session: Session?
        do {
            while true {
                // Most end sooner, and need no second session.
                try await Task.sleep(for: .milliseconds(100))
                let open: Session
                if let session {
                    open = session
                } else {
                    open = try await participant.workspace.openSession(plan, "dead rows")
                    session = open
                }
                hold(try await findDue(open).contains(where: \.isLate))
            }
        } catch is CancellationError {
            if let session { await participant.workspace.closeSession(session, plan, "dead rows") }
        } catch {
            await session?.close()
            guard !Task.isCancelled else { return }
            participant.workspace.remark(.notice("dead rows were not counted beside VACUUM: \(error)"))
        }
    }

    private func hold(_ isLate: Bool) {
        participant.conditions.withLock { conditions in
            conditions.awaitsVacuumSince = isLate ? conditions.awaitsVacuumSince ?? .now : nil
        }
    }

    private func findDue(_ session: Session) async throws -> [Due] {
        try await session.run { [participant] connection in
            try connection.queryKept(
                """
                SELECT p.id, p.relation, p.rows_done, (p.vacuums + 1) % $5 = 0 AS cleans,
                       p.rows_done - p.vacuumed_rows > $6::float8 * $4::float8 * greatest(k.reltuples, 1000) AS late
                  FROM crossfade.pass p JOIN pg_class k ON k.oid = to_regclass(p.relation)
                 WHERE p.run = $1 AND p.step = $2 AND k.relpages * current_setting('block_size')::bigint >= $3
                   AND p.rows_done - p.vacuumed_rows > $4::float8 * greatest(k.reltuples, 1000)
                 ORDER BY p.id
                """,
                [
                    participant.run, participant.step.title, Self.smallestSize, Self.share, Self.indexCleanupInterval,
                    Self.patience,
                ]
            ).map { row in
                Due(
                    pass: try row.decode("id"),
                    relation: try row.decode("relation"),
                    rowsDone: try row.decode("rows_done"),
                    isCleaningIndexes: try row.decode("cleans"),
                    isLate: try row.decode("late")
                )
            }
        }
    }
}

extension BackfillParticipant {
    /// Whether the applications are given way to.
    var isYielding: Bool { conditions.withLock { $0.foreground.isWatching } }
}
