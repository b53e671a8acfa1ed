import Foundation
import Postgres
import SQL
import Workflow

/// Reads a table's rows in pieces, for a watch: each piece a statement of its own, followed by a pause of three times its
/// length, and kept in the ledger, so that a watch that is started again goes on where it stopped.
struct Screener: Sendable {
    let workspace: Workspace
    let plan: Plan
    let record: RunRecord
    let files: PhaseFiles

    /// What a screening came to.
    enum Outcome: Sendable {
        /// Everything that it was to read is right.
        case clean(VerificationReport)
        /// Something is wrong, or cannot be read: a full check has to say what.
        case suspicious
        /// Something was changed meanwhile, so that it proves nothing.
        case void
    }

    /// How long one piece may take: no snapshot is held for longer.
    private static let target = Duration.milliseconds(500)

    /// After so long every row is read again, also those in blocks that nobody has written: an expression of the plan may
    /// call a function that was replaced.
    private static let allAgain = Duration.seconds(86_400)

    /// Whether the change's rows can be read in pieces: where both shapes stand in one row.
    var isPossible: Bool { record.isSynced && files.parts.allSatisfy { $0.has("screen") } }

    /// Screens, or goes on with a screening that was stopped.
    ///
    /// `mayGoOn` is called before each piece, and waits for as long as the plan's throttle signals say so.
    func screen(mayGoOn: () async throws -> Void) async throws -> Outcome {
        let session = try await RunnerSession(
            workspace,
            plan: plan.name.text,
            role: "screen",
            patience: plan.pace.lockDeadline
        )
        do {
            let outcome = try await screen(on: session, mayGoOn: mayGoOn)
            await session.close()
            return outcome
        } catch {
            await session.close()
            throw error
        }
    }

    private func screen(on session: RunnerSession, mayGoOn: () async throws -> Void) async throws -> Outcome {
        let checks = try await session.retrying { connection in try verifier.shape(on: connection) }
        guard checks.allSatisfy({ $0.verdict == .passed }) else { return .suspicious }
        var current = try await session.retrying { connection in
            try Ledger(connection).openScreening(of: record.id) ?? begin(on: connection)
        }
        var sizer = ChunkSizer.blocks(target: Self.target, initial: 1024)
        while let piece = current.screening.next(sizer.size) {
            try await mayGoOn()
            let begun = ContinuousClock.now
            let found = try await session.retrying { connection in try read(piece, on: connection) }
            let elapsed = ContinuousClock.now - begun
            guard let found, found.violations == 0 else {
                try await session.retrying { [current] connection in try Ledger(connection).giveUp(current) }
                return .suspicious
            }
            _ = sizer.finished(size: Int(piece.end - piece.first), in: elapsed)
            current.screening.read(piece, rows: found.rows)
            let isOurs = try await session.retrying { [current] connection in try Ledger(connection).save(current) }
            guard isOurs else { return .void }
            workspace.faults.reached(.screened)
            try await Task.sleep(for: elapsed * 3)
        }
        return try await session.retrying { [current] connection in try finish(current, checks, on: connection) }
    }

    private var verifier: Verifier { Verifier(workspace: workspace, plan: plan, record: record, files: files) }

    // MARK: - What is to be read

    /// The blocks that were written since the last look, where the server can tell; else all of them.
    private func begin(on connection: Connection) throws -> ScreeningRecord {
        let ledger = Ledger(connection)
        let writes = try WriteCounters.read(files.blueprint.tables, on: connection)
        // In this order: what is over by now is seen by every piece.
        let settled = try WALPosition.settled(on: connection)
        let before = try ledger.screened(record.id)
        let now = try Observation.now(on: connection)
        if let place = before.upto, let all = before.allReadAt, now.timeIntervalSince(all) < Self.allAgain.seconds,
            let changed = try ChangedBlocks.read(files.blueprint.tables, since: place, on: connection)
        {
            // What was written after the server's last summary is left to the next screening: this one does not tell of it. Nor
            // does it of what was written since the place that is settled, which the server may have summed up meanwhile.
            let upto = try settled.map { try WALPosition.earlier($0, changed.upto, on: connection) }
            return try ledger.begin(Screening(.changed, changed.pieces), writes: nil, walUpto: upto, run: record.id)
        }
        let pieces = try ChangedBlocks.Relation.read(files.blueprint.tables, on: connection).map(\.whole)
        return try ledger.begin(
            Screening(.all, pieces.filter { $0.end > $0.first }),
            writes: writes,
            walUpto: settled,
            run: record.id
        )
    }

    // MARK: - Reading

    /// The rows of a range and how many are wrong, of all changes of the plan; nil where the server cannot read them so.
    private func read(_ piece: Screening.Piece, on connection: Connection) throws -> (rows: Int64, violations: Int64)? {
        do {
            return try connection.rolledBack { connection in
                try connection.execute(
                    """
                    SET TRANSACTION READ ONLY; SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0;
                    SET LOCAL jit = off; SET LOCAL lock_timeout = '2s'
                    """
                )
                var counts: (rows: Int64, violations: Int64) = (0, 0)
                for part in files.parts {
                    let row = try connection.query(
                        try part.screen(piece.relation, record.comparison),
                        ["(\(piece.first),0)", "(\(piece.end),0)"]
                    ).only()
                    counts.rows = max(counts.rows, try row.decode("rows"))
                    counts.violations += try row.decode("violations", as: Int64.self)
                }
                return counts
            }
        } catch let error as PostgresError where !error.isConnectionProblem && error != .cancelled {
            return nil
        }
    }

    // MARK: - The end

    private func finish(
        _ current: ScreeningRecord,
        _ checks: [VerificationReport.Check],
        on connection: Connection
    ) throws -> Outcome {
        let screening = current.screening
        let what: String =
            switch screening.scope {
            case .all: "every row read in pieces is right"
            case .changed: "every row in a block that was written since is right"
            }
        let check = VerificationReport.Check(name: what, verdict: .passed, violations: 0, samples: [])
        let isDone = try connection.transaction { connection in
            let ledger = Ledger(connection)
            guard try ledger.finish(current, run: record.id) else { return false }
            let message =
                "\(screening.rowsRead) rows in \(screening.blocksRead) blocks (\(screening.scope.rawValue)) read, none wrong"
            let event = LedgerEvent("screened", message)
            try ledger.append(event, run: record.id, plan: plan.name.text, by: workspace.actor)
            return true
        }
        guard isDone else { return .void }
        let report = VerificationReport(
            plan: plan.name.text,
            rowsChecked: screening.rowsRead,
            checks: [check] + checks,
            startedAt: current.startedAt,
            finishedAt: try Observation.now(on: connection)
        )
        return .clean(report)
    }
}
