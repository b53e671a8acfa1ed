import Diagnostics
import Workflow

extension BackfillProgress {
    /// One line: `52.4 %, 524,113 of about 1,000,000 rows, 98,000 rows/s, 5 s left`.
    var spoken: String { (["\(percentSpoken) %"] + facts).joined(separator: ", ") }

    /// The bar, and the line below it.
    func write(to page: inout Page) {
        page.field("backfill", "\(bar(24)) \(percentSpoken) %")
        let crew = workers > 0 ? [workers.counted("worker")] : []
        page.field("", (facts + crew).joined(separator: ", "))
        if let pressure { page.field("", pressure.harmless) }
    }

    private var facts: [String] {
        var facts = [rowsSpoken]
        if pass > 1 { facts.append("sweep \(pass - 1) for rows that were locked") }
        if let rowsPerSecond, throttledBy == nil { facts.append("\(Int64(rowsPerSecond.rounded()).grouped) rows/s") }
        if rejected > 0 { facts.append("\(rejected.grouped) rejected") }
        if let share, share < 0.995, throttledBy == nil {
            facts.append("\((share * 100).rounded().fixed(0)) % of its workers' time")
        }
        if let remaining { facts.append(remaining) }
        return facts
    }

    /// So many columns, filled from the left.
    func bar(_ width: Int) -> String {
        let filled = Int(percent / 100 * Double(width))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    /// Rounded down, so that 100 means that nothing is left.
    private var percentSpoken: String { ((percent * 10).rounded(.down) / 10).fixed(1) }

    private var rowsSpoken: String {
        guard let rowsTotal else { return rowsDone.counted("row") }
        // The total is the planner's estimate: it must not look smaller than what is done.
        return "\(rowsDone.grouped) of about \(max(rowsDone, rowsTotal).counted("row"))"
    }

    /// The time left, or why it cannot be told; nil at the end.
    private var remaining: String? {
        if let throttledBy { return "held: \(throttledBy.harmless)" }
        if percent >= 100 { return nil }
        guard let etaSeconds else { return "measuring" }
        return etaSeconds < 1 ? "due" : "\(Duration.seconds(etaSeconds.rounded()).spoken) left"
    }
}
