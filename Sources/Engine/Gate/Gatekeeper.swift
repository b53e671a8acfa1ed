import Foundation
import Postgres
import SQL
import Workflow

/// Gathers the facts a gate is decided on.
struct Gatekeeper {
    let connection: Connection
    let plan: Plan
    /// nil while the plan has no run yet.
    let record: RunRecord?
    /// The run's files; nil where no run is.
    let files: PhaseFiles?
    /// For status, which is looked at often: findings only, no comparison of what was carried over.
    var isGlance = false
    /// For the look at the rows before expand; nil where nobody may be kept waiting for it.
    var templates: TemplateLibrary?

    /// Evaluates the gate of a phase.
    ///
    /// `check` is a full check that has just been run, which then counts instead of the last recorded one.
    func gate(_ phase: Phase, check: CheckSummary? = nil) throws -> Gate {
        try look(at: phase, check: check).gate
    }

    /// A gate, and the change as the catalog had the table when it was decided on; nil where only the ledger has both shapes.
    struct Look: Sendable {
        let gate: Gate
        let resolution: Resolution?
    }

    func look(at phase: Phase, check: CheckSummary? = nil) throws -> Look {
        let (facts, resolution) = try facts(for: phase, check: check)
        return Look(gate: Gate.evaluate(phase, of: plan, on: facts), resolution: resolution)
    }

    /// The plan's requirements once more, while the phase waits for a lock, and when that was.
    func lastLook(at phase: Phase) throws -> (gate: Gate, at: Date) {
        var facts = try commonFacts()
        try gather(phase, into: &facts)
        return (Gate.evaluateAgain(phase, of: plan, on: facts), facts.now)
    }

    func purgeGate() throws -> Gate {
        var facts = try commonFacts()
        facts.objections = []
        guard let record, try Ledger(connection).hasFoundContract(of: record.id) else {
            return Gate.evaluatePurge(of: plan, on: facts)
        }
        try gather(.contract, into: &facts)
        return Gate.evaluatePurge(of: plan, asksForContract: true, on: facts)
    }

    private func facts(for phase: Phase, check: CheckSummary?) throws -> (GateFacts, Resolution?) {
        var facts = try commonFacts()
        if let check { facts.lastCheck = check }
        var resolution: Resolution?
        // After contract has begun the old column is only in the stored blueprint.
        if record?.run.status(of: .contract).hasBegun != true, record?.isPartlyContracted != true {
            let found = try Resolution.resolve(plan, on: connection, isGlance: isGlance)
            facts.objections = try objections(to: phase, facts.run, found)
            resolution = found
        }
        try gather(phase, into: &facts)
        facts.objections += facts.recordingBreaks
        return (facts, resolution)
    }

    /// What the plan's own requirements of a phase are decided on.
    private func gather(_ phase: Phase, into facts: inout GateFacts) throws {
        let requirements = plan.requirements[phase] ?? []
        if let record {
            try gatherApprovals(of: phase, record, into: &facts)
            facts.takesFromWriters = record.blueprint.recordsWriters || record.blueprint.legacyNames?.isEmpty != true
            facts.recordingSince = record.phases[.expand]?.appliedAt
            facts.writersAreRecorded = record.blueprint.recordsWriters
            try gatherWriters(record, into: &facts)
            try gatherRecording(record, into: &facts)
        }
        if let record, requirements.contains(where: { if case .noLegacyReads = $0 { true } else { false } }) {
            facts.readers = try ReaderWatch(connection: connection, record: record).readers()
        }
        // An application that keeps both columns equal names both, and the trigger has nothing to do.
        if let record, plan.dualWrite.by == .application,
            requirements.contains(where: { if case .noLegacyWrites = $0 { true } else { false } })
        {
            facts.untracedWriters = try ReaderWatch(connection: connection, record: record).readers(byName: true)
        }
        if let record, let since = record.phases[.enforce]?.finishedAt,
            requirements.contains(where: { $0.name == Brownout.requirement })
        {
            facts.lastBrownout = try Ledger(connection).lastBrownout(of: record.id, since: since)
        }
        for case .assertion(let name, let sql) in requirements { facts.assertions[name] = try evaluate(sql) }
    }

    private func gatherWriters(_ record: RunRecord, into facts: inout GateFacts) throws {
        let blueprint = record.blueprint
        let since = record.phases[.expand]?.appliedAt ?? record.createdAt
        facts.insertsAreToldApart = blueprint.tellsLegacyInserts
        facts.legacyWrite = blueprint.legacyWrite
        facts.legacyWriters = try Ledger(connection).writers(of: blueprint.legacyWrites, since: since)
        guard plan.dualWrite.by == .application else { return }
        facts.missedDualWrites = try Ledger(connection).writers(of: plan.missedWrites, since: since)
    }

