import Postgres
import SQL
import Workflow

/// What a rollback is refused for before anything is undone.
extension PlanEngine {
    /// A contract that was run by hand has to be in the record before anything can be undone.
    func refuseUnrecorded(_ record: RunRecord, _ control: RunControl) async throws {
        guard record.isSynced else { return }
        let steps = try files(record.blueprint).generated(.phase(.contract))
        let isRun = try await control.session.retrying { connection in
            try steps.contains { try $0.isDone(on: connection) }
        }
        guard isRun else { return }
        let name = plan.name.text
        throw Failure(
            .refused,
            "contract was run by hand, and is not in the record yet",
            hint: "crossfade advance \(name) --through contract --confirm \(name) records it, then roll back"
        )
    }

    /// A table or column that only has another name or schema is not gone: the run would end, and leave in it what it made.
    func refuseDisplaced(_ record: RunRecord, _ control: RunControl) async throws {
        let displaced = try await control.session.retrying { try Displacement.read(record, on: $0) }
        guard !displaced.isEmpty else { return }
        let command = rollbackCommand(to: record.run.rollbackTarget)
        throw Failure(
            .refused,
            displaced.map(\.sentence).joined(separator: "; "),
            hint: "\(displaced.map(\.remedy).joined(separator: "; ")); then \(command)"
        )
    }

    /// What others have made on a view that goes: PostgreSQL would refuse to drop it half-way, or drop the other with it.
    func refuseDependants(of actions: [Action], _ record: RunRecord, _ control: RunControl) async throws {
        guard actions.contains(.undoSteps(.enforce)) || actions.contains(.undoSteps(.expand)) else { return }
        let found = try await control.session.retrying { try record.blueprint.dependantsInTheWay(on: $0) }
        guard !found.isEmpty else { return }
        throw Failure(
            .refused,
            found.map(\.message).joined(separator: "; "),
            hint: found.compactMap(\.hint).joined(separator: "; ")
                + "; then \(rollbackCommand(to: record.run.rollbackTarget))"
        )
    }
}
