import Foundation
import Postgres
import Workflow

extension RunReportReader {
    func checks(of record: RunRecord) throws -> [RunReport.Check] {
        try connection.queryKept(
            """
            SELECT phase, verdict, rows_checked, violations, checks, started_at, finished_at FROM crossfade.verification
             WHERE run = $1 ORDER BY ordinal
            """,
            [record.id]
        ).map { row in
            RunReport.Check(
                phase: try row.decodeIfPresent("phase"),
                verdict: try Ledger.word(try row.decode("verdict")),
                rowsChecked: try row.decode("rows_checked"),
                violations: try row.decode("violations"),
                checks: try Ledger.decode([VerificationReport.Check].self, try row.decode("checks")),
                startedAt: try row.decode("started_at"),
                finishedAt: try row.decode("finished_at")
            )
        }
    }

    /// Evidence is recorded by plan: what belongs to the run is what was seen in its time.
    func writers(of record: RunRecord) throws -> [RunReport.Writer] {
        guard try Ledger(connection).hasObservations else { return [] }
        return try connection.query(
            """
            SELECT o.side, o.role, o.application_name, host(o.client) AS client, min(o.seen_at) AS first_seen,
                   max(o.seen_at) AS last_seen, count(*) AS writes,
                   (array_agg(o.key ORDER BY o.seen_at DESC) FILTER (WHERE o.key IS NOT NULL))[1:20] AS keys
              FROM crossfade.observation o, crossfade.run r
             WHERE r.id = $1 AND split_part(o.plan, '\(PlanName.mark)', 1) = r.plan AND o.seen_at >= r.created_at
               AND o.seen_at <= coalesce(r.finished_at, 'infinity')
             GROUP BY o.side, o.role, o.application_name, o.client
             ORDER BY o.side, last_seen DESC, o.role, o.application_name
            """,
            [record.id]
        ).map { row in
            RunReport.Writer(
                side: try row.decode("side"),
                role: try row.decode("role"),
                applicationName: try row.decode("application_name"),
                client: try row.decodeIfPresent("client"),
                firstSeen: try row.decode("first_seen"),
                lastSeen: try row.decode("last_seen"),
                writes: try row.decode("writes"),
                keys: Self.distinct(try row.decodeIfPresent("keys") ?? [], upTo: 5)
            )
        }
    }

    private static func distinct(_ keys: [String], upTo limit: Int) -> [String] {
        var known: Set<String> = []
        return Array(keys.filter { known.insert($0).inserted }.prefix(limit))
    }

    func readers(of record: RunRecord) throws -> RunReport.Readers? {
        guard
            let look = try connection.queryKept(
                "SELECT since, looked_at FROM crossfade.statement_look WHERE run = $1",
                [record.id]
            ).first
        else { return nil }
        let statements = try connection.queryKept(
            """
            SELECT role, query, calls - first_calls AS calls, last_seen FROM crossfade.statement_reader
             WHERE run = $1 ORDER BY last_seen DESC NULLS LAST, role, query_id
            """,
            [record.id]
        ).map { row in
            RunReport.Readers.Statement(
                role: try row.decode("role"),
                query: try row.decode("query"),
                calls: try row.decode("calls"),
                lastSeen: try row.decodeIfPresent("last_seen")
            )
        }
        return RunReport.Readers(
            since: try look.decode("since"),
            lookedAt: try look.decode("looked_at"),
            statements: statements
        )
    }

    func approvals(of record: RunRecord) throws -> [RunReport.Approval] {
        try connection.queryKept(
            """
            SELECT phase, approver, role, given_at, withdrawn_at, reason, change_digest FROM crossfade.approval
             WHERE run = $1 ORDER BY given_at, id
            """,
            [record.id]
        ).map { row in
            RunReport.Approval(
                phase: try row.decode("phase"),
                approver: try row.decode("approver"),
                role: try row.decode("role"),
                givenAt: try row.decode("given_at"),
                withdrawnAt: try row.decodeIfPresent("withdrawn_at"),
                reason: try row.decodeIfPresent("reason"),
                changeDigest: try row.decode("change_digest")
            )
        }
    }
}
