import Foundation
import Postgres
import SQL
import Workflow

/// Reads the record of a plan's newest run: from the ledger alone, in one snapshot, and without a write.
struct RunReportReader {
    let connection: Connection
    let plan: Plan
    let workspace: Workspace
    /// Folder with the plan's generated files; it need not exist.
    let folder: URL
    /// Whether the values that repairs wrote over are told, and not only counted.
    let showsValues: Bool

    /// How many repaired rows are listed; all are counted.
    static let listedRepairs = 1_000

    /// - Throws: ``Failure`` `refused` when the plan has no run, or the ledger another version than this program.
    func read() throws -> RunReport {
        let ledger = Ledger(connection)
        guard let record = try ledger.newestRun(of: plan.name) else { throw notBegun }
        try ledger.requireCurrent(for: plan.name)
        let steps = try steps(of: record)
        return RunReport(
            head: try head(of: record),
            phases: Phase.allCases.map(record.line),
            steps: steps,
            scripts: scripts(of: steps, record),
            passes: try passes(of: record),
            repairs: try repairs(of: record),
            throughput: try throughput(of: record),
            checks: try checks(of: record),
            writers: try writers(of: record),
            readers: try readers(of: record),
            brownouts: try ledger.brownouts(of: record.id),
            approvals: try approvals(of: record),
            events: try ledger.events(of: record)
        )
    }

    private var notBegun: Failure {
        Failure(
            .refused,
            "the plan \(plan.name.text) has no run to report on",
            hint: "crossfade advance \(plan.name.text)"
        )
    }
}

// MARK: - The run

extension RunReportReader {
    private func head(of record: RunRecord) throws -> RunReport.Head {
        let row = try connection.queryKept(
            """
            SELECT current_database() AS database, current_setting('server_version') AS server, author_role, finished_at,
                   clock_timestamp() AS now
              FROM crossfade.run WHERE id = $1
            """,
            [record.id]
        ).only()
        let templates = workspace.templates.digest(of: plan.change.kind.families)
        return RunReport.Head(
            plan: record.plan,
            description: plan.description,
            summary: plan.summary,
            run: record.id,
            state: record.run.state,
            author: record.author,
            authorRole: try row.decode("author_role"),
            database: try row.decode("database"),
            serverVersion: try row.decode("server"),
            startedAt: record.createdAt,
            finishedAt: try row.decodeIfPresent("finished_at"),
            changeDigest: record.changeDigest,
            templateDigest: record.templateDigest,
            isPlanUnchanged: record.changeDigest == plan.changeDigest,
            isTemplateUnchanged: record.templateDigest == templates,
            madeAt: try row.decode("now")
        )
    }
}

// MARK: - Steps

extension RunReportReader {
    /// The event of a step is written right after it, in the same transaction: it tells who it was.
    private func steps(of record: RunRecord) throws -> [RunReport.Step] {
        try connection.queryKept(
            """
            SELECT s.file, s.title, s.outcome, s.attempts, s.seconds, s.error, s.sql_digest, s.finished_at, e.actor
              FROM crossfade.step s
              LEFT JOIN LATERAL (
                SELECT actor FROM crossfade.event
                 WHERE plan = $2 AND run = s.run AND step = s.title AND sql_digest = s.sql_digest
                   AND kind = 'step ' || s.outcome AND ordinal > s.ordinal
                 ORDER BY ordinal LIMIT 1
              ) e ON true
             WHERE s.run = $1 ORDER BY s.id
            """,
            [record.id, record.plan]
        ).map { row in
            RunReport.Step(
                file: try row.decode("file"),
                title: try row.decode("title"),
                outcome: try row.decode("outcome"),
                attempts: try row.decode("attempts"),
                seconds: try row.decode("seconds"),
                error: try row.decodeIfPresent("error"),
                sqlDigest: try row.decode("sql_digest"),
                finishedAt: try row.decode("finished_at"),
                actor: try row.decodeIfPresent("actor")
            )
        }
    }

    /// What is rendered now stands only beside a digest that it has; anything else would be another text than was run.
    private func scripts(of steps: [RunReport.Step], _ record: RunRecord) -> [RunReport.Script] {
        let rendered = rendered(record)
        var known: Set<[String]> = []
        let scripts: [RunReport.Script] = steps.compactMap { step in
            guard known.insert([step.file, step.title, step.sqlDigest]).inserted else { return nil }
            return RunReport.Script(
                file: step.file,
                title: step.title,
                sqlDigest: step.sqlDigest,
                text: rendered.steps[step.sqlDigest].map { step in
                    RunReport.Script.Text(
                        sql: step.text,
                        mode: step.mode.rawValue,
                        locks: step.statements.flatMap(\.locks).strongest
                    )
                }
            )
        }
        // Where every text is known it does not matter what else lies in the folder.
        if scripts.contains(where: { $0.text == nil }) { rendered.problems.forEach { workspace.remark(.notice($0)) } }
        return scripts
    }

