import Foundation

/// A full check of every row against the plainest query that compares the columns.
struct VerificationSuite: Suite {
    func run(on stage: Stage) async throws -> Findings {
        try await stage.onFreshDatabase(.bigint, rows: stage.settings.rows, measure)
    }

    private func measure(_ database: Database, _ stage: Stage) async throws -> Findings {
        let contender = CrossfadeBackfill(stage.program, workers: 2)
        try await contender.prepare(database)
        _ = try await contender.backfill(database)
        try await database.settle()
        var (count, check, whole) = ([Double](), [Double](), [Double]())
        // The first round fills the caches, and is not counted.
        for round in 0...max(stage.settings.rounds, 3) {
            let start = ContinuousClock.now
            try await database.expectCopied(by: contender.name)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let ending = try await stage.program.run("verify", BenchPlan.name, "--json", on: database)
            let checked = try await checkSeconds(database)
            guard round > 0 else { continue }
            Screen.remark(
                "verify: count \(Words.seconds(seconds)), check \(Words.seconds(checked)), process \(Words.seconds(ending.seconds))"
            )
            count.append(seconds)
            check.append(checked)
            whole.append(ending.seconds)
        }
        return try findings(count, check, whole, rows: stage.settings.rows)
    }

    /// By the ledger, of the newest check.
    private func checkSeconds(_ database: Database) async throws -> Double {
        try await database.value(
            """
            SELECT extract(epoch FROM finished_at - started_at)::double precision FROM crossfade.verification
             WHERE verdict = 'passed' ORDER BY id DESC LIMIT 1
            """
        )
    }

    private func findings(_ count: [Double], _ check: [Double], _ whole: [Double], rows: Int) throws -> Findings {
        guard let count = Statistics(count), let check = Statistics(check), let whole = Statistics(whole) else {
            throw BenchError.unmeasurable("there was no round")
        }
        let ratio = count.median / check.median
        var table = MarkdownTable("", "seconds", "rows/s")
        for (name, seconds) in [
            ("`SELECT count(*) … WHERE new IS DISTINCT FROM old`", count),
            ("the check of `verify`, by its ledger", check),
            ("`crossfade verify`, the whole process", whole),
        ] {
            table.add(name, seconds.text { Words.decimal($0, 3) }, Words.number(Double(rows) / seconds.median))
        }
        var findings = Findings()
        findings.add(
            .verification,
            "\(Words.ratio(ratio)) (whole process: \(Words.ratio(count.median / whole.median)))",
            isMet: ratio >= 0.9
        )
        findings.sections = [
            Section(title: "Full verification", text: "In turns, on a table that is copied and vacuumed.", table: table)
        ]
        return findings
    }
}
