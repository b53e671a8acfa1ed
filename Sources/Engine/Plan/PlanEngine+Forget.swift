import Postgres
import Workflow

extension PlanEngine {
    /// Takes a run out of the ledger that never began a phase: nothing of it is in the database.
    ///
    /// - Throws: ``Failure`` `refused` for one that has begun, which `rollback` ends.
    package func forget() async throws {
        try await controlling { [self] control in
            let name = plan.name.text
            let record = try await control.existing()
            if record.run.state.isOver {
                throw Failure(
                    .refused,
                    "the run of \(name) is \(record.run.state == .completed ? "completed" : "rolled back"), and stays in the record",
                    hint: "crossfade advance \(name) begins a new one"
                )
            }
            guard record.phases.values.allSatisfy({ $0.startedAt == nil }), record.run.furthestPhase == nil else {
                throw Failure(
                    .refused,
                    "the run of \(name) has begun, and may have left something in the database",
                    hint: "crossfade rollback \(name) --confirm \(name) undoes it"
                )
            }
            try await control.session.retrying { [lease = control.lease, workspace, plan] connection in
                try lease.transaction(on: connection) { connection in
                    let ledger = Ledger(connection)
                    try ledger.forget(record.id)
                    let event = LedgerEvent("run forgotten", "no phase of it had begun")
                    try ledger.append(event, run: record.id, plan: plan.name.text, by: workspace.actor)
                }
            }
        }
    }
}
