import Foundation

/// What the demonstration was asked to do.
struct Settings: Sendable {
    /// Users and profiles, or rows of the table a kind is about.
    var rows: Int
    /// What is demonstrated; nil: the rename of a column, with three versions of the application.
    var scenario: Scenario?
    /// The repository's plans.
    var examples = URL(filePath: "Plans")
    /// The program to demonstrate.
    var crossfade: URL

    static let usage = """
        usage: Demo [--kind KIND] [--rows N] [--crossfade PATH] [--plans FOLDER]

        Carries a change through all phases, under live traffic, in a throw-away PostgreSQL.

          --kind KIND        the kind of change (default: rename_column): \(Scenario.all.map(\.kind).joined(separator: ", "))
          --rows N           rows to begin with (default: 1000000 for a rename, 50000 for any other kind)
          --plans FOLDER     the repository's plans (default: Plans)
          --crossfade PATH   the program; default: CROSSFADE_BIN, else crossfade beside this one
        """

    /// Fewer rows than clients would leave a client without rows of its own.
    static let leastRows = 100

    init(arguments: [String], environment: [String: String]) throws(DemoError) {
        var path = environment["CROSSFADE_BIN"]
        var count: Int?
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard ["--rows", "--crossfade", "--kind", "--plans"].contains(name) else {
                throw .usage("there is no argument '\(name)'")
            }
            guard let value = rest.popFirst() else { throw .usage("\(name) wants a value") }
            if name == "--crossfade" {
                path = value
            } else if name == "--plans" {
                examples = URL(filePath: value)
            } else if name == "--kind" {
                scenario = Scenario.all.first { $0.kind == value }
                guard scenario != nil || value == "rename_column" else {
                    throw .usage("there is no demonstration of '\(value)'")
                }
            } else if let number = Int(value), (Self.leastRows...Int(Int32.max / 2)).contains(number) {
                count = number
            } else {
                throw .usage("--rows wants a number from \(Self.leastRows) on, not '\(value)'")
            }
        }
        rows = count ?? (scenario == nil ? 1_000_000 : 50_000)
        let here = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        crossfade = path.map { URL(filePath: $0) } ?? here.deletingLastPathComponent().appending(path: "crossfade")
        guard FileManager.default.isExecutableFile(atPath: crossfade.path) else {
            throw .programMissing(crossfade.path)
        }
    }
}
