import Postgres
import Workflow

/// Looks at the rows before anything is built: what would fail later is found and named now.
///
/// The family's template `preflight` holds one query for each thing that must not be; a row is one offence.
struct DataCheck {
    let connection: Connection
    let files: PhaseFiles

    /// At most so many offending rows are read for each thing.
    static let limit = 1000

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
                "\(check): \(count) against it: \(rows.prefix(5).joined(separator: ", "))\(rows.count > 5 ? " ..." : "")",
                hint: "correct these rows first"
            )
        }
    }

    /// The offending rows of each check in a template that finds any.
    ///
    /// The family's `preflight_setup` is run first, in the transaction that is taken back. Of several changes those in
    /// `omitting`, by their place, are left out.
    func offences(
        in template: String,
        _ body: SyncBody,
        toleratesAbsence: Bool = false,
        omitting: Set<Int> = []
    ) throws -> [(check: String, rows: [String])] {
        let groups = try files.checkGroups(template, after: "preflight_setup", body).enumerated()
        return try groups.filter { !omitting.contains($0.offset) }.flatMap { _, group in
            guard !group.checks.isEmpty else { return [] as [(check: String, rows: [String])] }
            return try connection.rolledBack { connection in
                if let setup = group.setup { try connection.execute(setup) }
                return try group.checks.compactMap { check in
                    let rows = try rows(of: check, toleratesAbsence, on: connection) ?? []
                    return rows.isEmpty ? nil : (check.title, rows)
                }
            }
        }
    }

    /// The offending rows of one check; nil where what it looks at is not there.
    func offences(of check: Check) throws -> [String]? {
        try connection.rolledBack { connection in try rows(of: check, true, on: connection) }
    }

    /// A check and the first of the rows it found.
    static func sentence(_ check: String, _ rows: [String]) -> String {
        let more = rows.count > 5 ? " and \(rows.count == limit ? "at least " : "")\(rows.count - 5) more" : ""
        return "\(check): \(rows.prefix(5).joined(separator: ", "))\(more)"
    }

    /// The first column of a check's rows; nil where what it looks at is not there, and may be absent.
    private func rows(of check: Check, _ toleratesAbsence: Bool, on connection: Connection) throws -> [String]? {
        try connection.execute("SAVEPOINT look")
        do throws(PostgresError) {
            return try connection.query("SELECT * FROM (\(check.sql)) offence LIMIT \(Self.limit)").map {
                row throws(PostgresError) in try row.decodeIfPresent(at: 0, as: String.self) ?? "NULL"
            }
        } catch {
            guard toleratesAbsence, error.isAboutAbsence else { throw error }
            try connection.execute("ROLLBACK TO SAVEPOINT look")
            return nil
        }
    }
}

extension PostgresError {
    /// Whether a table, column or function is not there.
    var isAboutAbsence: Bool {
        sqlState == .undefinedTable || sqlState == .undefinedColumn || sqlState == .undefinedFunction
    }
}
