import Foundation
import Postgres
import SQL
package import Workflow

extension PlanEngine {
    /// The record of the plan's newest run, read from the ledger alone.
    package func report() async throws -> RunReport {
        try await observing("report") { [plan, workspace] connection in
            let ledger = Ledger(connection)
            guard let record = try ledger.newestRun(of: plan.name) else {
                throw Failure(
                    .refused,
                    "the plan \(plan.name.text) has not begun: there is nothing to report",
                    hint: "crossfade advance \(plan.name.text)"
                )
            }
            guard try ledger.isCurrent else {
                throw Failure(
                    .refused,
                    "the ledger is older than this program",
                    hint: "crossfade advance \(plan.name.text) brings it up to date"
                )
            }
            // One snapshot: a run may go on meanwhile.
            return try connection.rolledBack { connection in
                try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return try RunReportReader(
                    connection: connection,
                    plan: plan,
                    record: record,
                    files: PhaseFiles(
                        templates: workspace.templates,
                        blueprint: record.blueprint,
                        folder: migrationsFolder
                    )
                ).read()
            }
        }
    }
}

/// Reads the record of a run.
struct RunReportReader {
    let connection: Connection
    let plan: Plan
    let record: RunRecord
    let files: PhaseFiles

    func read() throws -> RunReport {
        var report = RunReport(head: try head())
        report.phases = Phase.allCases.map { phase in
            let entry = record.phases[phase]
            return StatusReport.PhaseLine(
                phase: phase,
                status: entry?.status ?? .pending,
                startedAt: entry?.startedAt,
                finishedAt: entry?.finishedAt,
                attempts: entry?.attempts ?? 0,
                isEdited: entry?.isEdited ?? false
            )
        }
        report.steps = try steps()
        report.texts = try texts()
        report.passes = try passes()
        report.throughput = try throughput()
        report.repaired = try connection.query(
            "SELECT relation, count(*) AS rows FROM crossfade.repaired WHERE run = $1 GROUP BY relation ORDER BY relation",
            [record.id]
        ).map { RunReport.Repaired(relation: try $0.decode("relation"), rows: try $0.decode("rows")) }
        report.checks = try checks()
        report.writers = try writers()
        (report.readersSince, report.readers) = try readers()
        report.approvals = try approvals()
        report.events = try Ledger(connection).history(of: plan.name, run: record.id)
        return report
    }

    private func head() throws -> RunReport.Head {
        let row = try connection.query(
            """
            SELECT current_database()::text AS database, current_setting('server_version') AS version, clock_timestamp() AS now,
                   (SELECT finished_at FROM crossfade.run WHERE id = $1) AS finished
            """,
            [record.id]
        ).only()
        return RunReport.Head(
            plan: plan.name.text,
            description: plan.description,
            change: plan.summary,
            state: record.run.state,
            isBlocked: record.run.isBlocked,
            author: record.author,
            authorRole: record.authorRole,
            database: try row.decode("database"),
            serverVersion: try row.decode("version"),
            beganAt: record.createdAt,
            finishedAt: try row.decodeIfPresent("finished"),
            changeDigest: record.changeDigest,
            templateDigest: record.templateDigest,
            madeAt: try row.decode("now")
        )
    }

    // MARK: - What was run

    private func steps() throws -> [RunReport.Step] {
        try connection.query(
            """
            SELECT file, title, outcome, attempts, seconds, error, sql_digest, finished_at FROM crossfade.step WHERE run = $1 ORDER BY id
            """,
            [record.id]
        ).map { row in
            RunReport.Step(
                file: try row.decode("file"),
                title: try row.decode("title"),
                outcome: try row.decode("outcome"),
                attempts: try row.decode("attempts"),
                seconds: try row.decode("seconds"),
                error: try row.decodeIfPresent("error"),
                sqlDigest: try row.decode("sql_digest"),
                finishedAt: try row.decode("finished_at")
            )
        }
    }

    /// What the steps of the run are, as the blueprint in the ledger and this program's templates have them.
    private func texts() throws -> [RunReport.Text] {
        try PhaseFile.allCases.flatMap { file -> [RunReport.Text] in
            let name = "\(files.blueprint.family)/\(file.template)"
            return try (files.render(file, .engine)?.steps ?? []).map { step in
                RunReport.Text(
                    file: name,
                    title: step.title,
                    sql: step.statements.map { $0.text + ";" }.joined(separator: "\n"),
                    sqlDigest: Digest.hex(step.text),
                    locks: step.statements.flatMap(\.locks).uniqued().map { "\($0.mode.name) on \($0.relation)" }
                )
            }
        }
    }

