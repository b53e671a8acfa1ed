import Foundation

/// What the benchmark was asked to do.
struct Settings: Sendable {
    /// Rows of the table in every measurement but those that say otherwise.
    var rows = 2_000_000
    var rounds = 3
    /// Rows of the narrow table for the memory of the process; 0 leaves it out.
    var memoryRows = 10_000_000
    /// Rows of the table that has a foreground: copied slowly, since the copy gives way, and often.
    var foregroundRows = 500_000
    /// Foreground transactions a second in the measurement at a fixed rate.
    var rate = 400
    /// How long the foreground runs alone before a backfill begins beside it, in seconds.
    var calm = 30
    /// Runs of `status`.
    var statusRuns = 20
    var isQuick = false
    /// The suites to run, in the report's order.
    var suites = SuiteName.allCases
    /// The folder that the report is written to.
    var output = "Benchmarks/results"
    /// The program to measure.
    var crossfade: URL

    static let usage = """
        usage: Bench [--quick] [--rows N] [--rounds N] [--only NAME[,NAME…]] [--rate N] [--calm SECONDS]
                     [--foreground-rows N] [--memory-rows N] [--output DIR] [--crossfade PATH]

        Measures Crossfade against plain SQL, side by side on a throw-away PostgreSQL, and prints ratios.
        Exit status: 0 when every target is met, 1 when one is missed or could not be measured.

          --quick           few rows, one round, no verdict: only shows that everything works
          --rows N          rows of the table (default: 2000000, quick: 100000; or ROWS in the environment)
          --rounds N        how often each contender runs; medians are compared (default: 3, quick: 1; or ROUNDS)
          --only NAME,…     some of: \(SuiteName.allCases.map(\.rawValue).joined(separator: ", "))
          --foreground-rows N
                            rows of the table with a foreground (default: 500000, quick: 100000)
          --rate N          foreground transactions a second at the fixed rate (default: 400)
          --calm SECONDS    foreground alone, before the backfill (default: 30, quick: 3)
          --memory-rows N   narrow rows for the memory of the process (default: 10000000, quick: 0, which leaves it out)
          --output DIR      where the report is written (default: Benchmarks/results)
          --crossfade PATH  the program; default: CROSSFADE_BIN, else crossfade beside this one
        """

    init(arguments: [String], environment: [String: String]) throws(BenchError) {
        var path = environment["CROSSFADE_BIN"]
        isQuick = arguments.contains("--quick")
        if isQuick { (rows, foregroundRows, rounds, memoryRows, calm, statusRuns) = (100_000, 100_000, 1, 0, 3, 5) }
        crossfade = URL(filePath: CommandLine.arguments[0])
        for (variable, name) in [("ROWS", "--rows"), ("ROUNDS", "--rounds")] {
            if let value = environment[variable], !value.isEmpty { try set(name, to: value) }
        }
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--quick" { continue }
            guard Self.names.contains(name) else { throw .usage("there is no argument '\(name)'") }
            guard let value = rest.popFirst() else { throw .usage("\(name) wants a value") }
            if name == "--crossfade" { path = value } else { try set(name, to: value) }
        }
        let here = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        crossfade = path.map { URL(filePath: $0) } ?? here.deletingLastPathComponent().appending(path: "crossfade")
        guard FileManager.default.isExecutableFile(atPath: crossfade.path) else {
            throw .programMissing("crossfade", path: crossfade.path)
        }
    }

    private static let names: Set = [
        "--rows", "--rounds", "--only", "--rate", "--calm", "--foreground-rows", "--memory-rows", "--output",
        "--crossfade",
    ]

    private mutating func set(_ name: String, to value: String) throws(BenchError) {
        switch name {
        case "--rows": rows = try Self.number(name, value, 1000...1_000_000_000)
        case "--rounds": rounds = try Self.number(name, value, 1...99)
        case "--foreground-rows": foregroundRows = try Self.number(name, value, 1000...1_000_000_000)
        case "--rate": rate = try Self.number(name, value, 1...1_000_000)
        case "--calm": calm = try Self.number(name, value, 1...3600)
        case "--memory-rows": memoryRows = try Self.number(name, value, 0...1_000_000_000)
        case "--output": output = value
        default:
            var wanted: Set<SuiteName> = []
            for word in value.split(separator: ",") {
                guard let suite = SuiteName(rawValue: String(word)) else { throw .usage("there is no suite '\(word)'") }
                wanted.insert(suite)
            }
            suites = SuiteName.allCases.filter(wanted.contains)
        }
    }

    private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(BenchError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw .usage("\(name) wants a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }
}
