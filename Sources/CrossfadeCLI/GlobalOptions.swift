import ArgumentParser

/// What every command takes, before or after its name.
struct GlobalOptions: ParsableArguments, Sendable {
    /// Where plans are looked for when the line does not say.
    static let plansFolder = "Plans"

    @Option(help: ArgumentHelp("The database; else DATABASE_URL, else libpq's PG* variables.", valueName: "url"))
    var database: String?

    @Option(
        help: ArgumentHelp(
            "The server's own address, where the database's leads to a pooler; else CROSSFADE_DIRECT_URL.",
            valueName: "url"
        )
    )
    var direct: String?

    @Option(help: ArgumentHelp("The folder with the plans.", valueName: "dir"), completion: .directory)
    var plans = Self.plansFolder

    @Option(
        help: ArgumentHelp("Templates that override the shipped ones, file by file.", valueName: "dir"),
        completion: .directory
    )
    var templates: String?

    @Option(
        help: ArgumentHelp("The folder with generated files; beside the plan when left out.", valueName: "dir"),
        completion: .directory
    )
    var migrations: String?

    @Flag(help: "Print the result as JSON, and progress as JSON lines.")
    var json = false

    @Flag(name: .customLong("no-color"), help: "No colour; NO_COLOR does the same.")
    var noColor = false

    @Flag(name: .shortAndLong, help: "Say more on stderr: which database, and when each thing happened.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors and questions.")
    var quiet = false

    func validate() throws {
        if verbose && quiet { throw ValidationError("--verbose and --quiet exclude each other.") }
    }
}
