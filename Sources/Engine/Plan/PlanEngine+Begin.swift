import Foundation
import Postgres
import SQL
import Workflow

/// What comes between a phase that is next and its first step: gate, confirmation, hooks, and the record that it begins.
extension PlanEngine {
    /// Evaluates the gate and begins the phase in the same decision; returns what keeps it shut.
    ///
    /// With `brownout` it is contract, and for so long only.
    func letIn(
        _ phase: Phase,
        _ control: RunControl,
        _ record: inout RunRecord,
        _ confirmation: Confirmation,
        _ override: Override?,
        brownout: Duration? = nil
    ) async throws -> Turn? {
        var passedOver: [RequirementResult] = []
        var opened: Gatekeeper.Look?
        if phase == .expand, record.blueprint.recordsWriters {
            try await control.session.retrying { try Ledger($0).requireNotes() }
        }
        // What a person applied by hand cannot be held back any more; it is recorded, and proved all the same.
        if phase == .contract {
            record = try await asContracted(record, control)
            record.isPartlyContracted = try await isPartlyContracted(control, record)
        }
        let isApplied = try await isAppliedByHand(phase, control, record)
        record = try await control.session.retrying { [record] in try withoutEmptyContract(record, on: $0) }
        let isFound = try await isFound(phase, isApplied, control, record)
        if phase == .contract, !record.run.status(of: phase).hasBegun, !isApplied, !record.isPartlyContracted {
            record.blueprint = try await redefined(record, control)
        }
        if !record.run.status(of: phase).hasBegun, !isApplied {
            var look = try await look(at: phase, control, record)
            var decision = look.gate.overridden(by: override)
            // Every row is read only once nothing else is in the way.
            if plan.comparesRows(before: phase), record.run.isBlocked == false, !record.isPartlyContracted,
                decision.gate.obstacles.allSatisfy({ $0.name == Gate.fullCheck })
            {
                if let failed = try await recheck(control, record) { return failed }
                look = try await self.look(at: phase, control, record)
                decision = look.gate.overridden(by: override)
            }
            if decision.gate.verdict != .open { return .shut(decision.gate) }
            passedOver = decision.passedOver
            opened = Gatekeeper.Look(gate: decision.gate, resolution: look.resolution)
        } else if !isApplied, let approvals = try await otherSteps(than: phase, control, record) {
            let decision = approvals.overridden(by: override)
            if decision.gate.verdict != .open { return .shut(decision.gate) }
            passedOver = decision.passedOver
        }
        if phase == .contract, !isApplied { try await confirmContract(record.blueprint.words, confirmation, brownout) }
        // A hook may have taken minutes to answer, as may the person who confirmed: then the gate is asked once more.
        if let gate = opened?.gate,
            try await control.hooks.ask(Hook.Threshold(phase), gate) || (phase == .contract && confirmation.takesTime)
        {
            if phase == .contract { record.blueprint = try await redefined(record, control) }
            let look = try await look(at: phase, control, record)
            let decision = look.gate.overridden(by: override)
            if decision.gate.verdict != .open { return .shut(decision.gate) }
            passedOver = decision.passedOver
            opened = look
        }
        // Until contract the catalog is the truth about the old shape; from then on only the ledger remembers it.
        if phase < .contract {
            let approved = record
            record.blueprint = try await present(record, control, opened?.resolution)
            if phase > .expand { _ = try await carryOver(to: record.blueprint, approved, control) }
            if opened != nil, try await restate(record, phase, insteadOf: approved, control) {
                let decision = try await look(at: phase, control, record).gate.overridden(by: override)
                if decision.gate.verdict != .open { return .shut(decision.gate) }
            }
        }
        let isDone = try await self.isApplied(phase, control, record)
        let file = try files(record.blueprint).load(.phase(phase), isApplied: isDone)
        let isEdited = file?.isEdited ?? false
        _ = try await control.apply(
            .begin(phase, gate: .open),
            LedgerEvent(
                "phase begun",
                phase: phase,
                isFound
                    ? Ledger.foundApplied
                    : record.isPartlyContracted
                        ? "a part of it found applied, by hand"
                        : isEdited ? "with an edited file" : "with the generated steps"
            )
        ) { [plan, workspace, blueprint = record.blueprint, passedOver] ledger, stored in
            try ledger.countAttempt(phase, isEdited: isEdited, run: stored.id)
            if let brownout {
                try ledger.beginBrownout(of: brownout, run: stored.id)
                let event = LedgerEvent("brownout begun", phase: phase, "for \(brownout.inWords)")
                try ledger.append(event, run: stored.id, plan: plan.name.text, by: workspace.actor)
            }
            for result in passedOver {
                let message =
                    "\(result.name), which was \(result.verdict.rawValue) (\(result.reason)): \(override?.reason ?? "")"
                let event = LedgerEvent("overridden", phase: phase, message)
                try ledger.append(event, run: stored.id, plan: plan.name.text, by: workspace.actor)
            }
            if phase < .contract { try ledger.saveBlueprint(blueprint, run: stored.id) }
            // Contract takes the triggers away by which a copy of the table is known.
            if phase == .contract { try ledger.keepTables(of: blueprint, run: stored.id) }
        }
        workspace.faults.reached(.phase)
        workspace.remark(.phase(phase, isEdited ? "running the edited file" : "running"))
        return nil
    }

