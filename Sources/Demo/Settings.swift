import Foundation

/// What the demonstration was asked to do.
struct Settings: Sendable {
    /// Users and profiles, or rows of the table a kind is about.
    var rows = Self.defaultRows
    /// What is demonstrated; nil: the rename of a column, with three versions of the application.
    var scenario: Scenario?
    /// Whether the server outlives the demonstration.
    var keepsServer = false
    /// The repository's plans.
    var examples = URL(filePath: "Plans")
    /// The program to demonstrate.
    var crossfade: URL

    static let usage = """
        usage: Demo [--kind KIND] [--rows N] [--keep] [--crossfade PATH]
                    [--plans FOLDER]

        Carries a change through all phases under live traffic, in a throw-away
        PostgreSQL. Exit status 0: no statement failed, no write was lost, and all
        checks of data and schema passed.

          --kind KIND        the kind of change, from the list below
          --rows N           rows to begin with (default: \(Words.number(defaultRows)))
          --keep             leave the server running, and print commands to try on it
          --crossfade PATH   the program (default: CROSSFADE_BIN, else crossfade in the
                             folder of this program)
          --plans FOLDER     the repository's plans (default: Plans)

        kinds (default: rename_column):
        \((["rename_column"] + Scenario.all.map(\.kind)).map { "  \($0)" }.joined(separator: "\n"))
        """

    static let defaultRows = 100_000
    /// Fewer rows than clients would leave a client without rows of its own.
    static let leastRows = 100
    /// Keys of new rows begin above it.
    static let mostRows = 10_000_000

    init(arguments: [String], environment: [String: String]) throws(DemoError) {
        var path = environment["CROSSFADE_BIN"]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--keep" {
                keepsServer = true
                continue
            }
            guard ["--rows", "--crossfade", "--kind", "--plans"].contains(name) else {
                throw .usage("unknown argument '\(name)'")
            }
            guard let value = rest.popFirst() else { throw .usage("\(name) needs a value") }
            switch name {
            case "--crossfade": path = value
            case "--plans": examples = URL(filePath: value)
            case "--kind": scenario = try Self.scenario(value)
            default: rows = try Self.rows(value)
            }
        }
        let here = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        crossfade = path.map { URL(filePath: $0) } ?? here.deletingLastPathComponent().appending(path: "crossfade")
        guard FileManager.default.isExecutableFile(atPath: crossfade.path) else {
            throw .programMissing(crossfade.path)
        }
    }

    private static func scenario(_ kind: String) throws(DemoError) -> Scenario? {
        if kind == "rename_column" { return nil }
        guard let scenario = Scenario.all.first(where: { $0.kind == kind }) else {
            throw .usage("unknown kind '\(kind)'")
        }
        return scenario
    }

    private static func rows(_ text: String) throws(DemoError) -> Int {
        guard let number = Int(text), (leastRows...mostRows).contains(number) else {
            throw .usage(
                "--rows needs a number from \(Words.number(leastRows)) to \(Words.number(mostRows)), not '\(text)'"
            )
        }
        return number
    }
}
