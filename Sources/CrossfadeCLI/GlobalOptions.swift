import ArgumentParser

/// The options every command takes, before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the database is; else DATABASE_URL, else libpq's PG* variables.", valueName: "url"))
    var database: String?

    @Option(help: ArgumentHelp("The folder with the plans.", valueName: "dir"))
    var plans = "Plans"

    @Option(help: ArgumentHelp("Templates that override the shipped ones, file by file.", valueName: "dir"))
    var templates: String?

    @Option(help: ArgumentHelp("The folder with generated files; default: beside the plan.", valueName: "dir"))
    var migrations: String?

    @Flag(help: "Print JSON on stdout.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colour, also on a terminal.")
    var noColor = false

    @Flag(name: .shortAndLong, help: "Tell more on stderr.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Tell nothing on stderr but errors.")
    var quiet = false

    /// Options that take a value.
    static let valued: Set<String> = ["--database", "--plans", "--templates", "--migrations"]

    /// Puts options that stand before the command's name behind it, where the parser expects them.
    static func behindTheCommand(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let next = rest.first, next.hasPrefix("-"), next != "--help", next != "-h", next != "--version" {
            leading.append(rest.removeFirst())
            if valued.contains(next), let value = rest.first {
                leading.append(value)
                rest.removeFirst()
            }
        }
        guard !leading.isEmpty, let command = rest.first else { return arguments }
        return [command] + leading + rest.dropFirst()
    }
}
