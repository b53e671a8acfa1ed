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
        let message = try holdable(event.message)
        _ = try connection.queryKept(
            """
            INSERT INTO crossfade.event (plan, run, actor, pid, kind, phase, step, message, sql_digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                plan, run, actor.name, Int(actor.pid), event.kind, event.phase?.rawValue, event.step, message,
                event.sqlDigest,
            ]
        )
    }

    /// A message with code points in place of characters that the database's encoding does not have.
    ///
    /// What a hook or the operating system says may be in any language, and must not fail the transaction that records it.
    private func holdable(_ message: String) throws -> String {
        if try message.utf8.allSatisfy({ $0 < 0x80 }) || isHoldable(message) { return message }
        let characters = Set(message.unicodeScalars.filter { !$0.isASCII }.map(String.init)).sorted()
        var missing: Set<String> = []
        for character in characters where try !isHoldable(character) { missing.insert(character) }
        return message.unicodeScalars.map { scalar in
            missing.contains(String(scalar)) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }

    private func isHoldable(_ text: String) throws -> Bool {
        try connection.execute("SAVEPOINT character")
        do throws(PostgresError) {
            try connection.query("SELECT $1::text", [text])
            try connection.execute("RELEASE SAVEPOINT character")
            return true
        } catch {
            guard error.sqlState == .untranslatableCharacter || error.sqlState == .characterNotInRepertoire else {
                throw error
            }
            try connection.execute("ROLLBACK TO SAVEPOINT character; RELEASE SAVEPOINT character")
            return false
        }
    }

    /// The plan's event log, oldest first.
    func history(of plan: PlanName) throws -> [HistoryEntry] {
        guard try isInstalled else { return [] }
        return try connection.query("\(Self.entries) WHERE plan = $1 ORDER BY id", [plan.text]).map(Self.entry)
    }

    /// The events of one run, oldest first.
    func events(of record: RunRecord) throws -> [HistoryEntry] {
        try connection.query(
            "\(Self.entries) WHERE plan = $1 AND run = $2 ORDER BY id",
            [record.plan, record.id]
        ).map(Self.entry)
    }

    private static let entries = "SELECT at, role, actor, kind, phase, step, message, sql_digest FROM crossfade.event"

    private static func entry(_ row: Row) throws -> HistoryEntry {
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

    // MARK: - Order of changes and checks

    /// Draws a place in the ledger's order, before a check reads its first row.
    func drawOrdinal() throws -> Int64 {
        // A role that may only look records nothing, and its check is the newest of all that are in the record.
        let mayDraw: Bool = try connection.queryKept(
            "SELECT has_sequence_privilege('crossfade.ordinal', 'USAGE') AS may"
        ).only().decode("may")
        let statement =
            mayDraw
            ? "SELECT nextval('crossfade.ordinal') AS ordinal"
            : """
            SELECT greatest((SELECT max(ordinal) FROM crossfade.event), (SELECT max(ordinal) FROM crossfade.verification),
                            (SELECT max(ordinal) FROM crossfade.chunk), (SELECT max(ordinal) FROM crossfade.step)) + 1 AS ordinal
            """
        return try connection.queryKept(statement).only().decode("ordinal")
    }

    /// The place of the newest change to data or shape.
    func lastChange(of run: Int64) throws -> Int64? {
        try connection.queryKept(
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

    func record(_ result: Verifier.Result, phase: Phase?, run: Int64) throws {
        let report = result.report
        _ = try connection.queryKept(
            """
            INSERT INTO crossfade.verification
                   (ordinal, run, phase, verdict, rows_checked, violations, checks, started_at, writes, compare_seconds, wal_upto)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::pg_lsn)
            """,
            [
                result.ordinal, run, phase?.rawValue, report.verdict.rawValue, report.rowsChecked, report.violations,
                try Self.encode(report.checks), report.startedAt, try Self.encode(result.writes),
                result.comparedIn?.seconds, result.walUpto,
            ]
        )
        // A slow check that began before one that failed, and ends after it, takes nothing back.
        _ = try connection.queryKept(
            """
            UPDATE crossfade.run SET blocked = true WHERE id = $1 AND NOT blocked
               AND (SELECT verdict FROM crossfade.verification WHERE run = $1 ORDER BY ordinal DESC LIMIT 1) = 'failed'
            """,
            [run]
        )
    }

    /// What is logged of a phase whose steps were all found done when it began.
    static let foundApplied = "found applied, by hand or by another tool"

    /// Whether contract was found applied, so that nobody has let it in.
    func hasFoundContract(of run: Int64) throws -> Bool {
        try connection.queryKept(
            """
            SELECT coalesce((SELECT message = $2 FROM crossfade.event
                              WHERE run = $1 AND kind = 'phase begun' AND phase = 'contract' ORDER BY id DESC LIMIT 1), false) AS found
            """,
            [run, Self.foundApplied]
        ).only().decode("found")
    }

    /// Whether a step of purge has dropped something: from then on there is no way but to its end.
    func hasBegunPurge(_ run: Int64) throws -> Bool {
        try connection.queryKept(
            "SELECT EXISTS (SELECT FROM crossfade.step WHERE run = $1 AND file LIKE '%/' || $2 AND outcome = 'done') AS begun",
            [run, PhaseFile.purge.template]
        ).only().decode("begun")
    }

    /// What had been written when every row was last read, if all were right; nil when they were not.
    func writesAtLastCheck(of run: Int64) throws -> WriteCounters? {
        try connection.queryKept(
            """
            SELECT writes::text AS writes FROM (
              SELECT ordinal, verdict, writes FROM crossfade.verification WHERE run = $1
              UNION ALL SELECT ordinal, 'passed', writes FROM crossfade.screening WHERE run = $1 AND finished_at IS NOT NULL
               ORDER BY ordinal DESC LIMIT 1) newest
             WHERE verdict = 'passed' AND writes IS NOT NULL
            """,
            [run]
        ).first.map { try Self.decode(WriteCounters.self, try $0.decode("writes")) }
    }

    /// How long the newest full check took to compare the rows; nil where none did.
    func lastComparison(of run: Int64) throws -> Duration? {
        try connection.queryKept(
            "SELECT compare_seconds FROM crossfade.verification WHERE run = $1 ORDER BY ordinal DESC LIMIT 1",
            [run]
        ).first?.decodeIfPresent("compare_seconds", as: Double.self).map { .seconds($0) }
    }

    func lastCheck(of run: Int64) throws -> CheckSummary? {
        try connection.queryKept(
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
        digests: (change: String, check: String, steps: String),
        reason: String?
    ) throws {
        _ = try connection.queryKept(
            "SELECT crossfade.approve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [
                record.plan, record.id, phase.rawValue, actor.user, actor.name, Int(actor.pid), digests.change,
                digests.check, digests.steps, reason,
            ]
        )
    }

    /// Takes back what this person, as this session's role, agreed to; false when there is nothing to take back.
    func withdraw(_ phase: Phase, of record: RunRecord, by actor: Actor, reason: String?) throws -> Bool {
        try connection.queryKept(
            "SELECT crossfade.withdraw($1, $2, $3, $4, $5, $6, $7) AS withdrawn",
            [record.plan, record.id, phase.rawValue, actor.user, actor.name, Int(actor.pid), reason]
        ).only().decode("withdrawn")
    }

    /// The approvals of a phase, each with those of the given roles that it speaks for now.
    func approvals(_ phase: Phase, run: Int64, roles: [String]) throws -> [GateFacts.Approval] {
        let rows = try connection.queryKept(
            """
            SELECT approver, role, given_at, withdrawn_at, ordinal, change_digest, check_digest, file_digest
              FROM crossfade.approval WHERE run = $1 AND phase = $2 ORDER BY given_at
            """,
            [run, phase.rawValue]
        )
        return try rows.map { row in
            let role: String = try row.decode("role")
            return GateFacts.Approval(
                approver: try row.decode("approver"),
                role: role,
                memberOf: try memberships(of: role, among: roles),
                givenAt: try row.decode("given_at"),
                withdrawnAt: try row.decodeIfPresent("withdrawn_at"),
                ordinal: try row.decode("ordinal"),
                changeDigest: try row.decode("change_digest"),
                checkDigest: try row.decode("check_digest"),
                stepsDigest: try row.decode("file_digest")
            )
        }
    }

    /// Those of some roles that a role is a member of, itself and through others, as it was granted.
    ///
    /// Not `pg_has_role`, by which a superuser is a member of everything.
    func memberships(of role: String, among roles: [String]) throws -> Set<String> {
        guard !roles.isEmpty else { return [] }
        let found = try connection.queryKept(
            """
            WITH RECURSIVE member AS (
              SELECT oid, rolname FROM pg_roles WHERE rolname = $1
              UNION SELECT r.oid, r.rolname FROM member m JOIN pg_auth_members g ON g.member = m.oid JOIN pg_roles r ON r.oid = g.roleid)
            SELECT rolname::text AS role FROM member WHERE rolname = ANY ($2::text[])
            """,
            [role, roles]
        )
        return Set(try found.map { try $0.decode("role") })
    }

    /// The place of what happened last that an approval cannot have known of.
    func approvalsVoided(of run: Int64) throws -> Int64? {
        try connection.queryKept(
            """
            SELECT max(ordinal) AS ordinal FROM (
              SELECT max(ordinal) AS ordinal FROM crossfade.verification WHERE run = $1 AND verdict = 'failed'
              -- A check that failed has its place from when it began: what was approved meanwhile did not know of it either.
              UNION ALL SELECT max(ordinal) FROM crossfade.event
                         WHERE run = $1 AND kind IN ('repaired', 'phase undone', 'check failed')
            ) voiding
            """,
            [run]
        ).only().decodeIfPresent("ordinal")
    }

    /// Who made such writes since when, newest first.
    func writers(of watched: [WatchedSides], since: Date) throws -> [GateFacts.LegacyWriter] {
        // Without the table nothing is recorded, which ``EvidencePath`` says.
        guard try hasObservations else { return [] }
        let pairs = watched.flatMap { one in one.sides.map { (plan: one.plan, side: $0) } }
        return try connection.query(
            """
            SELECT role, application_name, host(client) AS client, min(seen_at) AS first_seen, max(seen_at) AS last_seen, count(*) AS writes,
                   (array_agg(key ORDER BY seen_at DESC) FILTER (WHERE key IS NOT NULL))[1:20] AS keys,
                   (array_agg(extract(epoch FROM seen_at)::text ORDER BY seen_at DESC) FILTER (WHERE key IS NOT NULL))[1:20] AS times
              FROM crossfade.observation
             WHERE (plan, side) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND seen_at >= $3
             GROUP BY role, application_name, client ORDER BY last_seen DESC
            """,
            [pairs.map(\.plan), pairs.map(\.side), since]
        ).map { row in
            let keys: [String] = try row.decodeIfPresent("keys") ?? []
            let times: [String] = try row.decodeIfPresent("times") ?? []
            return GateFacts.LegacyWriter(
                role: try row.decode("role"),
                applicationName: try row.decode("application_name"),
                client: try row.decodeIfPresent("client"),
                firstSeen: try row.decode("first_seen"),
                lastSeen: try row.decode("last_seen"),
                writes: try row.decode("writes"),
                samples: Self.samples(keys, times)
            )
        }
    }

    /// Each row once, newest first.
    private static func samples(_ keys: [String], _ times: [String]) -> [GateFacts.LegacyWriter.Sample] {
        var known: Set<String> = []
        return zip(keys, times).compactMap { key, time in
            guard let seconds = Double(time), known.insert(key).inserted else { return nil }
            return GateFacts.LegacyWriter.Sample(key: key, seenAt: Date(timeIntervalSince1970: seconds))
        }
    }
}
