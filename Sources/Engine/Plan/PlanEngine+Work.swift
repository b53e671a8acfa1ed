import Foundation
import Postgres
import SQL
import Synchronization
import Workflow

/// What a process did as an assistant of a backfill.
package struct AssistanceReport: Sendable, Hashable {
    package let plan: String
    /// Chunks this process copied, and their rows.
    package let chunks: Int64
    package let rows: Int64
    package let seconds: Double
}

extension PlanEngine {
    /// Joins the plan's running backfill, and copies chunks until it is over.
    ///
    /// - Throws: ``Failure`` `refused` when there is no backfill to join, `waiting` when no process has run the plan for a
    ///   minute.
    package func work(workers: Int?) async throws -> AssistanceReport {
        try await explaining {
            let record = try await joinable()
            let files = files(record.blueprint)
            guard let loaded = try files.load(.phase(.backfill)),
                let step = loaded.steps.first(where: { $0.mode == .chunk })
            else { throw Failure(.refused, "the backfill of \(plan.name.text) has no step that is copied in chunks") }
            guard loaded.isEdited == record.phases[.backfill]?.isEdited else {
                throw Failure(
                    .refused,
                    "the process that runs the plan copies with \(loaded.isEdited ? "the generated" : "an edited") file, "
                        + "and here is \(loaded.isEdited ? "an edited" : "the generated") one",
                    hint: "use the same files here: --migrations"
                )
            }
            let range =
                try await observing("work") { [plan] connection in
                    let book = PassBook(connection: connection, run: record.id, step: step.title)
                    // The pass under way has its order, whatever the plan says by now.
                    let isByKey = try book.isByKey(try book.latestPass()) ?? (plan.pace.backfill.order == .key)
                    return isByKey && !loaded.isEdited
                        ? .key(try KeyOrder.read(of: step.over ?? record.blueprint.table, on: connection)) : .blocks
                } as ChunkRange
            let participant = BackfillParticipant(
                workspace,
                plan: plan,
                run: record.id,
                step: step,
                phase: .backfill,
                table: step.over ?? record.blueprint.table,
                statement: try files.chunkStatement(loaded, step, by: range),
                role: .assistant,
                ownWorkers: workers
            )
            workspace.remark(.phase(.backfill, "joining as \(participant.name)"))
            let start = ContinuousClock.now
            try await participant.participating { try await assist(participant) }
            let done = try await copied(by: participant)
            return AssistanceReport(
                plan: plan.name.text,
                chunks: done.chunks,
                rows: done.rows,
                seconds: (ContinuousClock.now - start).seconds
            )
        }
    }

    private func joinable() async throws -> RunRecord {
        let record = try await observing("work") { [plan] connection in
            guard try Ledger(connection).isCurrent else { return nil as RunRecord? }
            return try Ledger(connection).newestRun(of: plan.name)
        }
        guard let record, record.run.status(of: .backfill) == .applying,
            record.run.state == .active || record.run.state == .paused
        else {
            throw Failure(
                .refused,
                "no backfill of \(plan.name.text) is under way that could be joined",
                hint:
                    "crossfade advance \(plan.name.text) begins it; crossfade status \(plan.name.text) shows where it is"
            )
        }
        try requireSameDigests(record)
        return record
    }

    /// Works on pass after pass, and waits where there is none.
    private func assist(_ participant: BackfillParticipant) async throws {
        while !participant.isOver {
            try workspace.interruption.check()
            let pass = try await observing("work") { connection in
                let book = PassBook(connection: connection, run: participant.run, step: participant.step.title)
                let latest = try book.latestPass()
                return try latest > 0 && book.isUnfinished(latest) ? latest : nil
            }
            if let pass { try await participant.work(on: pass) }
            try await Task.sleep(for: .milliseconds(200))
        }
        guard participant.isAbandoned else { return }
        throw Failure(
            .waiting,
            "no process has run the plan \(plan.name.text) for a minute, and without that nothing can be copied",
            hint: "crossfade advance \(plan.name.text) goes on with it"
        )
    }

    private func copied(by participant: BackfillParticipant) async throws -> (chunks: Int64, rows: Int64) {
        try await observing("work") { connection in
            let row = try connection.queryKept(
                """
                SELECT count(*) AS chunks, coalesce(sum(rows), 0)::bigint AS rows FROM crossfade.chunk
                 WHERE run = $1 AND status = 'done' AND starts_with(worker, $2)
                """,
                [participant.run, participant.name + "/"]
            ).only()
            return (chunks: try row.decode("chunks"), rows: try row.decode("rows"))
        }
    }
}

extension ChunkRange {
    /// What the plan's order means for a table; a person's file is copied by the blocks it names.
    static func of(_ loaded: LoadedFile, _ plan: Plan, _ table: QualifiedName, on connection: Connection) throws
        -> ChunkRange
    {
        guard plan.pace.backfill.order == .key, !loaded.isEdited else { return .blocks }
        return .key(try KeyOrder.read(of: table, on: connection))
    }
}