    /// Whether the sync functions may record, and since when: what is missing from before is not known.
    private func gatherRecording(_ record: RunRecord, into facts: inout GateFacts) throws {
        guard let path = try EvidencePath(of: record, files, on: connection) else { return }
        let state = try path.state(of: record.id)
        facts.recordingBreaks = state.breaks.map(\.text)
        facts.recordingUnseenSince = state.unseenSince
        if let since = state.since { facts.recordingSince = max(since, facts.recordingSince ?? since) }
    }

    private func gatherApprovals(of phase: Phase, _ record: RunRecord, into facts: inout GateFacts) throws {
        facts.checkDigest = plan.checkDigest(of: phase, templates: record.templateDigest)
        facts.approveCommand = "crossfade approve \(plan.name.text) \(phase.rawValue)"
        if let files, !plan.approvalRules(of: phase).isEmpty { facts.steps = try files.steps(of: phase, in: plan) }
        let ledger = Ledger(connection)
        // The next advance brings an older ledger up to date; until then no approval counts.
        guard try ledger.isCurrent else { return }
        let roles = plan.approvalRules(of: phase).compactMap(\.role)
        facts.approvals = try ledger.approvals(phase, run: record.id, roles: roles)
        facts.approvalsVoidedAt = try ledger.approvalsVoided(of: record.id)
    }

    /// The approvals alone: what a role may see that may approve and nothing else.
    func approvals(_ phase: Phase) throws -> Gate {
        var facts = try commonFacts()
        if let record { try gatherApprovals(of: phase, record, into: &facts) }
        return Gate.evaluateApprovals(of: phase, plan.approvalRules(of: phase), on: facts)
    }

    /// The same, where people have approved the phase and none of them its steps of now; else nil.
    func approvalsOfOtherSteps(_ phase: Phase) throws -> Gate? {
        let rules = plan.approvalRules(of: phase)
        guard let record, !rules.isEmpty else { return nil }
        var facts = try commonFacts()
        try gatherApprovals(of: phase, record, into: &facts)
        guard !facts.approvals.isEmpty, !facts.approvals.contains(where: { $0.stepsDigest == facts.steps.digest })
        else { return nil }
        return Gate.evaluateApprovals(of: phase, rules, on: facts)
    }

    private func commonFacts() throws -> GateFacts {
        var facts = GateFacts(now: try Observation.now(on: connection), run: record?.run ?? Run())
        facts.changeDigest = plan.changeDigest
        guard let record else { return facts }
        facts.author = record.author
        facts.authorRole = record.authorRole
        facts.lastCheck = try Ledger(connection).lastCheck(of: record.id)
        facts.lastChange = try Ledger(connection).lastChange(of: record.id)
        for (phase, entry) in record.phases where entry.status == .verified {
            facts.verifiedAt[phase] = entry.finishedAt
        }
        return facts
    }

    private func objections(to phase: Phase, _ run: Run, _ resolution: Resolution) throws -> [String] {
        if let record, run.furthestPhase != nil, !run.state.isOver {
            let gone = try MissingShape.supplanted(record, on: connection)
            let way = "crossfade rollback \(plan.name.text) --confirm \(plan.name.text) ends the run"
            guard gone.isEmpty else { return gone.map { "gone: \($0) (\(way))" } }
        }
        var objections = resolution.objections(to: phase, in: plan)
        if !isGlance, phase == .expand, objections.isEmpty, let templates {
            let files = PhaseFiles(templates: templates, blueprint: resolution.blueprint, folder: URL(filePath: "/"))
            objections += try DataCheck(connection: connection, files: files).objections()
        }
        if !isGlance, phase == .contract, let record, run.status(of: .enforce) == .verified {
            objections += resolution.blueprint.keeping(record.blueprint).drift(from: record.blueprint).map {
                difference in
                "\(difference) (crossfade rollback \(plan.name.text) --to dual_write_check, then advance, carries it over)"
            }
        }
        return objections
    }

    /// Runs the plan's assertion as the role would, read-only; any row is a violation.
    ///
    /// Nil at a glance that would have taken too long.
    private func evaluate(_ sql: String) throws -> GateFacts.Assertion? {
        let text = try Script(parsing: sql).statements.first?.text ?? sql
        do {
            let rows = try connection.rolledBack { connection in
                try connection.execute(
                    """
                    SET TRANSACTION READ ONLY; SET LOCAL search_path = DEFAULT; SET LOCAL statement_timeout = '\(isGlance ? "2s" : "5min")'
                    """
                )
                return try connection.query(
                    "SELECT pg_catalog.left(pg_catalog.to_jsonb(a)::text, 200) AS row FROM (\(text)) a LIMIT 20"
                )
            }
            if rows.isEmpty { return .holds }
            return .violated(samples: try rows.prefix(3).map { try $0.decode("row") }, count: rows.count)
        } catch let error as PostgresError where isGlance && error.sqlState == .queryCanceled {
            return nil
        } catch let error as PostgresError where !error.isConnectionProblem {
            return .failed("\(error)")
        }
    }
}
