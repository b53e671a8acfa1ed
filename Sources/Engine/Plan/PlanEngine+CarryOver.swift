import Foundation
import Postgres
import SQL
import Workflow

/// What has been changed of the old shape while both live is given to the new one, by the steps of the phase it belongs to.
extension PlanEngine {
    /// Gives a column that was set aside what its successor has got, or lost, since contract, and keeps that in the ledger.
    func carryBack(_ record: RunRecord, _ control: RunControl) async throws -> RunRecord {
        let former = record.blueprint
        let returned = try await control.session.retrying { try SuccessorReader($0).returned(to: former) }
        for withheld in returned.withheld { workspace.remark(.notice(withheld)) }
        let present = returned.blueprint
        let changes = present.changes(since: former)
        guard !changes.isEmpty else { return record }
        var carried = record
        carried.blueprint = present
        let steps = try files(present).carrying(since: former, isRefilling: true)
        if let undo = try files(present).load(.undo(.contract)), !steps.isEmpty {
            let runner = PhaseRunner(control: control, record: carried, files: files(present))
            _ = try await runner.run(undo.made(of: steps), phase: .contract)
        }
        try await keep(present, with: changes, record, control)
        return carried
    }

    /// What a person who takes the run back has to know of changes from outside.
    func changedFromOutside(_ record: RunRecord, _ control: RunControl) async throws -> String {
        let (plan, former) = (plan, record.blueprint)
        return try await control.session.retrying { connection in
            if record.run.status(of: .contract).hasBegun {
                let returned = try SuccessorReader(connection).returned(to: former)
                let given = returned.blueprint.changes(since: former)
                let list = given.joined(separator: "; ")
                return (given.isEmpty ? "" : "; changed since contract, and given back: \(list)")
                    + returned.withheld.map { "; \($0)" }.joined()
            }
            guard let changes = try OutsideChangeReader(plan: plan, record: record).changes(on: connection) else {
                return ""
            }
            let kept = changes.findings.map(\.message).joined(separator: "; ")
            return (kept.isEmpty ? "" : "; changed from outside, and kept: \(kept)")
                + (changes.notEvaluated.map { "; changes from outside: \($0)" } ?? "")
        }
    }

    /// What others have made on the new shape, which goes with it.
    func lostWithNewShape(_ record: RunRecord, _ control: RunControl) async throws -> String {
        let shapes = record.blueprint.vanishing(afterContract: record.run.status(of: .contract).hasBegun)
        guard !shapes.isEmpty else { return "" }
        let files = files(record.blueprint)
        let own = try PhaseFile.allCases.flatMap { try files.generated($0) }.map(\.text).joined(separator: "\n")
        let lost = try await control.session.retrying { try AddedDependants($0).read(shapes, named: own) }
        func list(_ isInTheWay: Bool, _ words: String) -> String {
            let shown = lost.filter { $0.isInTheWay == isInTheWay }.map(\.shown)
            return shown.isEmpty ? "" : "; \(words): \(shown.joined(separator: ", "))"
        }
        return list(false, "made on the new shape by others, and lost with it")
            + list(true, "to be dropped before, since they read it")
    }

    /// Puts the blueprint into the ledger, and each change into the event log.
    private func keep(
        _ blueprint: any RenderedBlueprint,
        with changes: [String],
        _ record: RunRecord,
        _ control: RunControl
    ) async throws {
        try await control.session.retrying { [plan, workspace, lease = control.lease] connection in
            try lease.transaction(on: connection) { connection in
                let ledger = Ledger(connection)
                try ledger.saveBlueprint(blueprint, run: record.id)
                for change in changes {
                    let event = LedgerEvent("carried over", change)
                    try ledger.append(event, run: record.id, plan: plan.name.text, by: workspace.actor)
                }
            }
        }
        for change in changes { workspace.remark(.notice("carried over: \(change)")) }
    }

    /// Carries over what has been changed since the record's blueprint was made, and keeps the present one in the ledger.
    ///
    /// What only enforce as a whole can carry over stays as it is, and closes contract's gate.
    ///
    /// - Returns: the record with the blueprint that the ledger has now.
    func carryOver(
        to present: any RenderedBlueprint,
        _ record: RunRecord,
        _ control: RunControl
    ) async throws -> RunRecord {
        let former = record.blueprint
        let changes = present.changes(since: former)
        guard !changes.isEmpty, present.follows(former) else { return record }
        var carried = record
        carried.blueprint = present
        let isEnforced = record.run.status(of: .enforce).hasBegun
        let (before, after) = (files(former), files(present))
        if isEnforced, let undo = try before.load(.undo(.enforce)) {
            // In the order of the undo: what stands on another object goes before it.
            let gone = try before.supersededTitles(by: present)
            let runner = PhaseRunner(control: control, record: record, files: before)
            _ = try await runner.run(undo.made(of: undo.generated.filter { gone.contains($0.title) }), phase: .enforce)
        }
        let steps = try after.carrying(since: former)
        if let expand = try after.load(.phase(.expand)), !steps.isEmpty {
            let runner = PhaseRunner(control: control, record: carried, files: after)
            _ = try await runner.run(expand.made(of: steps), phase: .expand)
        }
        try await keep(present, with: changes, record, control)
        try await doAgain(carried, control)
        return carried
    }

    /// The same of the catalog as it is now, where both shapes stand side by side and a person has nothing to accept before.
    ///
    /// - Returns: whether there was anything to carry over.
    func carryOverChanges(_ control: RunControl) async throws -> Bool {
        let record = try await control.existing()
        guard record.isSynced,
            try await control.session.retrying({ try MissingShape.read(record, on: $0).objects.isEmpty })
        else { return false }
        let resolution = try await resolution(control)
        guard resolution.objections(to: .enforce, in: plan).isEmpty else { return false }
        let carried = try await carryOver(to: resolution.blueprint.keeping(record.blueprint), record, control)
        return AnyHashable(carried.blueprint) != AnyHashable(record.blueprint)
    }
}
