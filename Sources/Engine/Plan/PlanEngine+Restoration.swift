import Postgres
import SQL
import Workflow

/// Steps of phases that are done are done again where a person, another migration or a restore of the database has undone them.
extension PlanEngine {
    /// Does them again.
    ///
    /// - Returns: a sentence for each.
    func restore(_ control: RunControl) async throws -> [String] {
        let record = try await control.existing()
        let sentences = try await doAgain(record, control, until: try await successor(of: record, control)).flatMap {
            undone in
            undone.file.steps.map { step in
                "the step \"\(step.title)\" was undone since \(undone.phase.rawValue); done again"
            }
        }
        for sentence in sentences { workspace.remark(.notice(sentence)) }
        return sentences
    }

    /// The blueprint for the old shape as it is now, where steps are undone and a change is to be carried over: a process that
    /// died while it did so has dropped what this one does not have.
    private func successor(of record: RunRecord, _ control: RunControl) async throws -> (any RenderedBlueprint)? {
        let isUndone = try await control.session.retrying { connection in
            try !undoneSteps(of: record, on: connection).isEmpty
        }
        guard isUndone else { return nil }
        let resolution = try await resolution(control)
        guard resolution.objections(to: .enforce, in: plan).isEmpty else { return nil }
        let present = resolution.blueprint.keeping(record.blueprint)
        return present.follows(record.blueprint) ? present : nil
    }

    /// Runs every undone step, but for what `successor` no longer has, and returns what it has run: what one of them makes
    /// again is not undone for the next.
    @discardableResult
    func doAgain(
        _ record: RunRecord,
        _ control: RunControl,
        until successor: (any RenderedBlueprint)? = nil
    ) async throws -> [UndoneSteps] {
        var done: [UndoneSteps] = []
        let candidates = try await control.session.retrying { connection in
            try repeatableSteps(of: record, until: successor, on: connection)
        }
        for candidate in candidates {
            guard let undone = try await control.session.retrying({ try Self.undone(candidate, on: $0) }) else {
                continue
            }
            let runner = PhaseRunner(control: control, record: record, files: files(record.blueprint))
            _ = try await runner.run(undone.file, phase: undone.phase)
            done.append(undone)
        }
        return done
    }

    /// The same, and where a failed check blocks the run, what has been changed from outside is carried over, and a full check
    /// follows at once.
    ///
    /// - Returns: a sentence for each step, and the check where it failed.
    func restoreAndCheck(_ control: RunControl) async throws -> (sentences: [String], failed: VerificationReport?) {
        let sentences = try await restore(control)
        guard try await control.existing().run.isBlocked else { return (sentences, nil) }
        let isCarried = try await carryOverChanges(control)
        guard isCarried || !sentences.isEmpty else { return (sentences, nil) }
        let result = try await fullCheck(control, nil)
        return (sentences, result.verdict == .failed ? result : nil)
    }

    /// Steps of a phase that is done whose postconditions hold no more.
    struct UndoneSteps: Sendable {
        let phase: Phase
        let file: LoadedFile
    }

    /// The steps to do again.
    func undoneSteps(of record: RunRecord, on connection: Connection) throws -> [UndoneSteps] {
        try repeatableSteps(of: record, until: nil, on: connection).compactMap { try Self.undone($0, on: connection) }
    }

    private static func undone(_ candidate: UndoneSteps, on connection: Connection) throws -> UndoneSteps? {
        let steps = try candidate.file.steps.filter { step in
            try connection.query(step.done).first?.decodeIfPresent(at: 0, as: Bool.self) != true
        }
        return steps.isEmpty ? nil : UndoneSteps(phase: candidate.phase, file: candidate.file.made(of: steps))
    }

    /// The steps that may be done again.
    ///
    /// None before expand is done, and none from contract on, when only the ledger knows the old shape; nor where a table or
    /// column is gone, which ends the run, or a person has run contract's file.
    /// Of expand only triggers and functions are made again, and NOT NULL is taken again: a new column or table would be empty.
    /// What `successor` does not have is left out: its steps of enforce have other texts then.
    private func repeatableSteps(
        of record: RunRecord,
        until successor: (any RenderedBlueprint)?,
        on connection: Connection
    ) throws -> [UndoneSteps] {
        let run = try withoutEmptyContract(record, on: connection).run
        func isDone(_ phase: Phase) -> Bool { [.applied, .verified].contains(run.status(of: phase)) }
        guard run.state == .active || run.state == .paused, isDone(.expand), !run.status(of: .contract).hasBegun,
            isDone(.enforce) || !run.status(of: .enforce).hasBegun,
            try MissingShape.read(record, on: connection).objects.isEmpty,
            try DisplacedTable.read(record, on: connection).isEmpty,
            try !hasContractByHand(record, on: connection)
        else { return [] }
        let files = files(record.blueprint)
        let later = successor.map { self.files($0) }
        var candidates: [UndoneSteps] = []
        if let expand = try files.load(.phase(.expand)) {
            var sync = try SyncRestoration(files, isEnforced: isDone(.enforce))
            if let later { sync = sync.shared(with: try SyncRestoration(later, isEnforced: isDone(.enforce))) }
            let step = try sync.step(titled: "set up the triggers that keep both shapes equal")
            let relaxing = try Relaxation(files).steps
            if !relaxing.isEmpty { candidates.append(UndoneSteps(phase: .expand, file: expand.made(of: relaxing))) }
            if let step { candidates.append(UndoneSteps(phase: .expand, file: expand.made(of: [step]))) }
            if files.blueprint.repeatsExpand { candidates.append(UndoneSteps(phase: .expand, file: expand)) }
        }
        if isDone(.enforce), let enforce = try files.load(.phase(.enforce)) {
            let wanted = try later.map { Set(try $0.generated(.phase(.enforce)).map(\.text)) }
            let given = Set(try files.generated(.phase(.enforce)).map(\.text)).subtracting(wanted ?? [])
            let steps = wanted == nil ? enforce.steps : enforce.steps.filter { !given.contains($0.text) }
            if !steps.isEmpty { candidates.append(UndoneSteps(phase: .enforce, file: enforce.made(of: steps))) }
        }
        return candidates
    }
}

extension LoadedFile {
    /// Other steps under the file's name, held to nothing but their own postconditions.
    func made(of steps: [Step]) -> LoadedFile {
        LoadedFile(file: file, name: name, steps: steps, generated: steps, isEdited: false)
    }
}
