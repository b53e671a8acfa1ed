import Foundation
import Postgres
import SQL
package import Workflow

extension PlanEngine {
    /// Undoes phases in reverse order, down to the given one or to the start.
    package func rollBack(to target: Phase?, confirmation: Confirmation) async throws -> AdvanceReport {
        try await controlling { control in
            let record = try await control.existing()
            try await refuseAfterPurge(record, control)
            try requireSameDigests(record)
            var probe = record.run
            if let target, isThere(target, record.run) {
                return try await proved(["nothing after \(target.rawValue) is left to undo"], control)
            }
            let actions = try probe.handle(.rollBack(to: target))
            // One that goes on has its target from before.
            let goal = probe.rollbackTarget
            let missing = try await control.session.retrying { try MissingShape.ofRun(record, on: $0) }
            try await refuseDisplaced(record, control)
            if missing.includesOld { try await refuseUnrecorded(record, control) }
            if !missing.includesOld {
                try await refuseDependants(of: actions, record, control)
                try await refuseLoss(of: actions, record, control)
            }
            let losing =
                loss(record, actions) + (try await changed(by: actions, record, control))
                + (missing.objects.isEmpty ? try await changedFromOutside(record, control) : "")
                + (actions.contains(.undoSteps(.expand)) ? try await lostWithNewShape(record, control) : "")
            try await confirmation.require(plan, for: "rollback", losing: losing)
            _ = try await control.apply(
                .rollBack(to: target),
                LedgerEvent("rollback begun", target.map { "to \($0.rawValue)" } ?? "to the start")
            )
            var done: [String] = []
            for case .undoSteps(let phase) in actions {
                // Without the old shape the new one holds the only copy: it stays.
                let ran =
                    missing.includesOld
                    ? try await abandon(phase, missing, control) : try await undo(phase, control)
                done.append("\(phase.rawValue) undone (\(ran) steps)")
            }
            guard goal != nil else {
                if !missing.objects.isEmpty { done.append(missing.sentence) }
                let left = try await sweep(record, control)
                if left > 0 {
                    done.append("\(left) function\(left == 1 ? "" : "s") that were left dropped, with their triggers")
                }
                return try await report(control, done, .done)
            }
            return try await proved(done, control)
        }
    }

    /// Whether a rollback to this phase has nothing left to undo; it may have been ended before its last check.
    private func isThere(_ target: Phase, _ run: Run) -> Bool {
        run.state == .active && run.furthestPhase == target && run.status(of: target) == .verified
    }

    /// What is back has to be right: a full check ends a rollback.
    private func proved(_ done: [String], _ control: RunControl) async throws -> AdvanceReport {
        var result = try await fullCheck(control, nil)
        if result.verdict == .failed, try await carryOverChanges(control) {
            result = try await fullCheck(control, nil)
        }
        return try await report(control, done, result.verdict == .failed ? .failedCheck(result) : .done)
    }

    /// Counts what only the new shape can hold: past such a point of no return nothing is undone.
    ///
    /// A rollback that goes on counts again: until the old shape has its place back, rows are written that it cannot hold.
    func refuseLoss(of actions: [Action], _ record: RunRecord, _ control: RunControl) async throws {
        let files = files(record.blueprint)
        let isUnderWay = record.run.state == .rollingBack
        for case .undoSteps(let phase) in actions where files.has("\(phase.rawValue).loss") {
            let losses = try await control.session.retrying { connection in
                let over = isUnderWay && phase == .contract ? try Self.undone(files, on: connection) : []
                let data = DataCheck(connection: connection, files: files)
                let template = "\(phase.rawValue).loss"
                // What was never made, or is set aside by a later phase, is not there to be counted.
                return try data.offences(in: template, .settled, toleratesAbsence: true, omitting: over).map(
                    DataCheck.sentence
                )
            }
            guard losses.isEmpty else {
                throw StepFailure.loss(
                    undoing: phase,
                    losses.joined(separator: "; "),
                    plan.name.text,
                    rollback: isUnderWay ? rollbackCommand(to: record.run.rollbackTarget) : nil,
                    hasContract: record.run.status(of: .contract).hasBegun
                )
            }
        }
    }

