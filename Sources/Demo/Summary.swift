/// The result of a demonstration, and whether it is as it has to be.
struct Summary: Sendable {
    /// The comparison of every row at the end.
    struct Comparison: Sendable {
        /// Rows whose value was loaded or written by a client, and rows that a client deleted.
        let rows: Int
        /// Those of them that do not hold the value last written or loaded.
        let differing: Int
    }

    let rows: Int
    var statistics: [ApplicationVersion: ClientStatistics] = [:]
    /// Nil when the end was not reached.
    var comparison: Comparison?
    /// How many checks of data and schema were made.
    var checks = 0
    var violations: [Inspection.Violation] = []
    /// Why the end was not reached.
    var problem: String?
    /// From the start of the program.
    var time = Duration.zero

    // MARK: - Verdict

    private var versions: [(version: ApplicationVersion, statistics: ClientStatistics)] {
        ApplicationVersion.allCases.compactMap { version in statistics[version].map { (version, $0) } }
    }

    private var total: ClientStatistics { versions.reduce(into: ClientStatistics()) { $0.add($1.statistics) } }

    private var lostWrites: Int { total.lostWrites + (comparison?.differing ?? 0) }

    /// What is not as it has to be; empty when all is well.
    var complaints: [String] {
        var complaints = problem.map { [$0] } ?? []
        for (version, statistics) in versions {
            if statistics.statements == 0 { complaints.append("the \(version) version sent no statement") }
            complaints += statistics.troubles
        }
        if total.failures > 0 { complaints.append("\(Words.number(total.failures)) statements failed") }
        if lostWrites > 0 { complaints.append("\(Words.number(lostWrites)) writes were lost") }
        complaints += violations.map { "\($0.description): \(Words.number($0.count))" }
        if comparison == nil, complaints.isEmpty { complaints.append("the rows were not compared") }
        return complaints
    }

    /// The result in one line.
    var verdict: String {
        let counts = [
            "\(Words.number(total.statements)) statements", "\(Words.number(total.failures)) failed",
            "\(Words.number(lostWrites)) writes lost", "\(Words.number(violations.count)) violations",
        ]
        let result = complaints.isEmpty ? "passed" : comparison == nil ? "failed before the end" : "failed"
        return "\(result): \(counts.joined(separator: ", "))"
    }

    // MARK: - Text

    var text: String { versionTable + "\n\n" + resultTable }

    private var versionTable: String {
        var table = TextTable("version", "statements", "failed", "lost writes", "longest wait")
        func add(_ name: String, _ statistics: ClientStatistics) {
            table.add(
                name,
                Words.number(statistics.statements),
                Words.number(statistics.failures),
                Words.number(statistics.lostWrites),
                Words.milliseconds(statistics.longestWait)
            )
        }
        for (version, statistics) in versions { add(version.rawValue, statistics) }
        add("all", total)
        return table.text
    }

    private var resultTable: String {
        var table = TextTable()
        table.add("rows loaded", Words.number(rows))
        table.add(
            "rows compared with the value last written or loaded",
            comparison.map { Words.number($0.rows) } ?? "none"
        )
        table.add("rows that differ", comparison.map { Words.number($0.differing) } ?? "unknown")
        table.add("other checks of data and schema", Words.number(checks))
        table.add("violations", Words.number(violations.count))
        table.add("seconds from start to result", Words.seconds(time))
        return table.text
    }
}
