import Diagnostics
import Engine
import Foundation
import Postgres
import Workflow

/// How a command comes to its plan.
extension Invocation {
    /// The engine for a plan as its file has it: for what applies the file's content.
    ///
    /// - Throws: ``Failure`` where there is no file, it is invalid, or the name is that of another plan's run.
    func engine(_ word: String) async throws -> PlanEngine {
        let reference = plans.reference(word)
        if reference.isExact, case .success(let plan) = reference.plan { return try engine(of: plan, word) }
        let stored = try await stored(reference)
        switch reference.plan {
        case .success(let plan) where stored.map({ $0.name == plan.name }) ?? true: return try engine(of: plan, word)
        case .success(let plan):
            throw Failure(
                .usage,
                "\(word) is the name of a run, and \(reference.path ?? word) holds the plan \(plan.name)",
                hint: "say \(plan.name) for the file's plan; crossfade export \(word) writes the plan of the run"
            )
        case .failure(let failure):
            guard let stored, !stored.isOver, failure.code == .usage else { throw failure }
            let name = stored.name
            throw Failure(
                failure.code,
                "\(failure.message); there is a run of the plan \(name)",
                hint: "crossfade export \(name) --output \(plans.path)/\(name).yaml writes its plan from the ledger; "
                    + "crossfade status \(name) and crossfade rollback \(name) need no file"
            )
        }
    }

    /// The engine for a run, which needs no file: where there is none, or it is invalid or of another change, the ledger's copy of
    /// the plan is used, and that is said where `isTold`.
    func runEngine(_ word: String, isTold: Bool = true) async throws -> PlanEngine {
        let reference = plans.reference(word)
        guard let stored = try await stored(reference), let text = stored.text else {
            return try engine(of: try reference.plan.get(), word)
        }
        if case .success(let plan) = reference.plan, stored.isOver && plan.name == stored.name || stored.isOf(plan) {
            return try engine(of: plan, word)
        }
        let path = "\(plans.path)/\(stored.name).yaml"
        let source = SourceText(name: path, text: text)
        guard let plan = PlanReader.read(source).0 else {
            throw Failure(
                .invalidPlan,
                "the plan of the run \(stored.name), as the ledger has it, is not valid for this program",
                hint: "use the crossfade that the run began with; crossfade export \(stored.name) writes the plan"
            )
        }
        if isTold { console.remark(.notice(Self.remark(on: reference, stored, source))) }
        return PlanEngine(plan: plan, workspace: try workspace(for: plan.change.kind.families))
    }

    /// Why the ledger's copy is used.
    private static func remark(on reference: PlanReference, _ stored: StoredPlan, _ run: SourceText) -> String {
        let used = "the run's own plan is used, from the ledger"
        switch (reference.plan, reference.path) {
        case (.success(let plan), let path?) where plan.name == stored.name:
            let difference = PlanDifference(file: plan.source, run: run).text
            return "the change in \(path) differs from the run's (\(difference)); \(used)"
        case (.success(let plan), let path?):
            return "\(path) holds the plan \(plan.name), and no file holds \(stored.name); \(used)"
        case (.failure, let path?): return "\(path) is not valid (crossfade check \(path) says why); \(used)"
        case (_, nil): return "there is no file of the plan \(stored.name); \(used)"
        }
    }

    private func engine(of plan: Plan, _ word: String) throws -> PlanEngine {
        var workspace = try workspace(for: plan.change.kind.families)
        workspace.rereadPlan = { [plans] in try plans.plan(word) }
        return PlanEngine(plan: plan, workspace: workspace)
    }

    /// The run that is meant, as the ledger has it.
    ///
    /// Nil also where there is a file and the ledger cannot be asked: the command itself asks it next, and says what is wrong.
    ///
    /// - Throws: ``Failure`` that says why there is no file, and why the ledger cannot help.
    private func stored(_ reference: PlanReference) async throws -> StoredPlan? {
        do {
            return try await StoredPlan.newest(of: reference.runs, in: try workspace())
        } catch {
            guard case .failure(let failure) = reference.plan, failure.code == .usage, namesDatabase else { return nil }
            throw Failure(
                failure.code,
                "\(failure.message), and the ledger cannot be asked for a run of that name: \(error)",
                hint: failure.hint
            )
        }
    }

    /// The text of a run's plan.
    ///
    /// - Throws: ``Failure`` `refused` where there is no run of that name, or its text is not kept.
    func storedText(of name: String) async throws -> String {
        guard let name = PlanName(name) else { throw Failure(.usage, "'\(name)' cannot name a run") }
        do {
            guard let stored = try await StoredPlan.newest(of: [name], in: try workspace()) else {
                throw Failure(.refused, "there is no run of the name \(name)", hint: "crossfade status lists the runs")
            }
            guard let text = stored.text else {
                throw Failure(
                    .refused,
                    "the ledger does not have the text of the plan \(name): its run began with an older program",
                    hint: "an advance with the plan's file keeps it"
                )
            }
            return text
        } catch let error as PostgresError {
            throw Failure(
                error.isConnectionProblem ? .unreachable : .failed,
                "the database cannot be read: \(error)",
                hint: "check --database, DATABASE_URL or the PG* variables"
            )
        }
    }
}
