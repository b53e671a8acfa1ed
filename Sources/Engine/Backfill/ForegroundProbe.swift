import Postgres
import SQL
import Synchronization
import Workflow

/// Feels what the applications feel: small transactions on a session of its own, and a look at who waits for us.
struct ForegroundProbe: Sendable {
    let participant: BackfillParticipant

    /// Between two probes while others are there.
    private static let interval = Duration.milliseconds(10)
    /// The same while no chunk runs, which should not last long.
    private static let measuringInterval = Duration.milliseconds(3)
    /// Between two looks at who is there.
    private static let lookInterval = Duration.milliseconds(250)
    /// So many looks are taken together: three seconds.
    private static let looks = 12
    /// Of other sessions at work in a tenth of a second, on the average of these looks.
    ///
    /// Half a session is five transactions a second: less is a monitor or a person, for whom nothing is slowed down.
    private static let foreground = 0.5
    /// A table of fewer blocks is copied before anybody could notice.
    private static let smallTable = 1024

    /// Looks once, so that the first chunk already knows who is there.
    ///
    /// - Returns: whether watching is worth it: a small table is copied before anybody could notice.
    func lookFirst(on session: Session) async throws -> Bool {
        let isWorthwhile = try await isWorthwhile(session)
        if isWorthwhile {
            let look = try await look(on: session)
            note(ForegroundGuard.Sample(isForegroundActive: look.active > 0, isAnybodyThere: look.isAnybodyThere))
        }
        return isWorthwhile
    }

    /// Watches until cancelled.
    func watch() async {
        var session: Session?
        var complaint: String?
        while !Task.isCancelled {
            do {
                if session == nil {
                    session = try await participant.workspace.openSession(participant.plan.name.text, "probe")
                }
                if let session { try await watch(on: session) }
            } catch is CancellationError {
                break
            } catch {
                await session?.close()
                session = nil
                if complaint != "\(error)" {
                    complaint = "\(error)"
                    participant.workspace.remark(.notice("the applications' latency cannot be measured: \(error)"))
                }
                // Time goes on for the guard, which would wait for a measure for ever.
                note(ForegroundGuard.Sample(isForegroundActive: true))
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        await session?.close()
    }

    private func watch(on session: Session) async throws {
        var active: [Int] = []
        while !Task.isCancelled {
            let look = try await look(on: session)
            active = (active + [look.active]).suffix(Self.looks)
            var sample = ForegroundGuard.Sample(
                isForegroundActive: Double(active.reduce(0, +)) / Double(active.count) >= Self.foreground,
                isAnybodyThere: look.isAnybodyThere,
                hasCompany: look.hasCompany,
                blockedFor: look.blockedFor
            )
            let end = ContinuousClock.now + Self.lookInterval
            while ContinuousClock.now < end {
                let (isWatching, isMeasuring) = participant.conditions.withLock {
                    ($0.foreground.isWatching, $0.foreground.isMeasuring)
                }
                if isWatching {
                    let before = participant.activity.count
                    let latency = try await probe(on: session)
                    let wasAtRest = before.busy == 0 && before == participant.activity.count
                    if wasAtRest { sample.resting.append(latency) } else { sample.working.append(latency) }
                    try await Task.sleep(for: isMeasuring ? Self.measuringInterval : Self.interval)
                } else {
                    try await Task.sleep(for: Self.lookInterval)
                }
            }
            note(sample)
        }
    }

    private func note(_ sample: ForegroundGuard.Sample) {
        participant.conditions.withLock { $0.foreground.observe(sample, workers: $0.workers, at: .now) }
    }

    private func isWorthwhile(_ session: Session) async throws -> Bool {
        try await session.run { [participant] connection in
            let blocks: Int64 = try connection.queryKept(
                """
                SELECT coalesce(sum(pg_relation_size(relid)), 0)::bigint / current_setting('block_size')::bigint AS blocks
                  FROM (SELECT to_regclass($1) AS relid UNION SELECT relid FROM pg_partition_tree(to_regclass($1))) t
                """,
                [participant.table.quoted]
            ).only().decode("blocks")
            return blocks >= Self.smallTable
        }
    }

    // MARK: - Looking

    private struct Look: Sendable {
        /// Other sessions at work now or in the last tenth of a second.
        let active: Int
        /// Whether there were any in the last second.
        let isAnybodyThere: Bool
        let hasCompany: Bool
        let blockedFor: Duration?
    }

    /// Who else is at work, and how long the longest has waited for a lock of a worker of ours.
    ///
    /// A role that may not see others' states takes each of them for active.
    private func look(on session: Session) async throws -> Look {
        try await session.run { [participant] connection in
            let row = try connection.queryKept(
                """
                WITH others AS (
                  SELECT pid, state, state_change, wait_event_type, query_start FROM pg_stat_activity
                   WHERE backend_type = 'client backend' AND application_name NOT LIKE 'crossfade/%'
                )
                SELECT (SELECT count(*) FROM others WHERE state IS NULL OR state = 'active'
                           OR state_change > clock_timestamp() - interval '100 ms') AS active,
                       EXISTS (SELECT FROM others WHERE state IS NULL OR state = 'active'
                                  OR state_change > clock_timestamp() - interval '1 s') AS anybody,
                       (SELECT max(extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, o.query_start)))
                          FROM others o JOIN pg_locks l ON l.pid = o.pid AND NOT l.granted
                         WHERE o.wait_event_type = 'Lock'
                           AND EXISTS (SELECT FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(o.pid))
                                          AND b.application_name LIKE 'crossfade/%'))::float8 AS blocked,
                       EXISTS (SELECT FROM crossfade.participant WHERE run = $1 AND ended_at IS NULL AND id <> $2
                                  AND seen_at > clock_timestamp() - interval '10 s') AS company
                """,
                [participant.run, participant.conditions.withLock { $0.row } ?? 0]
            ).only()
            return Look(
                active: try row.decode("active"),
                isAnybodyThere: try row.decode("anybody"),
                hasCompany: try row.decode("company"),
                blockedFor: try row.decodeIfPresent("blocked", as: Double.self).map { .seconds($0) }
            )
        }
    }

    // MARK: - Probing

    /// A transaction such as an application's: it reads, writes one row and commits to disk.
    private func probe(on session: Session) async throws -> Duration {
        try await session.run { [participant] connection in
            let row = participant.conditions.withLock { $0.row } ?? 0
            let start = ContinuousClock.now
            try connection.execute(
                "UPDATE crossfade.participant SET seen_at = clock_timestamp() WHERE id = \(row)"
            )
            return ContinuousClock.now - start
        }
    }
}
