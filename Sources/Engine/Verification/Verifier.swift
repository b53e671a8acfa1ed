import Foundation
import Postgres
import SQL
import Workflow

/// Checks every row and the whole shape, without a lock and without sampling.
struct Verifier: Sendable {
    let workspace: Workspace
    let plan: Plan
    let record: RunRecord
    let files: PhaseFiles
    /// Whether it leaves the server's parallel workers to others: for checks that nobody waits for.
    var isUnhurried = false

    /// The result, and its place in the ledger's order, drawn before the first row was read.
    struct Result: Sendable {
        let report: VerificationReport
        let ordinal: Int64
        /// What had been written to the change's tables before the first row was read.
        let writes: WriteCounters
        /// How long the comparison of the rows took; nil where there was none.
        let comparedIn: Duration?
        /// The place in the write-ahead log before which everything was visible to it; nil where that is not known.
        let walUpto: String?

        var summary: CheckSummary {
            CheckSummary(
                verdict: report.verdict,
                rowsChecked: report.rowsChecked,
                violations: report.violations,
                ordinal: ordinal,
                finishedAt: report.finishedAt
            )
        }
    }

    /// Runs the full check on a session of its own.
    func verify() async throws -> Result {
        let session = try await RunnerSession(
            workspace,
            plan: plan.name.text,
            role: "verify",
            patience: plan.pace.lockDeadline,
            settings: isUnhurried ? ["max_parallel_workers_per_gather": "0"] : [:]
        )
        do {
            let result = try await session.retrying { connection in try check(on: connection) }
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    private func check(on connection: Connection) throws -> Result {
        let ordinal = try Ledger(connection).drawOrdinal()
        let writes = try WriteCounters.read(files.blueprint.tables, on: connection)
        let walUpto = record.isSynced ? try WALPosition.settled(on: connection) : nil
        let start = Date()
        var comparedIn: Duration?
        var checks: [VerificationReport.Check] = []
        var rows: Int64 = 0
        let gone = try MissingShape.supplanted(record, on: connection)
        if !gone.isEmpty {
            checks.append(
                VerificationReport.Check(
                    name: "the tables are those with which the run began",
                    verdict: .failed,
                    violations: Int64(gone.count),
                    samples: gone
                )
            )
        } else if record.isSynced {
            let begun = ContinuousClock.now
            let compared = try comparable(on: connection)
            comparedIn = ContinuousClock.now - begun
            rows = compared.rows
            checks += compared.checks
            checks += try shape(on: connection)
            checks += try recording(on: connection)
        } else if record.run.status(of: .contract).hasBegun {
            rows = try connection.query("SELECT count(*) AS rows FROM \(files.blueprint.settled.quoted)").only().decode(
                "rows"
            )
            checks += try structure("retired", on: connection)
            checks += try postconditions(of: [.contract], on: connection)
        }
        if checks.isEmpty {
            checks.append(
                VerificationReport.Check(
                    name: "something to check",
                    verdict: .inconclusive,
                    violations: 0,
                    samples: ["the run has no shape that could be checked in this state"]
                )
            )
        }
        let report = VerificationReport(
            plan: plan.name.text,
            rowsChecked: rows,
            checks: checks,
            startedAt: start,
            finishedAt: Date()
        )
        return Result(report: report, ordinal: ordinal, writes: writes, comparedIn: comparedIn, walUpto: walUpto)
    }

    /// The checks of the shape alone, while both shapes stand side by side.
    func shape(on connection: Connection) throws -> [VerificationReport.Check] {
        try structure("verify", on: connection) + postconditions(of: Phase.allCases, on: connection)
    }

    /// A sync function that cannot record is a failed check; nothing where all can.
    private func recording(on connection: Connection) throws -> [VerificationReport.Check] {
        guard let breaks = try EvidencePath(of: record, files, on: connection)?.breaks(), !breaks.isEmpty else {
            return []
        }
        return [
            VerificationReport.Check(
                name: "writes can be recorded, and the plan's expressions computed",
                verdict: .failed,
                violations: Int64(breaks.count),
                samples: breaks.prefix(20).map(\.text)
            )
        ]
    }

    /// A column that is gone is a failed check, not an error that leaves the last verdict standing.
    private func comparable(on connection: Connection) throws -> (rows: Int64, checks: [VerificationReport.Check]) {
        do {
            return try compare(on: connection)
        } catch let error as PostgresError where error.sqlState?.errorClass == "42" {
            let check = VerificationReport.Check(
                name: "every row can be compared",
                verdict: .failed,
                violations: 1,
                samples: try Self.explain(error, record, on: connection)
            )
            return (0, [check])
        }
    }

    /// What is gone, where that is why rows cannot be compared.
    private static func explain(
        _ error: PostgresError,
        _ record: RunRecord,
        on connection: Connection
    ) throws -> [String] {
        let displaced = try Displacement.read(record, on: connection)
        if !displaced.isEmpty { return displaced.map(\.sentence) }
        let gone = try MissingShape.read(record, on: connection).objects
        return gone.isEmpty ? ["\(error)"] : gone.map { "\($0) is gone" }
    }

    /// One statement in one snapshot, for each change of the plan, compares every row; the keys of wrong ones are read only when there are any.
    ///
    /// Its first column is the number of rows; each further one counts one kind of violation.
    private func compare(on connection: Connection) throws -> (rows: Int64, checks: [VerificationReport.Check]) {
        var (rows, checks): (Int64, [VerificationReport.Check]) = (0, [])
        for part in files.parts {
            let compared = try compare(part, on: connection)
            rows = max(rows, compared.rows)
            checks += compared.checks
        }
        return (rows, checks)
    }

    private func compare(
        _ files: PhaseFiles,
        on connection: Connection
    ) throws -> (rows: Int64, checks: [VerificationReport.Check]) {
        let row = try connection.query(try files.statement("compare", record.comparison)).only()
        let kinds = row.columnNames.filter { $0 != "rows" }
        let counts = try kinds.map { kind in (kind: kind, violations: try row.decode(kind, as: Int64.self)) }
        let samples = counts.contains { $0.violations > 0 } ? try samples(files, on: connection) : [:]
        let checks = counts.map { kind, violations in
            VerificationReport.Check(
                name: title(of: kind, files.blueprint.words),
                verdict: violations == 0 ? .passed : .failed,
                violations: violations,
                samples: violations == 0 ? [] : samples[kind] ?? []
            )
        }
        return (try row.decode("rows"), checks)
    }

    /// The keys of wrong rows by kind of violation; a template that knows one kind only need not name it.
    private func samples(_ files: PhaseFiles, on connection: Connection) throws -> [String: [String]] {
        var samples: [String: [String]] = [:]
        for row in try connection.query(try files.statement("violations", record.comparison, limit: 20)) {
            let kind = row.columnNames.contains("kind") ? try row.decode("kind", as: String.self) : "violations"
            samples[kind, default: []].append(try row.decodeIfPresent("key") ?? "NULL")
        }
        return samples
    }

    private func title(of kind: String, _ words: BlueprintWords) -> String {
        let title = kind == "violations" ? words.invariant : words.invariants[kind] ?? words.invariant + " (\(kind))"
        return record.comparison == .settled ? title : title.replacing("every row ", with: "every row copied so far ")
    }

    private func structure(
        _ template: String,
        on connection: Connection
    ) throws -> [VerificationReport.Check] {
        try files.checks(template, record.syncBody).map { check in
            let problems = try connection.query(check.sql).map { try $0.decodeIfPresent(at: 0, as: String.self) ?? "?" }
            return VerificationReport.Check(
                name: check.title,
                verdict: problems.isEmpty ? .passed : .failed,
                violations: Int64(problems.count),
                samples: Array(problems.prefix(20))
            )
        }
    }

    /// Every step of the phases that are applied must still have its postcondition.
    private func postconditions(
        of phases: [Phase],
        on connection: Connection
    ) throws -> [VerificationReport.Check] {
        try phases.compactMap { phase in
            let status = record.run.status(of: phase)
            let generated = try files.generated(.phase(phase))
            guard status == .applied || status == .verified, !generated.isEmpty else { return nil }
            // Whether every row is copied is what the comparison of all rows says; it need not be read twice.
            let relaxing = phase == .expand && record.isSynced ? try Relaxation(files).steps : []
            let steps = generated.filter { $0.mode != .chunk && !$0.gathersStatistics } + relaxing
            let missing = try steps.filter { step in
                try connection.query(step.done).first?.decodeIfPresent(at: 0, as: Bool.self) != true
            }
            return VerificationReport.Check(
                name: "what \(phase.rawValue) brought about is there",
                verdict: missing.isEmpty ? .passed : .failed,
                violations: Int64(missing.count),
                samples: missing.map { "undone: \($0.title)" }
            )
        }
    }
}
