/// The time of a question.
struct StatusSuite: Suite {
    private static let bound = 0.1

    func run(on stage: Stage) async throws -> Findings {
        // Small, since status reads the ledger; but with a run, so that there is something to tell.
        try await stage.onFreshDatabase(.bigint, rows: min(stage.settings.rows, 100_000), measure)
    }

    private func measure(_ database: Database, _ stage: Stage) async throws -> Findings {
        let contender = CrossfadeBackfill(stage.program, workers: 2)
        try await contender.prepare(database)
        _ = try await contender.backfill(database)
        var seconds: [Double] = []
        for _ in 0..<stage.settings.statusRuns {
            seconds.append(try await stage.program.run("status", BenchPlan.name, on: database).seconds)
        }
        guard let statistics = Statistics(seconds) else { throw BenchError.unmeasurable("there was no run") }
        let text = statistics.text(Words.milliseconds)
        Screen.remark("status: \(text)")
        var findings = Findings()
        findings.add(.status, Words.milliseconds(statistics.median), isMet: statistics.median < Self.bound)
        findings.sections = [
            Section(
                title: "status",
                text: "\(seconds.count) runs of the whole process after a backfill, nothing else at work: \(text)."
            )
        ]
        return findings
    }
}
