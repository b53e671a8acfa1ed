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
        for step in loaded.steps {
            try workspace.interruption.check()
            switch try await runPersistently(step, loaded, phase) {
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
    private func runPersistently(_ step: Step, _ loaded: LoadedFile, _ phase: Phase?) async throws -> StepRunner.Outcome
    {
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
                if step.mode == .chunk { return try await copy(step, loaded, steps, phase) }
                return try await steps.run(
                    step,
                    of: loaded.name,
                    phase: phase,
                    lastLook: try lastLook(at: step, loaded)
                )
            } catch StepFailure.statement(_, let error) where error.isConnectionProblem && tries < 3 {
                tries += 1
                try await steps.pauseUnlessInterrupted(.milliseconds(500))
            }
        }
    }

    /// A guard that a person has edited out of the file holds all the same.
    private func lastLook(at step: Step, _ loaded: LoadedFile) throws -> (any StepGuard)? {
        let guards = loaded.generated.filter { $0.guardedBy != nil }
        guard step.mode == .transaction, let own = guards.first(where: { $0.title == step.title }) ?? lost(step, loaded)
        else { return nil }
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

    /// The guarded step that a step stands for where a person gave all of them other titles: what takes something away is
    /// the first of a phase, and the last of an undo.
    private func lost(_ step: Step, _ loaded: LoadedFile) -> Step? {
        let guards = loaded.generated.filter { $0.guardedBy != nil }
        guard loaded.isEdited, let fallback = guards.first else { return nil }
        let transactions = loaded.steps.filter { $0.mode == .transaction }
        let place = loaded.file.isUndo ? transactions.last : transactions.first
        return place == step && !guards.contains { loaded.steps.map(\.title).contains($0.title) } ? fallback : nil
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
        let script = try message.record(outcome: "done", attempts: 1, seconds: String(seconds), error: nil)
        try await control.session.retrying { connection in _ = try connection.execute(script) }
        workspace.remark(.notice("\(rows) rows copied in \(Duration.seconds(seconds).formatted())"))
        return .done
    }

    private func leftovers(of files: PhaseFiles, isRefilling: Bool) throws -> ChunkStepRunner.Leftovers {
        let holders = try files.statement("holders", .settled, isRefilling: isRefilling)
        let free = try files.statement("free", .settled, isRefilling: isRefilling)
        return ChunkStepRunner.Leftovers(
            holders: { connection in try connection.query(holders).map { try $0.decode("holder") } },
            free: { connection in try connection.query(free).map { try $0.decodeIfPresent("key") ?? "NULL" } },
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
