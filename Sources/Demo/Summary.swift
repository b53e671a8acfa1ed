import Foundation

/// What the demonstration came to.
struct Summary {
    let rows: Int
    let elapsed: Double
    let phases: [(String, Double)]
    let tallies: [Version: Tally]
    let lost: Int
    let violations: Int

    private var failures: Int { tallies.values.reduce(0) { $0 + $1.failures } }

    /// No statement failed, no write was lost, no row is wrong.
    var isClean: Bool { failures == 0 && lost == 0 && violations == 0 && tallies.count == Version.allCases.count }

    var text: String {
        var lines = [line("rows", grouped(rows)), line("seconds in all", fixed(elapsed))]
        lines += phases.map { line("  \($0.0)", fixed($0.1)) }
        for version in Version.allCases {
            let tally = tallies[version] ?? Tally()
            lines.append(line("statements, \(version.rawValue) version", grouped(tally.statements)))
        }
        lines.append(line("failed statements", grouped(failures)))
        lines.append(line("lost writes", grouped(lost)))
        lines.append(line("longest wait, ms", fixed((tallies.values.map(\.longest).max() ?? 0) * 1000)))
        lines.append(line("violations", grouped(violations)))
        lines += tallies.values.flatMap(\.samples).map { "failed: \($0)" }
        return lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ value: String) -> String {
        name.padding(toLength: 28, withPad: " ", startingAt: 0)
            + String(repeating: " ", count: max(0, 14 - value.count)) + value
    }

    private func fixed(_ value: Double) -> String {
        value.formatted(.number.precision(.fractionLength(1)).grouping(.never))
    }

    private func grouped(_ value: Int) -> String { value.formatted(.number.grouping(.automatic)) }
}
