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
        try offences(in: "preflight", .copying).map { check, rows in
            let count = rows.count == Self.limit ? "at least \(rows.count)" : "\(rows.count)"
            return Finding(
                "data",
                .refused,
                "\(check): \(count) against it: \(rows.prefix(5).joined(separator: ", "))\(rows.count > 5 ? " …" : "")",
                hint: "mend these rows first"
            )
        }
    }

    /// The offending rows of each check in a template that finds any.
    ///
    /// The family's `preflight_setup` is run first, in the transaction that is taken back.
    func offences(
        in template: String,
        _ body: SyncBody,
        toleratesAbsence: Bool = false
    ) throws -> [(check: String, rows: [String])] {
        try files.checkGroups(template, after: "preflight_setup", body).flatMap { setup, checks in
            guard !checks.isEmpty else { return [] as [(check: String, rows: [String])] }
            return try connection.rolledBack { connection in
                if let setup { try connection.execute(setup) }
                return try checks.compactMap { check in
                    let rows = try rows(of: check, toleratesAbsence, on: connection)
                    return rows.isEmpty ? nil : (check.title, rows)
                }
            }
        }
    }

    /// The first column of a check's rows; none where what it looks at is not there, and may be absent.
    private func rows(of check: Check, _ toleratesAbsence: Bool, on connection: Connection) throws -> [String] {
        try connection.execute("SAVEPOINT look")
        do throws(PostgresError) {
            return try connection.query("SELECT * FROM (\(check.sql)) offence LIMIT \(Self.limit)").map {
                row throws(PostgresError) in try row.decodeIfPresent(at: 0, as: String.self) ?? "NULL"
            }
        } catch {
            guard toleratesAbsence, error.sqlState == .undefinedTable || error.sqlState == .undefinedColumn else {
                throw error
            }
            try connection.execute("ROLLBACK TO SAVEPOINT look")
            return []
        }
    }
}
