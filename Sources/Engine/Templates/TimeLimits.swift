import SQL

/// How long a step's transaction may wait and run where a person applies it with psql.
///
/// Without a limit a statement that waits for its lock holds up all that come after it for that table.
struct TimeLimits {
    /// Whether a statement reads a whole table, which takes its time.
    private let scans: Bool

    /// The settings, in the order in which a transaction sets them.
    static let settings = ["lock_timeout", "statement_timeout"]

    init(_ statements: [Statement]) {
        scans = statements.contains(where: \.scansTable)
    }

    /// What a transaction begins with.
    var opening: String {
        "BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '\(scans ? "0" : "5s")';"
    }
}