    /// What is no loss that refuses rollback, and has to be known before it: rows whose values the expressions change on their
    /// way back.
    private func changed(by actions: [Action], _ record: RunRecord, _ control: RunControl) async throws -> String {
        let files = files(record.blueprint)
        var rows: [String] = []
        for case .undoSteps(let phase) in actions where files.has("\(phase.rawValue).otherwise") {
            rows += try await control.session.retrying { connection in
                let over = phase == .contract ? try Self.undone(files, on: connection) : []
                let data = DataCheck(connection: connection, files: files)
                let template = "\(phase.rawValue).otherwise"
                return try data.offences(in: template, .settled, toleratesAbsence: true, omitting: over).flatMap(\.rows)
            }
        }
        guard let first = rows.first else { return "" }
        let count = rows.count >= DataCheck.limit ? "at least \(rows.count)" : "\(rows.count)"
        return "; \(count) \(rows.count == 1 ? "row comes" : "rows come") back otherwise than the new version wrote "
            + "\(rows.count == 1 ? "it" : "them"), for example \(first)"
    }

    /// The changes, by their place, whose old shape has its place back: what their loss files name is not what it was.
    private static func undone(_ files: PhaseFiles, on connection: Connection) throws -> Set<Int> {
        let places = try files.parts.enumerated().filter { _, part in
            guard let steps = try part.render(.undo(.contract), .engine)?.steps,
                let place = Self.givingBack(steps)
            else { return false }
            return try connection.query(steps[place].done).first?.decodeIfPresent(at: 0, as: Bool.self) == true
        }
        return Set(places.map(\.offset))
    }

    func rollbackCommand(to target: Phase?) -> String {
        let name = plan.name.text
        return "crossfade rollback \(name)\(target.map { " --to \($0.rawValue)" } ?? "") --confirm \(name)"
    }

    /// Runs a phase's undo steps.
    ///
    /// Undoing contract ends a brownout under way with it: by default as one that a person ended.
    func undo(
        _ phase: Phase,
        _ control: RunControl,
        endingBrownout outcome: Brownout.Outcome = .ended
    ) async throws -> Int {
        let record = try await control.existing()
        let command = rollbackCommand(to: record.run.rollbackTarget)
        do {
            do {
                return try await undo(phase, record, control, endingBrownout: outcome)
            } catch {
                guard let missing = try await absence(error, record, control) else { throw error }
                return try await abandon(phase, missing, control)
            }
        } catch let failure as StepFailure {
            throw failure.failure(plan.name.text, rollback: command)
        } catch is Interrupted {
            throw Failure(
                .interrupted,
                "stopped at a safe place, as asked; the state is saved",
                hint: "\(command) goes on from there"
            )
        }
    }

    private func undo(
        _ phase: Phase,
        _ stored: RunRecord,
        _ control: RunControl,
        endingBrownout outcome: Brownout.Outcome
    ) async throws -> Int {
        var record = stored
        record.blueprint = try await withPartitionsOfNow(record.blueprint, control)
        if phase == .expand { record.blueprint = try await withTriggersOfNow(record.blueprint, control) }
        if phase == .contract { record = try await carryBack(record, control) }
        if record.blueprint.carriesOverBeforeUndo, record.isSynced {
            let present = try await resolution(control).blueprint.keeping(record.blueprint)
            record = try await carryOver(to: present, record, control)
        }
        let files = files(record.blueprint)
        var ran = 0
        // A phase that never came to its first step has nothing to undo; its postconditions say so by themselves.
        if let loaded = try files.load(.undo(phase)) {
            let runner = PhaseRunner(control: control, record: record, files: files)
            for steps in try files.pieces(of: loaded) {
                let left = try await remaining(steps, phase, control)
                if !left.isEmpty { ran += try await runner.run(loaded.with(left), phase: phase).ran }
            }
        }
        // What was approved still is, where nobody missed the old shape.
        let event =
            outcome == .held
            ? LedgerEvent(
                "brownout held",
                phase: phase,
                "no session was seen to miss the old shape; set back in \(ran) steps"
            )
            : LedgerEvent("phase undone", phase: phase, "\(ran) steps")
        _ = try await control.apply(.undone(phase), event) { ledger, stored in
            if phase == .contract { try ledger.endBrownout(outcome, run: stored.id) }
        }
        return ran
    }

