import Postgres
import SQL
import Workflow

/// Copies chunk after chunk on a session of its own until the pass has none left.
struct ChunkWorker: Sendable {
    let name: String
    let session: RunnerSession
    let workspace: Workspace
    let run: Int64
    let step: String
    let lease: Lease
    let statement: ChunkStatement
    let target: Duration

    /// Copies until nothing of the pass is left to claim; `initial` is the size of the first chunk in blocks.
    func work(on pass: Int, initial: Int) async throws {
        var sizer = ChunkSizer(target: target, initial: initial)
        while true {
            try workspace.interruption.check()
            guard let chunk = try await claim(pass, sizer.blocks) else { return }
            workspace.faults.reached(.claim)
            let elapsed = try await copy(chunk)
            workspace.faults.reached(.chunk)
            if sizer.finished(blocks: chunk.blocks, in: elapsed) {
                workspace.remark(
                    .notice(
                        "a chunk of one block takes \(elapsed.inWords), longer than chunk_target: the rows are wide or slow"
                    )
                )
            }
        }
    }

    private func claim(_ pass: Int, _ blocks: Int) async throws -> Chunk? {
        try await session.retrying { [run, step, name, lease] connection in
            try connection.transaction { connection in
                _ = try connection.query("SELECT crossfade.assert_lease($1, $2)", [lease.plan, lease.token])
                let state: String = try connection.query("SELECT state FROM crossfade.run WHERE id = $1", [run])
                    .only().decode("state")
                if state == RunState.paused.rawValue { throw Paused() }
                return try PassBook(connection: connection, run: run, step: step).claim(
                    pass,
                    blocks: blocks,
                    worker: name
                )
            }
        }
    }

    /// Copies a chunk, again if it lost a race or its connection: a chunk may be copied twice without harm.
    private func copy(_ chunk: Chunk) async throws -> Duration {
        var tries = 0
        while true {
            do {
                return try await session.retrying { connection in try copyOnce(chunk, on: connection) }
            } catch let error as PostgresError {
                if error.sqlState == .leaseLost { throw StepFailure.leaseLost }
                tries += 1
                guard error.isRetryable, tries < 10 else { throw StepFailure.statement(step: step, error) }
                try await Task.sleep(for: .milliseconds(50 * tries))
            }
        }
    }

    /// One transaction: the lease, the rows, the checkpoint.
    ///
    /// Row locks are held for the last two only.
    private func copyOnce(_ chunk: Chunk, on connection: Connection) throws -> Duration {
        let text = try statement.text(chunk.relation)
        return try connection.transaction { connection in
            // A chunk must never become a scan of the whole table: the planner would choose a parallel one where it can.
            try connection.execute(
                """
                SET LOCAL enable_seqscan = off;
                SET LOCAL max_parallel_workers_per_gather = 0;
                SET LOCAL lock_timeout = '2s';
                SET LOCAL idle_in_transaction_session_timeout = '10s'
                """
            )
            _ = try connection.query("SELECT crossfade.assert_lease($1, $2)", [lease.plan, lease.token])
            let start = ContinuousClock.now
            let rows = try connection.query(text, ["(\(chunk.firstBlock),0)", "(\(chunk.endBlock),0)"]).affected
            workspace.faults.reached(.copied)
            let elapsed = ContinuousClock.now - start
            try PassBook(connection: connection, run: run, step: step)
                .finish(chunk, rows: rows, seconds: elapsed.seconds)
            return elapsed
        }
    }
}

/// A person paused the run from elsewhere.
struct Paused: Error {}

/// The statement of a chunk step, rendered for each partition.
struct ChunkStatement: Sendable {
    /// Takes the quoted name of a partition; `$1` and `$2` are the first block's and the end block's ctid.
    let text: @Sendable (_ relation: String) throws -> String
}
