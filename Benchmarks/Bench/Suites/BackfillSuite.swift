/// The backfill by all contenders, on the bigint key.
struct BackfillSuite: Suite {
    func run(on stage: Stage) async throws -> Findings {
        let program = stage.program
        var contenders: [any Contender] = [
            OneUpdate(), KeysetBatches(),
            CrossfadeBackfill(program, workers: 1), CrossfadeBackfill(program, workers: 2),
        ]
        if let variant = stage.supported(CrossfadeBackfill(program, workers: 2, .vacuumOff)) {
            contenders.append(variant)
        }
        let results = try await stage.rounds(of: contenders, "backfill") { contender in
            let measurement = try await Measurement.take(
                contender,
                .bigint,
                rows: stage.settings.rows,
                on: stage.server
            )
            return (measurement, measurement.line)
        }
        return try findings(contenders, results)
    }

    private func findings(_ contenders: [any Contender], _ results: [[Measurement]]) throws -> Findings {
        let rates = try results.map { try $0.medianRate() }
        let (update, keyset, one, two) = (rates[0], rates[1], rates[2], rates[3])
        let size = try max(results[2].statistics(\.ratio).median, results[3].statistics(\.ratio).median)
        let updateSize = try results[0].statistics(\.ratio).median
        var findings = Findings()
        findings.add(.oneWorker, Words.ratio(one / update), isMet: one / update >= 1)
        findings.add(.twoWorkers, Words.ratio(two / update), isMet: two / update >= 1.4)
        findings.add(
            .againstKeyset,
            "\(Words.ratio(two / keyset)) (1 worker: \(Words.ratio(one / keyset)))",
            isMet: two / keyset >= 2
        )
        findings.add(.size, "\(Words.ratio(size)) (one `UPDATE`: \(Words.ratio(updateSize)))", isMet: size <= 1.5)
        findings.sections = [try section(results)]
        findings.panels = try panels(contenders, results)
        return findings
    }

    private func section(_ results: [[Measurement]]) throws -> Section {
        let before = try results[0].typical().before
        return Section(
            title: "Backfill",
            text: """
                \(Words.number(results[0][0].rows)) rows, bigint key, two more indexes; the table has \
                \(Words.megabytes(before.table)), with indexes \(Words.megabytes(before.total)). `seconds` is the copy: \
                for `UPDATE` and batches the client's time, for crossfade the step in its ledger, with its own proof that \
                nothing is left. `whole` is the process from start to end, with the full check of every row that only \
                crossfade does. Sizes are of the table (`pg_table_size`) and with its indexes \
                (`pg_total_relation_size`), after against before; the target is of the table.
                """,
            table: try MarkdownTable(contenders: results)
        )
    }

    // MARK: - Charts

    private func panels(_ contenders: [any Contender], _ results: [[Measurement]]) throws -> [Panel] {
        let typical = try results.map { try $0.typical() }
        let longest = typical.map(\.course.whole).max() ?? 1
        let step = longest < 10 ? 0.5 : 1.0
        let rates = zip(contenders, typical).map { contender, measurement in
            Panel.Series(name: contender.name, tint: .of(contender), points: measurement.rates(every: step))
        }
        let sizes = zip(contenders, typical).map { contender, measurement in
            Panel.Series(name: contender.name, tint: .of(contender), points: growth(of: measurement))
        }
        return [
            Panel(title: "Rows copied a second", unit: "thousand rows/s", axis: .linear(unit: 1000), series: rates),
            Panel(
                title: "Size of the table",
                unit: "MB, without indexes",
                axis: .linear(unit: 1_048_576),
                series: sizes
            ),
        ]
    }

    private func growth(of measurement: Measurement) -> [Point] {
        [Point(x: 0, y: measurement.before.table)]
            + measurement.growth.points(since: measurement.start).filter { $0.x > 0 }
            + [Point(x: measurement.course.whole, y: measurement.after.table)]
    }
}
