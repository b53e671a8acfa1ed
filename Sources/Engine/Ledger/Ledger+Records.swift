import Foundation
import Postgres
import Workflow

/// An entry for the event log.
struct LedgerEvent {
    var kind: String
    var phase: Phase?
    var step: String?
    var message: String
    var sqlDigest: String?

    init(_ kind: String, phase: Phase? = nil, step: String? = nil, _ message: String, sqlDigest: String? = nil) {
        self.kind = kind
        self.phase = phase
        self.step = step
        self.message = message
        self.sqlDigest = sqlDigest
    }
}

extension Ledger {
    func append(_ event: LedgerEvent, run: Int64?, plan: String, by actor: Actor) throws {
        _ = try connection.query(
            """
            INSERT INTO crossfade.event (plan, run, actor, pid, kind, phase, step, message, sql_digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                plan, run, actor.name, Int(actor.pid), event.kind, event.phase?.rawValue, event.step, event.message,
                event.sqlDigest,
            ]
        )
    }

    /// The plan's event log, oldest first.
    func history(of plan: PlanName) throws -> [HistoryEntry] {
        guard try isInstalled else { return [] }
        return try connection.query(
            """
            SELECT at, role, actor, kind, phase, step, message, sql_digest FROM crossfade.event WHERE plan = $1 ORDER BY id
            """,
            [plan.text]
        ).map { row in
            HistoryEntry(
                at: try row.decode("at"),
                role: try row.decode("role"),
                actor: try row.decode("actor"),
                kind: try row.decode("kind"),
                phase: try row.decodeIfPresent("phase"),
                step: try row.decodeIfPresent("step"),
                message: try row.decode("message"),
                sqlDigest: try row.decodeIfPresent("sql_digest")
            )
        }
    }

    // MARK: - Order of changes and checks

    /// Draws a place in the ledger's order, before a check reads its first row.
    func drawOrdinal() throws -> Int64 {
        try connection.query("SELECT nextval('crossfade.ordinal') AS ordinal").only().decode("ordinal")
    }

    /// The place of the newest change to data or shape.
    func lastChange(of run: Int64) throws -> Int64? {
        try connection.query(
            """
            SELECT max(ordinal) AS ordinal FROM (
              SELECT max(ordinal) AS ordinal FROM crossfade.step WHERE run = $1 AND outcome = 'done'
              UNION ALL SELECT max(ordinal) FROM crossfade.chunk WHERE run = $1 AND rows > 0
              UNION ALL SELECT max(ordinal) FROM crossfade.event WHERE run = $1 AND kind IN ('repaired', 'plan changed')
            ) changes
            """,
            [run]
        ).only().decodeIfPresent("ordinal")
    }

    // MARK: - Checks

    func record(_ report: VerificationReport, phase: Phase?, ordinal: Int64, run: Int64) throws {
        _ = try connection.query(
            """
            INSERT INTO crossfade.verification (ordinal, run, phase, verdict, rows_checked, violations, checks, started_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                ordinal, run, phase?.rawValue, report.verdict.rawValue, report.rowsChecked, report.violations,
                try Self.encode(report.checks), report.startedAt,
            ]
        )
    }

    func lastCheck(of run: Int64) throws -> CheckSummary? {
        try connection.query(
            """
            SELECT verdict, rows_checked, violations, ordinal, finished_at FROM crossfade.verification
             WHERE run = $1 ORDER BY ordinal DESC LIMIT 1
            """,
            [run]
        ).first.map { row in
            CheckSummary(
                verdict: try Self.word(try row.decode("verdict")),
                rowsChecked: try row.decode("rows_checked"),
                violations: try row.decode("violations"),
                ordinal: try row.decode("ordinal"),
                finishedAt: try row.decode("finished_at")
            )
        }
    }

    // MARK: - Approvals and evidence

    /// Records that this person, as this session's role, agrees to a phase, together with the event.
    func approve(
        _ phase: Phase,
        of record: RunRecord,
        by actor: Actor,
        digests: (change: String, check: String),
        reason: String?
    ) throws {
        _ = try connection.query(
            "SELECT crossfade.approve($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                record.plan, record.id, phase.rawValue, actor.user, actor.name, Int(actor.pid), digests.change,
                digests.check, reason,
            ]
        )
    }

    /// Takes back what this person, as this session's role, agreed to; false when there is nothing to take back.
    func withdraw(_ phase: Phase, of record: RunRecord, by actor: Actor, reason: String?) throws -> Bool {
        try connection.query(
            "SELECT crossfade.withdraw($1, $2, $3, $4, $5, $6, $7) AS withdrawn",
            [record.plan, record.id, phase.rawValue, actor.user, actor.name, Int(actor.pid), reason]
        ).only().decode("withdrawn")
    }

    func approvals(_ phase: Phase, run: Int64) throws -> [GateFacts.Approval] {
        try connection.query(
            "SELECT approver, given_at, change_digest FROM crossfade.approval WHERE run = $1 AND phase = $2 ORDER BY given_at",
            [run, phase.rawValue]
        ).map { row in
            GateFacts.Approval(
                approver: try row.decode("approver"),
                givenAt: try row.decode("given_at"),
                changeDigest: try row.decode("change_digest")
            )
        }
    }

    /// Who wrote a side of the plan, or of one of its several changes, since when, newest first.
    func writers(of plan: String, sides: [String], since: Date) throws -> [GateFacts.LegacyWriter] {
        try connection.query(
            """
            SELECT role, application_name, max(seen_at) AS last_seen FROM crossfade.observation
             WHERE split_part(plan, '\(PlanName.mark)', 1) = $1 AND side = ANY ($2::text[]) AND seen_at >= $3
             GROUP BY role, application_name ORDER BY last_seen DESC
            """,
            [plan, sides, since]
        ).map { row in
            GateFacts.LegacyWriter(
                role: try row.decode("role"),
                applicationName: try row.decode("application_name"),
                lastSeen: try row.decode("last_seen")
            )
        }
    }
}
