import Foundation
import Postgres
import Workflow

/// An entry of the event log that a hook is to be told of.
struct HookEvent: Sendable {
    let id: Int64
    let run: Int64?
    let occurrence: Hook.Occurrence
    let phase: String?
    let at: Date
    let actor: String
    let role: String
    let message: String
}

extension Ledger {
    /// Takes down hooks seen for the first time, which are told nothing of the past.
    func register(_ hooks: [Hook], of plan: PlanName) throws {
        let names = hooks.map(\.name)
        let known = try connection.queryKept(
            "SELECT count(*) AS known FROM crossfade.hook WHERE plan = $1 AND name = ANY ($2::text[])",
            [plan.text, names]
        ).only().decode("known", as: Int64.self)
        guard known < Int64(names.count) else { return }
        _ = try connection.queryKept(
            """
            INSERT INTO crossfade.hook (plan, name, upto)
            SELECT $1, name, coalesce((SELECT max(id) FROM crossfade.event WHERE plan = $1), 0) FROM unnest($2::text[]) name
            ON CONFLICT DO NOTHING
            """,
            [plan.text, names]
        )
    }

    /// The first event that a hook was not told of yet.
    func nextEvent(for hook: Hook, of plan: PlanName) throws -> HookEvent? {
        try connection.queryKept(
            """
            SELECT e.id, e.run, e.kind, e.phase, e.at, e.actor, e.role, e.message
              FROM crossfade.hook h JOIN crossfade.event e ON e.plan = h.plan AND e.id > h.upto
             WHERE h.plan = $1 AND h.name = $2 AND e.kind = ANY ($3::text[])
               AND ($4::text[] = '{}' OR e.phase = ANY ($4::text[]))
             ORDER BY e.id LIMIT 1
            """,
            [plan.text, hook.name, hook.occurrences.flatMap(\.kinds), hook.phases.map(\.rawValue)]
        ).first.flatMap { row in
            guard let occurrence = Hook.Occurrence(kind: try row.decode("kind")) else { return nil }
            return HookEvent(
                id: try row.decode("id"),
                run: try row.decodeIfPresent("run"),
                occurrence: occurrence,
                phase: try row.decodeIfPresent("phase"),
                at: try row.decode("at"),
                actor: try row.decode("actor"),
                role: try row.decode("role"),
                message: try row.decode("message")
            )
        }
    }

    /// The same, once everything with a smaller number is committed: numbers are drawn before commits.
    ///
    /// Whoever writes an event holds the run's row, for the reference if for nothing else.
    func nextSettledEvent(for hook: Hook, of plan: PlanName) throws -> HookEvent? {
        try connection.transaction { connection in
            _ = try lockNewestRun(of: plan)
            return try nextEvent(for: hook, of: plan)
        }
    }

    /// Notes that a hook was told of an event, or, with the reason, that it could not be; in a transaction of who tells.
    func settle(_ event: HookEvent, for hook: Hook, of plan: PlanName, failure: String?, by actor: Actor) throws {
        _ = try connection.queryKept(
            "UPDATE crossfade.hook SET upto = greatest(upto, $3) WHERE plan = $1 AND name = $2",
            [plan.text, hook.name, event.id]
        )
        guard let failure else { return }
        let phase = event.phase.flatMap(Phase.init(rawValue:))
        try append(LedgerEvent("hook failed", phase: phase, failure), run: event.run, plan: plan.text, by: actor)
    }

    /// Records what a phase waits for, unless that was the last that was said of it.
    ///
    /// - Returns: the number of the event; nil when nothing is new.
    func noteWaiting(_ gate: Gate, of plan: PlanName, by actor: Actor, under lease: Lease?) throws -> Int64? {
        try connection.transaction { connection in
            try lease?.require(on: connection)
            guard let run = try lockNewestRun(of: plan), let phase = Phase(rawValue: gate.subject)
            else { return nil }
            let names = gate.obstacles.map(\.name).joined(separator: ", ")
            let last = try connection.queryKept(
                """
                SELECT kind, message FROM crossfade.event
                 WHERE run = $1 AND phase = $2 AND kind IN ($3, 'phase begun', 'phase undone') ORDER BY id DESC LIMIT 1
                """,
                [run, phase.rawValue, Hook.Occurrence.waitingKind]
            ).first
            let beginning = "for \(names): "
            if let last, try last.decode("kind") == Hook.Occurrence.waitingKind,
                try last.decode("message", as: String.self).hasPrefix(beginning)
            {
                return nil
            }
            let reasons = gate.obstacles.map(\.reason).joined(separator: "; ")
            let event = LedgerEvent(Hook.Occurrence.waitingKind, phase: phase, beginning + reasons)
            try append(event, run: run, plan: plan.text, by: actor)
            return try connection.queryKept("SELECT max(id) AS id FROM crossfade.event WHERE run = $1", [run]).only()
                .decode("id")
        }
    }

    private func lockNewestRun(of plan: PlanName) throws -> Int64? {
        try connection.execute("SET LOCAL lock_timeout = '2s'")
        return try connection.queryKept(
            "SELECT id FROM crossfade.run WHERE plan = $1 ORDER BY id DESC LIMIT 1 FOR UPDATE",
            [plan.text]
        ).first?.decode("id")
    }
}
