import Foundation
import Postgres
import Workflow

/// Reads where a run stands from the ledger alone: cheap, and without running a check.
struct StatusReader {
    let connection: Connection
    let plan: Plan
    /// The files of a blueprint, where the plan has them.
    let files: (any RenderedBlueprint) -> PhaseFiles
    /// For the process that holds the plan itself.
    let ignoresHolder: Bool

    func read() throws -> StatusReport {
        let ledger = Ledger(connection)
        let record = try ledger.newestRun(of: plan.name)
        let run = record?.run ?? Run()
        let look = try gate(record)
        let gate = look?.gate
        let changes = try record.flatMap {
            try OutsideChangeReader(plan: plan, record: $0).glance(at: look?.resolution, on: connection)
        }
        let displaced =
            gate?.obstacles.first?.name == Gate.presence
            ? try record.flatMap { try Displacement.read($0, on: connection).first } : nil
        let holder = ignoresHolder || record == nil ? nil : try Lease.holder(of: plan.name, on: connection)
        let brownout = try record.flatMap { try ledger.openBrownout(of: $0.id) }
        return StatusReport(
            plan: plan.name.text,
            database: try DatabaseIdentity.read(on: connection),
            summary: plan.summary,
            state: run.state,
            phase: run.state.isOver ? nil : run.nextPhase,
            phases: Phase.allCases.map { phase in record?.line(of: phase) ?? RunRecord.line(of: phase, as: nil) },
            backfill: try backfill(record),
            lastCheck: try record.flatMap { try ledger.lastCheck(of: $0.id) },
            isBlocked: run.isBlocked,
            changes: changes,
            gate: gate,
            brownout: brownout,
            afterContract: try record.flatMap(afterContract),
            holder: holder,
            failure: try record.flatMap(failure),
            deployable: deployable(run, record?.blueprint.workingNames ?? []),
            next: brownout.flatMap { next(after: $0, holder) } ?? next(run, gate, displaced)
        )
    }

    /// What is said before contract, and until purge.
    private func afterContract(_ record: RunRecord) throws -> String? {
        let run = record.run
        guard !run.state.isOver, run.state != .rollingBack, run.status(of: .enforce) == .verified else { return nil }
        if try Ledger(connection).hasBegunPurge(record.id) { return "purge has begun: nothing but its end is legal" }
        return record.blueprint.words.afterContract
    }

    private func backfill(_ record: RunRecord?) throws -> BackfillProgress? {
        guard let record, record.run.status(of: .backfill).hasBegun else { return nil }
        let isCopying = record.run.status(of: .backfill) == .applying
        // The next advance brings an older ledger up to date.
        guard try Ledger(connection).isCurrent else { return nil }
        var progress = try BackfillProgress.read(run: record.id, step: nil, on: connection)
        if isCopying, record.run.state == .paused { progress?.throttledBy = "paused" }
        return progress
    }

    /// The gate of what comes next.
    ///
    /// Contract's own full check is not run for it: the last recorded one is shown.
    private func gate(_ record: RunRecord?) throws -> Gatekeeper.Look? {
        let present = record?.run.state == .rolledBack ? nil : record
        let keeper = Gatekeeper(
            connection: connection,
            plan: plan,
            record: present,
            files: present.map { files($0.blueprint) },
            isGlance: true
        )
        guard let record, record.run.state != .rolledBack else { return try look(at: .expand, keeper) }
        if record.run.state.isOver { return nil }
        guard let phase = record.run.nextPhase else {
            return Gatekeeper.Look(gate: try keeper.purgeGate(), resolution: nil)
        }
        if phase == .dualWriteCheck, record.run.status(of: phase) == .applied,
            let baseline = record.phases[phase]?.baseline
        {
            let path = try EvidencePath(of: record, files(record.blueprint), on: connection)
            let observation = Observation(
                plan: plan,
                blueprint: record.blueprint,
                recording: try path?.state(of: record.id)
            )
            return Gatekeeper.Look(gate: try observation.gate(since: baseline, on: connection), resolution: nil)
        }
        if record.run.status(of: phase).hasBegun { return nil }
        if try ContractByHand(record: record, files: files).isNext(on: connection) {
            return Gatekeeper.Look(gate: ContractByHand.gate(plan), resolution: nil)
        }
        return try look(at: phase, keeper)
    }

    /// A table or column that is not there is a fact about the gate, and no reason to tell nothing else.
    private func look(at phase: Phase, _ keeper: Gatekeeper) throws -> Gatekeeper.Look {
        do {
            return try keeper.look(at: phase)
        } catch let failure as Failure where failure.code == .closed {
            let reason = failure.message + (failure.hint.map { " (\($0))" } ?? "")
            let gate = Gate(subject: phase.rawValue, requirements: [RequirementResult(Gate.presence, .closed, reason)])
            return Gatekeeper.Look(gate: gate, resolution: nil)
        }
    }

