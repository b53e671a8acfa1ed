/// What came of it all, and whether that is as it has to be.
struct Summary: Sendable {
    /// A stretch of the demonstration.
    struct Part: Sendable {
        let name: String
        let time: Duration
        /// The longest that a client waited for a statement meanwhile.
        let wait: Duration
    }

    /// The comparison at the end.
    struct Comparison: Sendable {
        let rows: Int
        /// Profiles whose last value a client remembered.
        let written: Int
        /// Those of them that do not hold it.
        let differing: Int
    }

    let rows: Int
    var parts: [Part] = []
    var versions: [(version: ApplicationVersion, statistics: ClientStatistics)] = []
    /// Nil when the end was not reached.
    var comparison: Comparison?
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

    private var lostWrites: Int { total.lostWrites + (comparison?.differing ?? 0) }

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
        table.add("rows loaded", Words.number(rows))
        table.add("rows at the end", comparison.map { Words.number($0.rows) } ?? "not reached")
        table.add("rows that clients wrote, compared", comparison.map { Words.number($0.written) } ?? "not reached")
        table.add("seconds without the load", Words.seconds(time))
        for (version, statistics) in versions {
            table.add("statements of the \(version) version", Words.number(statistics.statements))
        }
        table.add("failed statements", Words.number(total.failures))
        table.add("lost writes", Words.number(lostWrites))
        table.add("longest wait", Words.milliseconds(total.longestWait))
        table.add("violations", comparison == nil ? "not reached" : Words.number(violationCount))
        return table.text
    }
}
