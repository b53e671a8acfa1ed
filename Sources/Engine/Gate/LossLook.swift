import Postgres
import SQL
import Workflow

/// What has to hold before a step takes something away: found out before each try, and again under the step's lock.
protocol StepGuard: Sendable {
    /// Looks without a lock, and tells what has to hold under it.
    ///
    /// - Parameter comparesRows: whether rows are looked at under the lock where that is quick; not when it has just proved
    ///   not to be.
    /// - Returns: statements that raise where it does not hold.
    /// - Throws: ``StepFailure`` where it does not hold already.
    func statements(comparesRows: Bool) async throws -> [String]
}

/// The last look for values that would be lost before rollback gives the old shape its place back, or drops the new one.
///
/// They were counted when the rollback was begun, and a row may have been written since. What the rows say is found out
/// without a lock before each try, and under the lock where that is quick; else the rows count that the reverse sync trigger
/// has recorded in between.
struct LossLook: StepGuard {
    let control: RunControl
    let record: RunRecord
    /// Those of the step's own change, where the plan has several.
    let files: PhaseFiles
    let step: Step
    let phase: Phase

    /// What the look without a lock found out.
    private struct Findings {
        var losses: [String] = []
        /// Checks that can be asked; what another step has taken away is not there to be lost.
        var possible: [Check] = []
        var recorded: Int64 = 0
        /// Holds while what is written meanwhile can be recorded.
        var recording: String?
        var took = Duration.zero
    }

    func statements(comparesRows: Bool) async throws -> [String] {
        let checks = try files.checks(step.guardedBy ?? "", .settled, hasFunctions: true)
        guard !checks.isEmpty else { return [] }
        let findings = try await control.session.retrying { connection in try look(for: checks, on: connection) }
        guard findings.losses.isEmpty else {
            throw StepFailure.lossy(step: step.title, phase: phase, findings.losses.joined(separator: "; "))
        }
        let isQuick = comparesRows && findings.took < LastLook.bound
        var statements = [try rollingBack()]
        if isQuick {
            statements.append("SET LOCAL statement_timeout = '\(LastLook.timeout)'")
            statements += try findings.possible.map(holds)
        }
        // A write that could not be recorded would be lost where the rows are not compared once more.
        if !isQuick, let recording = findings.recording { statements.append(recording) }
        return statements + [try nothingRecorded(since: findings.recorded)]
    }

    private func look(for checks: [Check], on connection: Connection) throws -> Findings {
        var findings = Findings()
        let path = try EvidencePath(connection: connection, files: files)
        findings.recording = try path.require(
            path.fingerprint(),
            orSay: Self.mark
                + "a row may have been written unrecorded: the rights or functions that record writes are missing or have "
                + "just been changed (crossfade verify names them)"
        )
        // Counted first: what is recorded while the rows are read is asked for once more.
        let count = "SELECT count(*) AS recorded \(try recorded)"
        findings.recorded = try connection.query(count).only().decode("recorded")
        let start = ContinuousClock.now
        let data = DataCheck(connection: connection, files: files)
        for check in checks {
            guard let rows = try data.offences(of: check) else { continue }
            findings.possible.append(check)
            if !rows.isEmpty { findings.losses.append(DataCheck.sentence(check.title, rows)) }
        }
        findings.took = ContinuousClock.now - start
        return findings
    }

    // MARK: - Statements

    private func rollingBack() throws -> String {
        """
        SELECT crossfade.require((SELECT state = 'rolling_back' FROM crossfade.run WHERE id = \(record.id) FOR SHARE), \
        \(try Literal(LastLook.mark + "the run is not being rolled back any more").quoted))
        """
    }

    private func holds(_ check: Check) throws -> String {
        """
        SELECT crossfade.require(l.found IS NULL, concat(\(try Literal(Self.mark + check.title + ": ").quoted), l.found))
          FROM (SELECT string_agg(c.offence, ', ') AS found
                  FROM (SELECT offence::text AS offence FROM (\(check.sql)) c(offence) LIMIT 5) c) l
        """
    }

    private var recorded: String {
        get throws {
            """
            FROM crossfade.observation WHERE plan = \(try Literal(files.blueprint.plan).quoted) AND side = 'ahead'
            """
        }
    }

    private func nothingRecorded(since count: Int64) throws -> String {
        let message = Self.mark + "a row has just been written whose value the old shape cannot hold: "
        let last = "SELECT key \(try recorded) ORDER BY seen_at DESC LIMIT 1"
        return """
            SELECT crossfade.require((SELECT count(*) \(try recorded)) = \(count), \
            concat(\(try Literal(message).quoted), (\(last))))
            """
    }

    /// What the messages of these statements begin with.
    static let mark = "would be lost: "
}
