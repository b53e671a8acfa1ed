/// The backfill of a table with a random key against that of the same table with a rising one.
struct UUIDSuite: Suite {
    func run(on stage: Stage) async throws -> Findings {
        let shapes = [TableShape.bigint, .uuid]
        let contender = CrossfadeBackfill(stage.program, workers: 2)
        var results = shapes.map { _ in [Measurement]() }
        for round in 0..<stage.settings.rounds {
            for offset in shapes.indices {
                let place = (round + offset) % shapes.count
                let measurement = try await Measurement.take(
                    contender,
                    shapes[place],
                    rows: stage.settings.rows,
                    on: stage.server
                )
                Screen.remark(
                    "uuid, round \(round + 1) of \(stage.settings.rounds), \(shapes[place].name): \(measurement.line)"
                )
                results[place].append(measurement)
            }
        }
        let ratio = try results[1].medianRate() / results[0].medianRate()
        var table = MarkdownTable("key", "rows/s", "seconds", "table ×")
        for (shape, measurements) in zip(shapes, results) {
            table.add(
                shape.name,
                try measurements.statistics(\.rate).text(Words.number(_:)),
                try measurements.statistics(\.course.copy).text { Words.decimal($0, 2) },
                try measurements.statistics(\.ratio).text { Words.decimal($0, 2) }
            )
        }
        var findings = Findings()
        findings.add(.uuid, Words.ratio(ratio), isMet: ratio >= 0.9)
        findings.sections = [Section(title: "Random UUID key", text: "\(contender.name).", table: table)]
        return findings
    }
}
