/// What an application on the same table feels of the backfill.
struct ForegroundSuite: Suite {
    func run(on stage: Stage) async throws -> Findings {
        let pgbench = try PGBench(stage.server.binaries, folder: stage.server.folder)
        let measured = CrossfadeBackfill(stage.program, workers: 2)
        var contenders: [any Contender] = [OneUpdate(), measured]
        if let variant = stage.supported(CrossfadeBackfill(stage.program, workers: 2, .noLatencyBudget)) {
            contenders.append(variant)
        }
        var findings = Findings()
        for load in [Load.rate(stage.settings.rate), .saturating] {
            let results = try await stage.rounds(of: contenders, "foreground, \(load.name)") { contender in
                let run = try await ForegroundRun.take(
                    contender,
                    load,
                    calm: stage.settings.calm,
                    rows: stage.settings.foregroundRows,
                    with: pgbench,
                    on: stage.server
                )
                return (run, Self.line(run))
            }
            findings.sections.append(try section(load, results))
            guard load != .saturating else { continue }
            try judge(results[1], plain: results[0], into: &findings)
            findings.panels.append(try panel(load, contenders, results))
        }
        return findings
    }

    private static func line(_ run: ForegroundRun) -> String {
        """
        \(run.contender): p99 \(Words.milliseconds(run.calm.p99)) before, \(Words.milliseconds(run.during.p99)) \
        during, \(run.failures) failed
        """
    }

    private func statistics(_ runs: [ForegroundRun], _ figure: (ForegroundRun) -> Double) throws -> Statistics {
        guard let statistics = Statistics(runs.map(figure)) else { throw BenchError.unmeasurable("there was no round") }
        return statistics
    }

    private static func pacing(_ load: Load) -> String {
        switch load {
        case .rate: "latency counted from when it was due"
        case .saturating:
            """
            each as soon as the last is answered: who waits sends nothing meanwhile, so that a stall shows in `max` and \
            in the rate rather than in p99
            """
        }
    }

    // MARK: - Verdict

    private func judge(_ runs: [ForegroundRun], plain: [ForegroundRun], into findings: inout Findings) throws {
        let ratio = try statistics(runs, \.ratio).median
        let during = try statistics(runs) { $0.during.p99 }.median
        let bare = try statistics(plain) { $0.calm.p99 }.median
        let failures = runs.reduce(0) { $0 + $1.failures }
        findings.add(
            .foreground,
            """
            \(Words.ratio(ratio)), \(failures) failed (against the table without crossfade: \
            \(Words.ratio(during / bare)))
            """,
            isMet: ratio <= 2 && failures == 0
        )
    }

    private func section(_ load: Load, _ results: [[ForegroundRun]]) throws -> Section {
        var table = MarkdownTable(
            "contender",
            "",
            "p50",
            "p99",
            "p99 during / before",
            "max",
            "transactions/s",
            "failed",
            "backfill rows/s"
        )
        for runs in results {
            guard let first = runs.first else { continue }
            for (part, window) in [("before", \ForegroundRun.calm), ("during", \.during)] {
                let isDuring = part == "during"
                table.add(
                    first.contender,
                    part,
                    Words.milliseconds(try statistics(runs) { $0[keyPath: window].p50 }.median),
                    try statistics(runs) { $0[keyPath: window].p99 }.text(Words.milliseconds),
                    isDuring ? try statistics(runs, \.ratio).text { Words.decimal($0, 2) } : "",
                    Words.milliseconds(try statistics(runs) { $0[keyPath: window].most }.most),
                    Words.number(try statistics(runs) { $0[keyPath: window].rate }.median),
                    isDuring ? String(runs.reduce(0) { $0 + $1.failures }) : "",
                    isDuring ? Words.number(try statistics(runs) { Double($0.rows) / $0.course.copy }.median) : ""
                )
            }
        }
        let mix = Load.mix.map { "\($0.weight) % \($0.name)" }.joined(separator: ", ")
        return Section(
            title: "Foreground, \(load.name)",
            text: """
                pgbench with \(Load.connections) connections on the table: \(mix), each by key and a transaction of its \
                own, \(Self.pacing(load)). \
                `before` is the same run of pgbench in the \(results.first?.first?.calmSeconds ?? 0) s before the backfill: \
                for crossfade with its trigger in place, for one `UPDATE` on the plain table. `during` are all \
                transactions that were under way at any moment of the backfill, its check included.
                """,
            table: table
        )
    }

    // MARK: - Chart

    private func panel(_ load: Load, _ contenders: [any Contender], _ results: [[ForegroundRun]]) throws -> Panel {
        var series: [Panel.Series] = []
        var marks = [Panel.Mark(x: 0, text: "backfill begins", tint: nil)]
        for (contender, runs) in zip(contenders, results) {
            let ordered = runs.sorted { $0.during.p99 < $1.during.p99 }
            guard let run = ordered.dropFirst((ordered.count - 1) / 2).first else { continue }
            let tint = Tint.of(contender)
            series.append(Panel.Series(name: contender.name, tint: tint, points: run.p99))
            marks.append(Panel.Mark(x: run.course.whole, text: "", tint: tint))
        }
        return Panel(
            title: "Foreground p99 latency, \(load.name)",
            unit: "ms, by powers of ten; a line in a contender's colour: its backfill ends",
            axis: .logarithmic(unit: 0.001),
            series: series,
            marks: marks
        )
    }
}
