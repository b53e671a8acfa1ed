import Foundation
import Postgres
import SQL
import Workflow

/// Watches the writers for a while: that there were some, and that none set both sides to different values.
struct Observation: Sendable {
    let plan: Plan
    let blueprint: any RenderedBlueprint
    /// Whether and since when writes could be recorded; nil where none are.
    var recording: EvidencePath.State?

    /// The table's write counters now.
    func baseline(on connection: Connection) throws -> ObservationBaseline {
        ObservationBaseline(writes: try writes(on: connection), startedAt: try Self.now(on: connection))
    }

    /// Whether the window and the minimum of writes are met.
    func gate(since baseline: ObservationBaseline, on connection: Connection) throws -> Gate {
        let now = try Self.now(on: connection)
        let conflicts = try conflicts(since: baseline, on: connection)
        // What was written while it could not be recorded is not known. A path that has just changed was not seen whole yet.
        let restored = recording.flatMap { $0.unseenSince == nil ? $0.since : now }.flatMap {
            $0 > baseline.startedAt ? $0 : nil
        }
        let start =
            (conflicts.map(\.mayHaveWrittenUntil) + [baseline.startedAt, restored ?? baseline.startedAt]).max()
            ?? baseline.startedAt
        let opens = start.addingTimeInterval(plan.observation.observe.seconds)
        let writes = max(0, try self.writes(on: connection) - baseline.writes)
        return Gate(
            subject: Phase.dualWriteCheck.rawValue,
            requirements: [
                window(
                    opens,
                    now,
                    restored == start
                        ? .restored(start) : conflicts.first.map { .conflict($0, since: baseline.startedAt) }
                ),
                minimum(writes),
            ]
        )
    }

    /// Who may have written so since the window began, newest first; of a plan without a window nobody is asked.
    private func conflicts(since baseline: ObservationBaseline, on connection: Connection) throws
        -> [GateFacts.LegacyWriter]
    {
        guard plan.observation.observe > .zero else { return [] }
        let earliest = baseline.startedAt.addingTimeInterval(-GateFacts.LegacyWriter.unnoted)
        return try Ledger(connection).writers(of: plan.missedWrites, since: earliest).filter {
            $0.mayHaveWrittenUntil > baseline.startedAt
        }
    }

    /// Why a window began again.
    private enum Interruption {
        case conflict(GateFacts.LegacyWriter, since: Date)
        /// Writes could be recorded again from then on.
        case restored(Date)
    }

    private func window(_ opens: Date, _ now: Date, _ interruption: Interruption?) -> RequirementResult {
        var reason = "writes are observed for \(plan.observation.observe.inWords)"
        switch interruption {
        case nil: break
        case .restored(let time):
            reason += "; it began again when writes could be recorded again, at \(time.formatted(.iso8601))"
        case .conflict(let conflict, let since):
            switch plan.dualWrite.by {
            case .trigger:
                reason +=
                    "; it began again when '\(conflict.applicationName)' (role \(conflict.role)) set both columns to "
                    + "different values at \(conflict.lastSeen.formatted(.iso8601))"
            case .application:
                reason += "; it began again: \(Gate.missed(conflict, since: since))"
            }
        }
        return now >= opens
            ? RequirementResult("observe", .open, reason)
            : RequirementResult("observe", .waiting, reason, opensAt: opens)
    }

    private func minimum(_ writes: Int64) -> RequirementResult {
        let wanted = Int64(plan.observation.minWrites)
        let reason = "\(writes) of at least \(wanted) writes seen"
        return RequirementResult("min_writes", writes >= wanted ? .open : .waiting, reason)
    }

    /// Rows inserted or updated in the change's tables, as the statistics system counts them, over all partitions.
    private func writes(on connection: Connection) throws -> Int64 {
        try connection.queryKept(
            """
            SELECT coalesce(sum(pg_stat_get_tuples_inserted(r.relid) + pg_stat_get_tuples_updated(r.relid)), 0)::bigint AS writes
              FROM (SELECT to_regclass(t.name)::oid AS relid FROM unnest($1::text[]) t(name)
                    UNION SELECT p.relid::oid FROM unnest($1::text[]) t(name), pg_partition_tree(to_regclass(t.name)) p) r
            """,
            [blueprint.tables.map(\.quoted)]
        ).only().decode("writes")
    }

    static func now(on connection: Connection) throws -> Date {
        try connection.queryKept("SELECT clock_timestamp() AS now").only().decode("now")
    }
}
