/// The backfill of other tables: a random key, a key of two columns, values out of line.
struct ShapesSuite: Suite {
    func run(on stage: Stage) async throws -> Findings {
        var findings = Findings()
        for shape in [TableShape.uuid, .composite, .wide] {
            findings.sections.append(try await section(shape, on: stage))
        }
        return findings
    }

    private func section(_ shape: TableShape, on stage: Stage) async throws -> Section {
        var contenders: [any Contender] = [
            OneUpdate(), KeysetBatches(), CrossfadeBackfill(stage.program, workers: 2),
        ]
        if let variant = stage.supported(CrossfadeBackfill(stage.program, workers: 2, .keyOrder)) {
            contenders.append(variant)
        }
        let rows = shape.rows(of: stage.settings.rows)
        let results = try await stage.rounds(of: contenders, shape.name) { contender in
            let measurement = try await Measurement.take(contender, shape, rows: rows, on: stage.server)
            return (measurement, measurement.line)
        }
        let before = try results[0].typical().before
        return Section(
            title: "Shape: \(shape.name)",
            text: "\(Words.number(rows)) rows, \(Words.megabytes(before.table)); the key is `(\(shape.keyColumns))`.",
            table: try MarkdownTable(contenders: results)
        )
    }
}