    /// The blueprint remembers the triggers of its time: one that was dropped since is not made again.
    private func withTriggersOfNow(_ blueprint: any RenderedBlueprint, _ control: RunControl) async throws
        -> any RenderedBlueprint
    {
        guard !blueprint.recreatedTriggers.isEmpty else { return blueprint }
        do {
            return blueprint.recreating(as: try await resolution(control).blueprint)
        } catch let failure as Failure where failure.code == .closed {
            // The table or column is gone, and its triggers with it.
            return blueprint
        }
    }

    /// The blueprint remembers the partitions of its time; some have come and gone since.
    private func withPartitionsOfNow(_ blueprint: any RenderedBlueprint, _ control: RunControl) async throws
        -> any RenderedBlueprint
    {
        guard blueprint.isPartitioned else { return blueprint }
        let leaves = try await control.session.retrying { connection in
            try connection.rolledBack { connection in
                let isSettled = try connection.queryKept(
                    "SELECT to_regclass($1) IS NOT NULL AS found",
                    [blueprint.settled.quoted]
                ).only().decode("found", as: Bool.self)
                let name = isSettled ? blueprint.settled : blueprint.table
                return try TableReader(connection, try RelationLookup(connection).find(name)).leaves()
            }
        }
        return blueprint.withPartitions(leaves)
    }

    /// What is left of the steps once the old column has its name back: from then on the steps before that, which speak of the
    /// reserved name, have nothing to look at any more.
    private func remaining(_ steps: [Step], _ phase: Phase, _ control: RunControl) async throws -> [Step] {
        guard phase == .contract, let place = Self.givingBack(steps) else { return steps }
        let done = steps[place].done
        let isBack = try await control.session.retrying { connection in
            try connection.query(done).first?.decodeIfPresent(at: 0, as: Bool.self) == true
        }
        return isBack ? Array(steps[(place + 1)...]) : steps
    }

    /// The step of undoing contract that gives the old shape its place back: the guarded one, and else the last.
    private static func givingBack(_ steps: [Step]) -> Int? {
        steps.lastIndex { $0.guardedBy != nil } ?? steps.indices.last
    }

    private func loss(_ record: RunRecord, _ actions: [Action]) -> String {
        let names = actions.compactMap { action -> String? in
            guard case .undoSteps(let phase) = action else { return nil }
            return phase.rawValue
        }
        let column =
            actions.contains(.undoSteps(.expand))
            ? record.blueprint.words.undone.map { "; \($0)" } ?? "" : ""
        let unkept = actions.contains(.undoSteps(.enforce)) ? plan.unkept.map { "; \($0)" } ?? "" : ""
        return "undoes \(names.joined(separator: ", "))\(column)\(unkept)"
    }

    private func refuseAfterPurge(_ record: RunRecord, _ control: RunControl) async throws {
        if !record.run.state.isOver,
            try await control.session.retrying({ try Ledger($0).hasBegunPurge(record.id) })
        {
            throw Failure(
                .refused,
                "purge has begun, and cannot be undone: \(record.blueprint.words.lost)",
                hint: "crossfade purge \(plan.name.text) --confirm \(plan.name.text) brings it to its end"
            )
        }
        guard record.run.state == .completed else { return }
        let settled = record.blueprint.settled.quoted
        let rows: Int64? = try await control.session.retrying { connection in
            // A table that was dropped is no longer there to be counted.
            guard
                try connection.queryKept("SELECT to_regclass($1) IS NOT NULL AS found", [settled]).only().decode(
                    "found"
                )
            else { return nil }
            return try connection.query("SELECT count(*) AS rows FROM \(settled)").only().decode("rows")
        }
        let words = record.blueprint.words
        throw Failure(.refused, words.lost + (rows.map { " (\($0) rows)" } ?? ""), hint: words.wayOut)
    }
}
