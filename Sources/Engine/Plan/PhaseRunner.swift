import Foundation
import Postgres
import SQL
import Workflow

/// Runs the steps of one file, one after the other.
struct PhaseRunner: Sendable {
    let control: RunControl
    let record: RunRecord
    let files: PhaseFiles
    /// What a person passes over; it holds for the last look as well.
    var override: Override?

    private var workspace: Workspace { control.workspace }
    private var plan: Plan { control.plan }

    /// Brings every step of the file to its postcondition.
    ///
    /// - Returns: how many steps were run, and how many were done already.
    func run(_ loaded: LoadedFile, phase: Phase?) async throws -> (ran: Int, skipped: Int) {
        var ran = 0
        var skipped = 0
        for (place, step) in loaded.steps.enumerated() {
            try workspace.interruption.check()
            let clearing = place > 0 && loaded.steps[place - 1].mode == .none ? loaded.steps[place - 1] : nil
            switch try await runPersistently(step, loaded, phase, after: clearing) {
            case .done:
                ran += 1
                workspace.faults.reached(.ran)
            case .alreadyDone: skipped += 1
            }
            workspace.faults.reached(.step)
        }
        if loaded.isEdited { try await holdToTemplate(loaded) }
        return (ran, skipped)
    }

    /// A step whose connection was lost is run again, up to a point: its postcondition tells whether it has to be.
    ///
    /// A statement outside a transaction may have left half of an index, which the step before it clears away.
    private func runPersistently(
        _ step: Step,
        _ loaded: LoadedFile,
        _ phase: Phase?,
        after clearing: Step?
    ) async throws -> StepRunner.Outcome {
        let steps = StepRunner(
            session: control.session,
            workspace: workspace,
            plan: plan,
            lease: control.lease,
            run: record.id,
            deadlockTimeout: control.deadlockTimeout
        )
        var tries = 0
        while true {
            do {
                if tries > 0, step.mode == .none, let clearing {
                    _ = try await steps.run(clearing, of: loaded.name, phase: phase)
                }
                if step.mode == .chunk { return try await copy(step, loaded, steps, phase) }
                return try await steps.run(
                    step,
                    of: loaded.name,
                    phase: phase,
                    guards: try guards(of: step, in: loaded)
                )
            } catch StepFailure.statement(_, let error) where error.isConnectionProblem && tries < 3 {
                tries += 1
                try await steps.pauseUnlessInterrupted(.milliseconds(500))
            }
        }
    }

    /// What has to hold before a step: a guard that a person has edited out of the file holds all the same.
    private func guards(of step: Step, in loaded: LoadedFile) throws -> [any StepGuard] {
        guard step.mode == .transaction else { return [] }
        let guarded = loaded.generated.filter { $0.guardedBy != nil }
        return try (guarded.filter { $0.title == step.title } + unnamed(guarded, at: step, in: loaded)).map { own in
            let files = try files.owner(of: own, in: loaded)
            if case .undo(let phase) = loaded.file {
                return LossLook(control: control, record: record, files: files, step: own, phase: phase)
            }
            return LastLook(
                control: control,
                record: record,
                files: files,
                step: own,
                phase: loaded.file == .purge ? nil : .contract,
                override: override
            )
        }
    }

    /// The guarded steps whose titles a person has taken out of the file: what takes something away is taken for the first
    /// transaction of a phase, and the last of an undo.
    private func unnamed(_ guarded: [Step], at step: Step, in loaded: LoadedFile) -> [Step] {
        guard loaded.isEdited else { return [] }
        let transactions = loaded.steps.filter { $0.mode == .transaction }
        guard (loaded.file.isUndo ? transactions.last : transactions.first) == step else { return [] }
        let titles = Set(loaded.steps.map(\.title))
        return guarded.filter { !titles.contains($0.title) }
    }

    private func copy(
        _ step: Step,
        _ loaded: LoadedFile,
        _ steps: StepRunner,
        _ phase: Phase?
    ) async throws -> StepRunner.Outcome {
        if try await steps.isDone(step) { return .alreadyDone }
        let start = ContinuousClock.now
        let files = try files.owner(of: step, in: loaded)
        let range = try await control.session.retrying { [plan] connection in
            try ChunkRange.of(loaded, plan, step.over ?? files.blueprint.table, on: connection)
        }
        let runner = ChunkStepRunner(
            steps: steps,
            step: step,
            phase: phase ?? .backfill,
            blueprint: files.blueprint,
            statement: try files.chunkStatement(loaded, step, by: range),
            leftovers: try leftovers(of: files, isRefilling: loaded.file == .undo(.contract))
        )
        let rows = try await runner.run()
        let message = StepMessage(
            step: step,
            run: record.id,
            plan: plan.name.text,
            file: loaded.name,
            lease: control.lease,
            actor: workspace.actor,
            phase: phase
        )
        let seconds = (ContinuousClock.now - start).seconds
        try await control.session.record(message, StepMessage.Outcome(word: "done", seconds: String(seconds)))
        workspace.remark(.notice("\(rows) rows copied in \(Duration.seconds(seconds).formatted())"))
        return .done
    }

    private func leftovers(of files: PhaseFiles, isRefilling: Bool) throws -> ChunkStepRunner.Leftovers {
        let holders = try files.statement("holders", .settled, isRefilling: isRefilling)
        let free = try files.statement("free", .settled, isRefilling: isRefilling)
        let tables = files.blueprint.tables
        return ChunkStepRunner.Leftovers(
            holders: { connection in try connection.query(holders).map { try $0.decode("holder") } },
            free: { connection in try connection.query(free).map { try $0.decodeIfPresent("key") ?? "NULL" } },
            triggers: { connection in try tables.flatMap { try TriggerReader.keepers(of: $0, on: connection) } },
            keys: { connection, limit in
                let left = try files.statement("uncopied", .settled, limit: limit, isRefilling: isRefilling)
                return try connection.query(left).map { try $0.decodeIfPresent("key") ?? "NULL" }
            }
        )
    }

    /// A person may have taken a postcondition out of the file; the template's hold all the same.
    private func holdToTemplate(_ loaded: LoadedFile) async throws {
        for step in loaded.generated {
            let isDone = try await control.session.retrying { connection in
                try connection.query(step.done).first?.decodeIfPresent(at: 0, as: Bool.self) == true
            }
            if !isDone { throw StepFailure.postcondition(step: step.title) }
        }
    }
}