    private func passes() throws -> [RunReport.Pass] {
        try connection.query(
            """
            SELECT p.step, p.relation, p.number, p.rows_done, count(c.id) AS chunks, coalesce(sum(c.seconds), 0)::float8 AS seconds,
                   (SELECT count(*) FROM crossfade.rejection j WHERE j.pass = p.id) AS rejections
              FROM crossfade.pass p LEFT JOIN crossfade.chunk c ON c.pass = p.id AND c.status = 'done'
             WHERE p.run = $1 GROUP BY p.id ORDER BY p.id
            """,
            [record.id]
        ).map { row in
            RunReport.Pass(
                step: try row.decode("step"),
                relation: try row.decode("relation"),
                number: try row.decode("number"),
                rows: try row.decode("rows_done"),
                chunks: try row.decode("chunks"),
                chunkSeconds: try row.decode("seconds"),
                rejections: try row.decode("rejections")
            )
        }
    }

    /// At most so many bins: what a plot of a page's width can show.
    private static let bins = 120

    private func throughput() throws -> RunReport.Throughput? {
        let rows = try connection.query(
            """
            WITH finished AS (
              SELECT finished_at, seconds, rows FROM crossfade.chunk WHERE run = $1 AND status = 'done' AND rows > 0
            ), span AS (
              SELECT min(finished_at - make_interval(secs => seconds)) AS began, max(finished_at) AS ended FROM finished
            ), bin AS (
              SELECT began, greatest(extract(epoch FROM ended - began) / \(Self.bins), 1)::float8 AS length,
                     extract(epoch FROM ended - began)::float8 AS whole FROM span WHERE began IS NOT NULL
            )
            SELECT b.began, b.length, n.number, coalesce(sum(f.rows), 0)::bigint AS rows
              FROM bin b CROSS JOIN LATERAL generate_series(0, greatest(ceil(b.whole / b.length)::int - 1, 0)) AS n(number)
              LEFT JOIN finished f ON least(floor(extract(epoch FROM f.finished_at - b.began) / b.length), ceil(b.whole / b.length) - 1) = n.number
             GROUP BY b.began, b.length, n.number ORDER BY n.number
            """,
            [record.id]
        )
        guard let first = rows.first else { return nil }
        return RunReport.Throughput(
            beganAt: try first.decode("began"),
            binSeconds: try first.decode("length"),
            rows: try rows.map { try $0.decode("rows") }
        )
    }

    // MARK: - What was found

    private func checks() throws -> [RunReport.FullCheck] {
        try connection.query(
            """
            SELECT phase, verdict, rows_checked, violations, checks::text AS checks, started_at, finished_at
              FROM crossfade.verification WHERE run = $1 ORDER BY ordinal
            """,
            [record.id]
        ).map { row in
            RunReport.FullCheck(
                phase: try row.decodeIfPresent("phase"),
                verdict: try Ledger.word(try row.decode("verdict")),
                rowsChecked: try row.decode("rows_checked"),
                violations: try row.decode("violations"),
                parts: try Ledger.decode([VerificationReport.Check].self, try row.decode("checks")),
                startedAt: try row.decode("started_at"),
                finishedAt: try row.decode("finished_at")
            )
        }
    }

    private func writers() throws -> [RunReport.Writers] {
        let since = record.phases[.expand]?.appliedAt ?? record.createdAt
        return try ["old", "new", "both", "stale", "unconvertible"].flatMap { side in
            try Ledger(connection).writers(of: record.plan, sides: [side], since: since).map {
                RunReport.Writers(side: side, writer: $0)
            }
        }
    }

    private func readers() throws -> (since: Date?, [GateFacts.LegacyReader]) {
        let look = try connection.query("SELECT since FROM crossfade.statement_look WHERE run = $1", [record.id]).first
        let readers = try connection.query(
            """
            SELECT role, query, calls - first_calls AS calls, last_seen FROM crossfade.statement_reader
             WHERE run = $1 AND last_seen IS NOT NULL ORDER BY last_seen DESC
            """,
            [record.id]
        ).map { row in
            GateFacts.LegacyReader(
                role: try row.decode("role"),
                query: try row.decode("query"),
                calls: try row.decode("calls"),
                lastSeen: try row.decode("last_seen")
            )
        }
        return (try look?.decode("since"), readers)
    }

    private func approvals() throws -> [RunReport.Approval] {
        try Phase.allCases.flatMap { phase in
            try Ledger(connection).approvals(phase, run: record.id, roles: []).map { approval in
                RunReport.Approval(
                    phase: phase.rawValue,
                    approval: approval,
                    isOfThisChange: approval.changeDigest == record.changeDigest
                )
            }
        }
    }
}

extension Sequence where Element: Hashable {
    /// The elements in order, each once.
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
