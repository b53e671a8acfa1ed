import Postgres
import Workflow

/// Looks at the rows before anything is built: what would fail later is found and named now.
///
/// The family's template `preflight` holds one query for each thing that must not be; a row is one offence.
struct DataCheck {
    let connection: Connection
    let files: PhaseFiles

    /// At most so many offending rows are read for each thing.
    private static let limit = 1000

    /// What the rows have against the change, each with the first offenders.
    func objections() throws -> [String] {
        try findings().map { finding in finding.message + (finding.hint.map { " (\($0))" } ?? "") }
    }

    /// The same as findings, for `check --data`.
    func findings() throws -> [Finding] {
        try files.checks("preflight", .copying).compactMap { check in
            let rows = try connection.rolledBack { connection in
                try connection.query("SELECT * FROM (\(check.sql)) offence LIMIT \(Self.limit)")
            }
            guard !rows.isEmpty else { return nil }
            let samples = try rows.prefix(5).map { try $0.decodeIfPresent(at: 0, as: String.self) ?? "NULL" }
            let count = rows.count == Self.limit ? "at least \(rows.count)" : "\(rows.count)"
            return Finding(
                "data",
                .refused,
                "\(check.title): \(count) against it: \(samples.joined(separator: ", "))\(rows.count > 5 ? " …" : "")",
                hint: "mend these rows first"
            )
        }
    }
}
