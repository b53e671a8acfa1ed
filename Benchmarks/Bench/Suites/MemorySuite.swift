/// The memory of the process on tables of different sizes.
struct MemorySuite: Suite {
    private static let bound = 60.0 * 1_048_576

    func run(on stage: Stage) async throws -> Findings {
        let tables = [(TableShape.bigint, stage.settings.rows), (.narrow, stage.settings.memoryRows)].filter {
            $0.1 > 0
        }
        let contender = CrossfadeBackfill(stage.program, workers: 2)
        var table = MarkdownTable("table", "rows", "rows/s", "memory at its peak")
        var peaks: [Double] = []
        for (shape, rows) in tables {
            let measurement = try await Measurement.take(contender, shape, rows: rows, on: stage.server)
            guard let peak = measurement.course.peakMemory else {
                throw BenchError.unmeasurable("this system does not tell the memory of a process")
            }
            Screen.remark("memory, \(shape.name): \(measurement.line), \(Words.megabytes(peak))")
            table.add(shape.name, Words.number(rows), Words.number(measurement.rate), Words.megabytes(peak))
            peaks.append(peak)
        }
        let most = peaks.max() ?? 0
        var findings = Findings()
        findings.add(.memory, Words.megabytes(most), isMet: most < Self.bound)
        findings.sections = [
            Section(
                title: "Memory",
                text:
                    "`crossfade advance` in the backfill with 2 workers and its check: the kernel's own maximum (VmHWM).",
                table: table
            )
        ]
        return findings
    }
}