    /// Every step of the plan's files by its digest, as edited and as generated, and what could not be read.
    private func rendered(_ record: RunRecord) -> (steps: [String: Step], problems: [String]) {
        let files = PhaseFiles(templates: workspace.templates, blueprint: record.blueprint, folder: folder)
        var found: (steps: [String: Step], problems: [String]) = ([:], [])
        for file in PhaseFile.allCases {
            // A file that cannot be used any more is no reason to have no record: its steps stand without a text.
            for read in [{ try files.render(file, .engine)?.steps }, { try files.load(file)?.steps }] {
                do {
                    for step in try read() ?? [] { found.steps[Digest.hex(step.text)] = step }
                } catch {
                    found.problems.append((error as? Failure)?.message ?? "\(error)")
                }
            }
        }
        return found
    }
}

// MARK: - Rows

extension RunReportReader {
    private func passes(of record: RunRecord) throws -> [RunReport.Pass] {
        try connection.queryKept(
            """
            SELECT p.step, p.number, p.relation, p.started_at, p.rows_done, c.chunks, c.seconds, c.finished_at,
                   (SELECT count(*) FROM crossfade.rejection r WHERE r.pass = p.id) AS rejections
              FROM crossfade.pass p
              CROSS JOIN LATERAL (
                SELECT count(*) AS chunks, coalesce(sum(seconds), 0) AS seconds, max(finished_at) AS finished_at
                  FROM crossfade.chunk WHERE pass = p.id AND status = 'done'
              ) c
             WHERE p.run = $1 ORDER BY p.id
            """,
            [record.id]
        ).map { row in
            RunReport.Pass(
                step: try row.decode("step"),
                number: try row.decode("number"),
                relation: try row.decode("relation"),
                startedAt: try row.decode("started_at"),
                finishedAt: try row.decodeIfPresent("finished_at"),
                rows: try row.decode("rows_done"),
                chunks: try row.decode("chunks"),
                seconds: try row.decode("seconds"),
                rejections: try row.decode("rejections")
            )
        }
    }

    /// The values themselves leave the database only where they are asked for.
    private func repairs(of record: RunRecord) throws -> RunReport.Repairs {
        let rows = try connection.query(
            """
            SELECT relation, key, at, \(showsValues ? "before::text" : "NULL::text") AS before, value_count
              FROM crossfade.repaired WHERE run = $1 ORDER BY id LIMIT \(Self.listedRepairs)
            """,
            [record.id]
        ).map { row in
            RunReport.Repairs.Row(
                relation: try row.decode("relation"),
                key: try row.decode("key"),
                at: try row.decode("at"),
                values: try row.decodeIfPresent("value_count"),
                before: try row.decodeIfPresent("before")
            )
        }
        let total: Int64 = try connection.queryKept(
            "SELECT count(*) AS total FROM crossfade.repaired WHERE run = $1",
            [record.id]
        ).only().decode("total")
        return RunReport.Repairs(total: total, rows: rows)
    }

    /// Chunks that ended at nearly the same time are one share: a long copy has far more of them than a plot has room for.
    private func throughput(of record: RunRecord) throws -> [Throughput] {
        var shares: [String: [Throughput.Share]] = [:]
        var steps: [String] = []
        let rows = try connection.queryKept(
            """
            WITH done AS (
              SELECT p.step, coalesce(c.rows, 0) AS rows, c.finished_at AS ended,
                     c.finished_at - make_interval(secs => coalesce(c.seconds, 0)) AS began
                FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass
               WHERE c.run = $1 AND c.status = 'done' AND c.finished_at IS NOT NULL
            ), span AS (
              SELECT step, min(began) AS began, extract(epoch FROM max(ended) - min(began)) AS seconds FROM done GROUP BY step
            )
            SELECT d.step, sum(d.rows)::bigint AS rows, min(d.began) AS began, max(d.ended) AS ended
              FROM done d JOIN span s ON s.step = d.step
             GROUP BY d.step, s.began, trunc(1200 * extract(epoch FROM d.ended - s.began) / nullif(s.seconds, 0))
             ORDER BY s.began, ended
            """,
            [record.id]
        )
        for row in rows {
            let step: String = try row.decode("step")
            if shares[step] == nil { steps.append(step) }
            shares[step, default: []].append(
                Throughput.Share(
                    rows: try row.decode("rows"),
                    startedAt: try row.decode("began"),
                    finishedAt: try row.decode("ended")
                )
            )
        }
        return steps.compactMap { Throughput(step: $0, of: shares[$0] ?? []) }
    }
}
