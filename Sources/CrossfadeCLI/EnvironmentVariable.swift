/// The variables that people set for the program; libpq reads more of its own.
enum EnvironmentVariable: String, CaseIterable, Sendable {
    case database = "DATABASE_URL"
    case direct = "CROSSFADE_DIRECT_URL"
    case actor = "CROSSFADE_ACTOR"
    case noColor = "NO_COLOR"
    case forceColor = "CLICOLOR_FORCE"
    case columns = "COLUMNS"
    case summary = "GITHUB_STEP_SUMMARY"

    /// What its value means, as a phrase.
    var meaning: String {
        switch self {
        case .database: "the database, where --database does not name it; without both libpq's own PG* variables do"
        case .direct:
            "the server's own address, where --direct does not name it: for statements that a pooler cannot carry"
        case .actor: "who runs the command, for approvals and the event log; else the operating system's user"
        case .noColor: "no colour, where it has a value"
        case .forceColor: "colour even where stdout is no terminal; 0 does nothing"
        case .columns: "the width of the terminal"
        case .summary: "the file to which --format github adds its table; GitHub sets it"
        }
    }
}