    private func deployable(_ run: Run, _ names: [NamePair]) -> String {
        let needsBoth = plan.dualWrite.by == .application && run.status(of: .enforce) != .verified
        if let text = deployableByName(run, names) { return text }
        if run.state == .completed { return "only versions that use the new shape" }
        if run.status(of: .contract).hasBegun { return "only versions that use the new shape; old ones fail" }
        if run.status(of: .enforce) == .verified {
            return "old versions, versions that write both shapes, and versions that use only the new shape; "
                + "before contract the last of these must be everywhere"
        }
        if run.status(of: .expand) == .verified, needsBoth {
            return
                "versions that write both shapes, which have to be everywhere before backfill; one that uses only the new shape not "
                + "before enforce is verified"
        }
        if run.status(of: .expand) == .verified {
            return
                "old versions, and versions that write both shapes; one that uses only the new shape not before enforce is verified"
        }
        return "old versions only: the new shape does not exist yet"
    }

    /// From enforce on, where the new column takes the old one's name at contract: it is the other name that goes away.
    private func deployableByName(_ run: Run, _ names: [NamePair]) -> String? {
        guard !names.isEmpty, run.status(of: .enforce) == .verified else { return nil }
        let kept = names.map { "\($0.value)" }.joined(separator: ", ")
        let working = names.map { "\($0.key)" }.joined(separator: ", ")
        if run.state == .completed || run.status(of: .contract).hasBegun {
            return (hasOnly(names) ? "" : "of the other changes only the new shape; ")
                + "versions that use \(kept), which has its new type; those that name \(working) fail"
        }
        let others =
            hasOnly(names) ? "" : ", and of the other changes versions that use only the new shape must be everywhere"
        return "versions that use \(kept) alone, and those that name \(working); "
            + "before contract no version may name \(working)\(others)"
    }

    private func hasOnly(_ names: [NamePair]) -> Bool {
        ((plan.change.kind as? ChangeList)?.changes.count ?? 1) == names.count
    }

    private func next(after brownout: Brownout, _ holder: String?) -> String? {
        // The process itself has the last word on what comes next.
        if ignoresHolder { return nil }
        guard holder != nil else { return "crossfade advance \(plan.name.text) sets the old shape back" }
        return "nothing: the brownout ends by itself, or by Ctrl-C where it runs"
    }

    private func next(_ run: Run, _ gate: Gate?, _ displaced: Displacement? = nil) -> String {
        let name = plan.name.text
        switch run.state {
        case .completed:
            let done = "nothing: the plan is done, and its file may be deleted"
            return plan.model.map {
                "crossfade diff --from database --to schema:\($0) shows what the model lacks; then \(done)"
            } ?? done
        case .rolledBack: return "crossfade advance \(name) begins anew"
        case .paused where !run.isBlocked: return "crossfade resume \(name)"
        case .rollingBack:
            return "crossfade rollback \(name)" + (run.rollbackTarget.map { " --to \($0.rawValue)" } ?? "")
                + " --confirm \(name)"
        case .new, .active, .paused: break
        }
        if run.isBlocked {
            return
                "crossfade verify \(name) names what is wrong; crossfade repair \(name) copies such rows again; then verify again"
                + (run.state == .paused ? ", and crossfade resume \(name)" : "")
        }
        guard let phase = run.nextPhase else {
            return gate?.verdict == .open
                ? "crossfade purge \(name) --confirm \(name)"
                : waiting(gate, then: "crossfade purge \(name) --confirm \(name)")
        }
        let confirm = phase == .contract ? " --confirm \(name)" : ""
        if run.furthestPhase != nil, gate?.obstacles.first?.name == Gate.presence {
            if let displaced { return "\(displaced.remedy); then crossfade advance \(name)" }
            return "crossfade rollback \(name) --confirm \(name) ends the run"
        }
        if let gate, gate.verdict != .open { return waiting(gate, then: "crossfade advance \(name)\(confirm)") }
        return "crossfade advance \(name)\(confirm)"
    }

    /// What the log says of the failure of the phase that is next.
    private func failure(_ record: RunRecord) throws -> String? {
        guard let phase = record.run.nextPhase, record.run.status(of: phase) == .failed else { return nil }
        return try connection.queryKept(
            "SELECT message FROM crossfade.event WHERE run = $1 AND phase = $2 AND kind = 'phase failed' ORDER BY id DESC LIMIT 1",
            [record.id, phase.rawValue]
        ).first?.decode("message")
    }

    private func waiting(_ gate: Gate?, then command: String) -> String {
        guard let obstacle = gate?.obstacles.first else { return command }
        if obstacle.name == "approval" || obstacle.name.hasPrefix("approval ") {
            return "crossfade approve \(plan.name.text) \(gate?.subject ?? ""), by a person who may approve"
        }
        if let opens = gate?.opensAt { return "\(command), from \(opens.formatted(.iso8601)) on" }
        return "\(command), once this is so: \(obstacle.name) (now: \(obstacle.reason))"
    }
}

extension Gate {
    /// What the requirement is called that the table and its columns are there.
    static let presence = "table and columns"
}

extension DatabaseIdentity {
    /// Asks the server, which knows better than an address.
    static func read(on connection: Connection) throws -> DatabaseIdentity {
        let row = try connection.queryKept(
            """
            SELECT current_database()::text AS name, current_user::text AS role,
                   host(inet_server_addr()) || ':' || inet_server_port() AS server
            """
        ).only()
        return DatabaseIdentity(
            name: try row.decode("name"),
            server: try row.decodeIfPresent("server"),
            role: try row.decode("role")
        )
    }
}
