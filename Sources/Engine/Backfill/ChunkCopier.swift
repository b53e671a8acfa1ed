import Postgres
import SQL
import Workflow

/// Copies one chunk: in one transaction, or in pieces when a row of it turns the copy away.
struct ChunkCopier: Sendable {
    let session: RunnerSession
    let workspace: Workspace
    let run: Int64
    let step: String
    let statement: ChunkStatement
    let lease: @Sendable () throws -> Lease

    /// What became of a chunk.
    enum Outcome: Sendable {
        /// Copied in so long, commit included.
        case done(Duration)
        /// Another worker has it now; what this one did of it was rolled back.
        case lost
    }

    /// A pass with more rejected rows than this is given up: the data is wrong as a whole.
    static let rejectionLimit = 1000

    /// How often a transaction that lost a race is tried again: for some 20 seconds, with a lock timeout of 200 ms and growing
    /// pauses.
    private static let raceLimit = 30

    /// Copies a chunk, again if it lost a race or its connection: a chunk may be copied twice without harm.
    func copy(_ chunk: Chunk) async throws -> Outcome {
        var tries = 0
        while true {
            do {
                return .done(try await session.retrying { connection in try copyWhole(chunk, on: connection) })
            } catch let error as PostgresError {
                switch error.sqlState {
                case .leaseLost: throw StepFailure.leaseLost
                case .chunkLost: return .lost
                case .undefinedTable where try await forgetDropped(): return .lost
                default: break
                }
                tries += 1
                if error.isRetryable, tries < Self.raceLimit {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 25...50) * tries))
                    continue
                }
                guard case .server(let error) = error, error.isAboutRows || error.state.isRace else {
                    throw StepFailure.statement(step: step, error)
                }
                return try await copyInPieces(chunk)
            }
        }
    }

    // MARK: - Whole

    /// One transaction: the lease, the rows, the checkpoint; returns for how long rows were locked.
    private func copyWhole(_ chunk: Chunk, on connection: Connection) throws -> Duration {
        let (text, parameters) = try statement.copy(chunk)
        let start = try connection.transaction { connection in
            try prepare(chunk, on: connection)
            let start = ContinuousClock.now
            let rows = try write(text, parameters, on: connection)
            workspace.faults.reached(.copied)
            try book(connection).finish(chunk, rows: rows, seconds: (ContinuousClock.now - start).seconds)
            try release(connection)
            return start
        }
        return ContinuousClock.now - start
    }

    /// Copies rows; triggers that this fires find what they find in the role's other sessions.
    private func write(_ text: String, _ parameters: [(any Parameter)?], on connection: Connection) throws -> Int {
        guard !workspace.keepsSearchPath, try Script(parsing: text).statements.first?.write == .silent else {
            return try connection.query(text, parameters).affected
        }
        let rows: Int = try connection.query(SessionPath.counting(text), parameters).only().decode("rows")
        try connection.execute(SessionPath.pin)
        return rows
    }

    /// Before COMMIT: deferred triggers fire then.
    private func release(_ connection: Connection) throws {
        if !workspace.keepsSearchPath { try connection.execute(SessionPath.release) }
    }

    private func prepare(_ chunk: Chunk, on connection: Connection) throws {
        let lease = try lease()
        // A chunk must never become a scan of the whole table: the planner would choose a parallel one where it can. Nor
        // does it wait for long: for row locks it has SKIP LOCKED, and for a lock on the table there is the next try. It
        // locks a partition before the partitioned table, the reverse of DETACH PARTITION, and across tables a row may have
        // to be waited for: well under deadlock_timeout, so that the application is never chosen as a deadlock's victim. A
        // server that crashes loses rows and checkpoint together, so that no commit has to wait for the disk or a replica.
        // Across tables a joined table must be reached row by row. The sync triggers of such a change pass over what the
        // copy itself writes.
        try connection.execute(
            """
            SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off;
            SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL crossfade.backfill = 'on';
            SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off;
            \(try lease.requirement)
            SELECT crossfade.hold_chunk(\(chunk.id), \(chunk.attempt))
            """
        )
    }

    /// Whether a partition of the pass was dropped while its chunks were copied.
    private func forgetDropped() async throws -> Bool {
        let lease = try lease()
        return try await session.retrying { connection in
            try lease.transaction(on: connection) { connection in try book(connection).forgetDropped() }
        }
    }

    private func book(_ connection: Connection) -> PassBook { PassBook(connection: connection, run: run, step: step) }

    // MARK: - In pieces

    /// A row that is left to copy: where it lies, and its key for people.
    private struct Left: Sendable {
        let tid: String
        let key: String
    }

    /// Halves what is left of the chunk until every row is copied or is the one to blame.
    ///
    /// Each piece is a transaction that counts its rows, so that the applications wait for none of them longer than they
    /// would for a chunk.
    private func copyInPieces(_ chunk: Chunk) async throws -> Outcome {
        let start = ContinuousClock.now
        do {
            var pieces = [try await left(of: chunk)[...]]
            while let piece = pieces.popLast() {
                try workspace.interruption.check()
                guard let first = piece.first, let last = piece.last else { continue }
                guard let error = try await attempt(piece, of: chunk) else { continue }
                if piece.count > 1 {
                    let middle = piece.index(piece.startIndex, offsetBy: piece.count / 2)
                    pieces.append(piece[middle...])
                    pieces.append(piece[..<middle])
                } else {
                    assert(first.tid == last.tid)
                    try await reject(first, of: chunk, because: error)
                }
            }
            let seconds = (ContinuousClock.now - start).seconds
            try await againAfterRaces { connection in
                try prepare(chunk, on: connection)
                try book(connection).finish(chunk, rows: 0, seconds: seconds)
            }
            return .done(ContinuousClock.now - start)
        } catch let error as PostgresError {
            switch error.sqlState {
            case .leaseLost: throw StepFailure.leaseLost
            case .chunkLost: return .lost
            case .undefinedTable where try await forgetDropped(): return .lost
            default: throw StepFailure.statement(step: step, error)
            }
        }
    }

    private func left(of chunk: Chunk) async throws -> [Left] {
        let (text, parameters) = try statement.left(chunk)
        return try await session.retrying { connection in
            try connection.query(text, parameters).map { row in
                Left(tid: try row.decode("tid"), key: try row.decodeIfPresent("key") ?? "NULL")
            }
        }
    }

    /// Copies a piece, a range of places; returns the error of a row in it.
    private func attempt(_ piece: ArraySlice<Left>, of chunk: Chunk) async throws -> ServerError? {
        guard let first = piece.first, let last = piece.last else { return nil }
        let text = try statement.copy(chunk.relation, .blocks)
        let end = Self.following(last.tid)
        do {
            try await againAfterRaces { connection in
                try prepare(chunk, on: connection)
                let rows = try write(text, [first.tid, end], on: connection)
                try book(connection).count(rows, in: chunk)
                try release(connection)
            }
            return nil
        } catch PostgresError.server(let error) where error.isAboutRows || error.state.isRace {
            return error
        }
    }

    /// Runs a small transaction, again when it lost a race.
    private func againAfterRaces<T: Sendable>(_ work: @Sendable (Connection) throws -> T) async throws -> T {
        var tries = 0
        while true {
            do {
                return try await session.retrying { connection in try connection.transaction(work) }
            } catch let error as PostgresError where error.isRetryable && tries < Self.raceLimit {
                tries += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 25...50) * tries))
            }
        }
    }

    private func reject(_ row: Left, of chunk: Chunk, because error: ServerError) async throws {
        // A row that lost every race is no wrong row: a later pass comes back for it.
        guard error.isAboutRows else { return }
        let total = try await againAfterRaces { connection in
            try prepare(chunk, on: connection)
            return try book(connection).reject(row.key, of: chunk, because: error)
        }
        workspace.remark(
            .notice("the row \(row.key) does not take the copy: \(error.message) (\(error.state.rawValue))")
        )
        guard total < Self.rejectionLimit else {
            throw StepFailure.rejected(step: step, count: total, rows: ["\(row.key): \(error.message)"])
        }
    }

    /// The place after a row's: `(7,3)` after `(7,2)`.
    private static func following(_ tid: String) -> String {
        let parts = tid.dropFirst().dropLast().split(separator: ",")
        guard parts.count == 2, let line = Int(parts[1]) else { return tid }
        return "(\(parts[0]),\(line + 1))"
    }
}

extension ServerError {
    /// Whether a row's own values are to blame, or a trigger that looked at them.
    ///
    /// Class 22 is data exceptions, 23 integrity constraints, 44 views' check options, P0 what PL/pgSQL raised; 54000 is a
    /// value too large for an index.
    var isAboutRows: Bool { ["22", "23", "44", "P0", "54"].contains(state.errorClass) }
}

extension SQLState {
    /// Whether another transaction got in the way.
    fileprivate var isRace: Bool { [.lockNotAvailable, .deadlockDetected, .serializationFailure].contains(self) }
}
