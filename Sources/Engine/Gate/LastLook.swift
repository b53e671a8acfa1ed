import Foundation
import Postgres
import SQL
import Workflow

/// The last look before a step takes something away: at the gate before each try, and at the facts under the step's lock.
///
/// A gate may have been found open minutes ago: a person was asked, or the lock was not to be had. What can only be trusted
/// while nobody writes is put into the step's own message, right after its LOCK TABLE, so that nothing comes between.
struct LastLook: StepGuard {
    let control: RunControl
    let record: RunRecord
    /// Those of the step's own change, where the plan has several.
    let files: PhaseFiles
    let step: Step
    /// nil for purge.
    let phase: Phase?
    let override: Override?

    /// How often the gate is looked at again while tries for the lock go on.
    static let interval = Duration.seconds(10)

    /// Looks at the gate, and tells what has to hold under the lock.
    ///
    /// - Parameter comparesRows: whether every row is compared where that is quick; not when it has just proved not to be.
    /// - Returns: statements that raise where it does not hold.
    /// - Throws: ``StepFailure`` `shut` when the gate is no longer open.
    func statements(comparesRows: Bool) async throws -> [String] {
        let look = try await control.session.retrying { [plan = control.plan, record, files, phase] connection in
            let keeper = Gatekeeper(connection: connection, plan: plan, record: record, files: files.ofPlan)
            let path = try EvidencePath(of: record, files.ofPlan, on: connection)
            let recording = try path.map { try $0.require($0.fingerprint(), orSay: Self.mark + Self.unrecorded) }
            guard let phase else {
                return (gate: try keeper.purgeGate(), at: try Observation.now(on: connection), recording: recording)
            }
            let look = try keeper.lastLook(at: phase)
            return (gate: look.gate, at: look.at, recording: recording)
        }
        let gate = look.gate.overridden(by: override).gate
        guard gate.verdict == .open else { throw StepFailure.shut(step: step.title, gate) }
        var statements = [try running()]
        statements += try files.checks(step.guardedBy ?? "", record.syncBody).map(holds)
        if phase == .contract {
            let durations = asked.compactMap(\.withoutWrites)
            if !durations.isEmpty, let recording = look.recording { statements.append(recording) }
            statements += try durations.map(nobodyWrote)
            if asked.contains(where: \.isApproval) { statements.append(try nobodyWithdrew(since: look.at)) }
            if comparesRows { statements += try await comparison() }
        }
        return statements
    }

    /// The run was not paused and no check has failed meanwhile; its row is held, so that neither can happen before the end.
    private func running() throws -> String {
        """
        SELECT crossfade.require((SELECT state = 'active' AND NOT blocked FROM crossfade.run WHERE id = \(record.id) FOR SHARE), \
        \(try Self.message("the run was paused, or a check has failed")))
        """
    }

    private func holds(_ check: Check) throws -> String {
        """
        SELECT crossfade.require(l.found IS NULL, concat(\(try Self.message(check.title + ": ")), l.found))
          FROM (SELECT (SELECT c::text FROM (\(check.sql)) c LIMIT 1) AS found) l
        """
    }

    /// What the plan asks for before contract, and nobody has passed over.
    private var asked: [Requirement] {
        let passedOver = override?.names(before: .contract) ?? []
        return (control.plan.requirements[.contract] ?? []).filter { !passedOver.contains($0.name) }
    }

    /// Whether nobody has written the old shape for so long, reckoned as the gate does, to the end of the write's minute.
    ///
    /// Under the lock nobody has a write that is not committed: what a long transaction has written shows only now, with the
    /// time of the write.
    private func nobodyWrote(for duration: Duration) throws -> String {
        let writes = try record.blueprint.legacyWrites.flatMap { watched in
            try watched.sides.map { "(\(try Literal(watched.plan).quoted), \(try Literal($0).quoted))" }
        }
        // Since when no minute of a write may have ended; asked for twice, as the index knows the time and not its minute.
        let since =
            "clock_timestamp() - make_interval(secs => \(duration.seconds + GateFacts.LegacyWriter.unnoted))"
        return """
            SELECT crossfade.require(NOT EXISTS (
              SELECT FROM crossfade.observation WHERE (plan, side) IN (\(writes.joined(separator: ", ")))
                 AND seen_at > \(since) AND date_trunc('minute', seen_at) > \(since)), \
            \(try Self.message("no_legacy_writes: a session has just written what contract takes away")))
            """
    }

    /// An approval that somebody took back after the gate was looked at.
    private func nobodyWithdrew(since time: Date) throws -> String {
        """
        SELECT crossfade.require(NOT EXISTS (
          SELECT FROM crossfade.approval
           WHERE run = \(record.id) AND phase = 'contract' AND withdrawn_at > to_timestamp(\(time.timeIntervalSince1970))), \
        \(try Self.message("an approval has just been withdrawn")))
        """
    }

    /// The most that the last full check may have taken to compare the rows for it to be done again under the lock.
    ///
    /// Nobody reads or writes the table meanwhile: as long as an application hardly notices.
    static let bound = Duration.milliseconds(500)

    static var timeout: String { "\(Int(bound.seconds * 2000))ms" }

    /// Every row once more, where that is known to be quick; it is ended after twice the time.
    private func comparison() async throws -> [String] {
        let took = try await control.session.retrying { [record] connection in
            try Ledger(connection).lastComparison(of: record.id)
        }
        guard let took, took < Self.bound, files.has("compare") else { return [] }
        return [
            "SET LOCAL statement_timeout = '\(Self.timeout)'",
            """
            SELECT crossfade.require(NOT EXISTS (
              SELECT FROM jsonb_each_text((SELECT to_jsonb(c) FROM (\(try files.statement("compare", record.comparison))) c)) e
               WHERE e.key <> 'rows' AND e.value <> '0'), \
            \(try Self.message("the last comparison found rows that differ")))
            """,
        ]
    }

    private static func message(_ text: String) throws -> String { try Literal(mark + text).quoted }

    private static let unrecorded = "the rights or functions that record writes have just been changed"

    /// What the messages of these statements begin with, to be told from a postcondition.
    static let mark = "under the lock: "
}

extension Requirement {
    /// For how long nobody may have written the old shape; nil for another requirement.
    fileprivate var withoutWrites: Duration? { if case .noLegacyWrites(let duration) = self { duration } else { nil } }
    fileprivate var isApproval: Bool { if case .approval = self { true } else { false } }
}
