/// What came of it all, and whether that is as it has to be.
struct Summary: Sendable {
    /// A stretch of the demonstration.
    struct Part: Sendable {
        let name: String
        let time: Duration
        /// The longest that a client waited for a statement meanwhile.
        let wait: Duration
    }

    let rows: Int
    var rowsAtTheEnd = 0
    var parts: [Part] = []
    var versions: [(version: ApplicationVersion, statistics: ClientStatistics)] = []
    /// Profiles whose last value a client remembered, and those of them that do not hold it at the end.
    var written = 0
    var differing = 0
    var violations: [Inspection.Violation] = []
    /// Why the end was not reached.
    var problem: String?
    private var start = ContinuousClock.now
    private var time = Duration.zero

    init(rows: Int) { self.rows = rows }

    /// The clock runs while clients do: the load is not counted.
    mutating func begin() { start = .now }

    mutating func end() { time = .now - start }

    // MARK: - Verdict

    private var total: ClientStatistics {
        versions.reduce(into: ClientStatistics()) { $0.add($1.statistics) }
    }

    private var lostWrites: Int { total.lostWrites + differing }

    private var violationCount: Int { violations.reduce(0) { $0 + abs($1.count) } }

    /// What is not as it has to be; empty when all is well.
    var complaints: [String] {
        var complaints = problem.map { [$0] } ?? []
        for (version, statistics) in versions {
            if statistics.statements == 0 { complaints.append("the \(version) version did nothing") }
            complaints += statistics.troubles
        }
        if total.failures > 0 { complaints.append("\(total.failures) statements failed") }
        if lostWrites > 0 { complaints.append("\(lostWrites) writes were lost") }
        complaints += violations.map { "\($0.description): \($0.count)" }
        return complaints
    }

    // MARK: - Text

    var text: String {
        [phaseTable, versionTable, resultTable].joined(separator: "\n\n")
    }

    private var phaseTable: String {
        var table = TextTable("part", "seconds", "longest wait")
        for part in parts {
            table.add(part.name, Words.seconds(part.time), part.wait == .zero ? "" : Words.milliseconds(part.wait))
        }
        table.add("all but the load", Words.seconds(time), Words.milliseconds(total.longestWait))
        return table.text
    }

    private var versionTable: String {
        var table = TextTable("version", "statements", "failed", "lost writes", "longest wait")
        func add(_ name: String, _ statistics: ClientStatistics, lost: Int) {
            table.add(
                name,
                Words.number(statistics.statements),
                Words.number(statistics.failures),
                Words.number(lost),
                Words.milliseconds(statistics.longestWait)
            )
        }
        for (version, statistics) in versions { add("\(version)", statistics, lost: statistics.lostWrites) }
        add("all", total, lost: lostWrites)
        return table.text
    }

    private var resultTable: String {
        var table = TextTable("result", "")
        table.add("rows", "\(Words.number(rows)) loaded, \(Words.number(rowsAtTheEnd)) at the end")
        table.add("rows that clients wrote, compared at the end", Words.number(written))
        table.add("failed statements", Words.number(total.failures))
        table.add("lost writes", Words.number(lostWrites))
        table.add("longest wait", Words.milliseconds(total.longestWait))
        table.add("violations", Words.number(violationCount))
        return table.text
    }
}