    /// What people have changed since enforce is carried over; policies and conditions are made anew as they are now: who has
    /// approved contract is shown what becomes of them.
    private func redefined(_ record: RunRecord, _ control: RunControl) async throws -> any RenderedBlueprint {
        let resolution = try await resolution(control)
        // What a person has to accept first is not carried over before: the gate names it.
        guard resolution.objections(to: .enforce, in: plan).isEmpty else { return record.blueprint }
        let present = resolution.blueprint.keeping(record.blueprint)
        let carried = try await carryOver(to: present, record, control)
        let blueprint = carried.blueprint.redefining(as: present)
        guard AnyHashable(blueprint) != AnyHashable(carried.blueprint) else { return carried.blueprint }
        try await control.session.retrying { [lease = control.lease] connection in
            try lease.transaction(on: connection) { try Ledger($0).saveBlueprint(blueprint, run: record.id) }
        }
        return blueprint
    }

    private func look(at phase: Phase, _ control: RunControl, _ record: RunRecord) async throws -> Gatekeeper.Look {
        try await control.session.retrying { try keeper(of: record, on: $0).look(at: phase) }
    }

    /// The approvals of a phase that has begun, where a person has changed its steps since all of them were given.
    private func otherSteps(than phase: Phase, _ control: RunControl, _ record: RunRecord) async throws -> Gate? {
        try await control.session.retrying { try keeper(of: record, on: $0).approvalsOfOtherSteps(phase) }
    }

    /// Puts the steps of the table as it is now into the ledger where they are not those that people have approved, so that
    /// they can approve these.
    private func restate(
        _ record: RunRecord,
        _ phase: Phase,
        insteadOf approved: RunRecord,
        _ control: RunControl
    ) async throws -> Bool {
        guard !plan.approvalRules(of: phase).isEmpty,
            try files(record.blueprint).steps(of: phase, in: plan)
                != files(approved.blueprint).steps(of: phase, in: plan)
        else { return false }
        try await control.session.retrying { [lease = control.lease] connection in
            try lease.transaction(on: connection) {
                try Ledger($0).saveBlueprint(record.blueprint, run: record.id)
            }
        }
        return true
    }

    /// The change as the catalog has the table now, which is as the gate was decided on, with the sync function that is there.
    private func present(
        _ record: RunRecord,
        _ control: RunControl,
        _ seen: Resolution?
    ) async throws -> any RenderedBlueprint {
        let blueprint: any RenderedBlueprint
        if let seen { blueprint = seen.blueprint } else { blueprint = try await resolution(control).blueprint }
        return try await hasExpanded(record, control) ? blueprint.keeping(record.blueprint) : blueprint
    }

    /// Whether the catalog shows what expand made of the old shape; a process may have died right after.
    private func hasExpanded(_ record: RunRecord, _ control: RunControl) async throws -> Bool {
        switch record.run.status(of: .expand) {
        case .applied, .verified: return true
        case .applying, .failed: break
        default: return false
        }
        let steps = try files(record.blueprint).generated(.phase(.expand))
        return try await control.session.retrying { connection in
            try steps.contains { try $0.isDone(on: connection) }
        }
    }

    private func confirmContract(
        _ words: BlueprintWords,
        _ confirmation: Confirmation,
        _ brownout: Duration?
    ) async throws {
        if let brownout {
            let loss =
                "\(words.contracted), for \(brownout.inWords), and is then set back; until then whoever uses it fails"
            return try await confirmation.require(plan, for: "brownout", losing: loss)
        }
        let after =
            words.purged != nil && plan.retain == .zero
            ? "\(words.purged ?? "") is dropped at once (retain: 0s), which cannot be undone"
            : words.purged == nil
                ? words.afterContract : "purge can come \(plan.retain.inWords) later; \(words.afterContract)"
        try await confirmation.require(plan, for: "contract", losing: "\(words.contracted); \(after)")
    }

    /// Such a phase begins only after a full check that is newer than anything that changed the data.
    private func recheck(_ control: RunControl, _ record: RunRecord) async throws -> Turn? {
        let result = try await fullCheck(control, nil, of: record)
        return result.verdict == .passed ? nil : .failed(result)
    }
}
