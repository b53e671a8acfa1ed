import Foundation

/// What the demonstration was asked to do.
struct Settings: Sendable {
    var rows = 1_000_000
    /// The program to demonstrate.
    var crossfade: URL

    static let usage = """
        usage: Demo [--rows N] [--crossfade PATH]

        Carries a column rename through all phases, under live traffic, in a throw-away PostgreSQL.

          --rows N           users and profiles to begin with (default: 1000000)
          --crossfade PATH   the program; default: CROSSFADE_BIN, else crossfade beside this one
        """

    /// Fewer rows than clients would leave a client without rows of its own.
    static let leastRows = 100

    init(arguments: [String], environment: [String: String]) throws(DemoError) {
        var path = environment["CROSSFADE_BIN"]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard ["--rows", "--crossfade"].contains(name) else { throw .usage("there is no argument '\(name)'") }
            guard let value = rest.popFirst() else { throw .usage("\(name) wants a value") }
            if name == "--crossfade" {
                path = value
            } else if let number = Int(value), (Self.leastRows...Int(Int32.max / 2)).contains(number) {
                rows = number
            } else {
                throw .usage("--rows wants a number from \(Self.leastRows) on, not '\(value)'")
            }
        }
        let here = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        crossfade = path.map { URL(filePath: $0) } ?? here.deletingLastPathComponent().appending(path: "crossfade")
        guard FileManager.default.isExecutableFile(atPath: crossfade.path) else {
            throw .programMissing(crossfade.path)
        }
    }
}
