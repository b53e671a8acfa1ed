import Postgres
import SQL
import Workflow

/// Brings a chunk step to its end: a pass over every partition, and sweeps until nothing is left.
struct ChunkStepRunner: Sendable {
    let steps: StepRunner
    let step: Step
    let phase: Phase
    let blueprint: any RenderedBlueprint
    let statement: ChunkStatement
    /// Tells who holds rows that are left, and their keys.
    let leftovers: Leftovers

    /// Names what a sweep did not get.
    struct Leftovers: Sendable {
        let holders: @Sendable (Connection) throws -> [String]
        /// Rows left that nobody holds: a copy of them was turned away.
        let free: @Sendable (Connection) throws -> [String]
        /// Triggers of the application's that can keep a row from being written.
        let triggers: @Sendable (Connection) throws -> [String]
        /// Rows left, at most so many.
        let keys: @Sendable (Connection, _ limit: Int) throws -> [String]
    }

    private var workspace: Workspace { steps.workspace }
    /// Where the rows to copy are read from.
    private var source: QualifiedName { step.over ?? blueprint.table }

    /// Copies until no row is left.
    ///
    /// - Returns: rows copied in this and earlier attempts.
    func run() async throws -> Int64 {
        workspace.remark(.step(step.title))
        let participant = BackfillParticipant(
            workspace,
            plan: steps.plan,
            run: steps.run,
            step: step,
            phase: phase,
            table: source,
            statement: statement,
            role: .runner(steps.lease)
        )
        return try await participant.participating { try await passes(participant) }
    }

    private func passes(_ participant: BackfillParticipant) async throws -> Int64 {
        var vain = Vain()
        while true {
            let unfinished = try await unfinishedPass()
            if unfinished == nil, try await steps.isDone(step) { break }
            let pass = try await number(after: unfinished)
            let before = try await book { try $0.rows(in: pass) }
            try await work(on: pass, participant)
            if try await steps.isDone(step) { break }
            try await refuseRejected(in: pass)
            let copied = try await book { try $0.rows(in: pass) } - before
            if copied == 0, pass > 1 { try await explain(&vain) } else { vain = Vain() }
        }
        return try await book { try $0.rows() }
    }

    /// Sweeps in a row that copied nothing.
    private struct Vain {
        var sweeps = 0
        /// Between them; the deadline is for waiting, not for the sweeps themselves.
        var waited = Duration.zero
        /// Rows that nobody held after the last of them.
        var free: Set<String> = []
    }

    /// The pass to go on with; nil when the last one is complete, or none was begun.
    private func unfinishedPass() async throws -> Int? {
        try await book { book in
            let latest = try book.latestPass()
            return try latest > 0 && book.isUnfinished(latest) ? latest : nil
        }
    }

    private func number(after unfinished: Int?) async throws -> Int {
        if let unfinished { return unfinished }
        return try await book { try $0.latestPass() } + 1
    }

    private func book<T: Sendable>(_ work: @Sendable (PassBook) throws -> T) async throws -> T {
        try await steps.session.retrying { [run = steps.run, title = step.title] connection in
            try work(PassBook(connection: connection, run: run, step: title))
        }
    }

    // MARK: - One pass

    private func work(on pass: Int, _ participant: BackfillParticipant) async throws {
        let relations = try await leaves()
        try await book { book in
            try steps.lease.transaction(on: book.connection) { _ in
                try book.open(pass, over: relations, by: statement.range)
            }
        }
        try await participant.work(on: pass)
        try await reportOnce()
    }

    /// The partitions as they are now: one attached meanwhile has rows that were never copied.
    private func leaves() async throws -> [QualifiedName] {
        try await steps.session.retrying { [table = source] connection in
            try connection.rolledBack { connection in
                let relation = try RelationLookup(connection).find(table)
                return relation.kind == .partitioned ? try TableReader(connection, relation).leaves() : [table]
            }
        }
    }

    private func reportOnce() async throws {
        let progress = try await steps.session.retrying { [run = steps.run, title = step.title] in
            try BackfillProgress.read(run: run, step: title, on: $0)
        }
        if let progress { workspace.remark(.progress(progress)) }
    }

    // MARK: - What a pass does not get

    /// Everything else is copied when the rows that turned the copy away are all that is left.
    private func refuseRejected(in pass: Int) async throws {
        let rejected = try await book { try $0.rejections(in: pass) }
        guard rejected > 0 else { return }
        if rejected < ChunkCopier.rejectionLimit {
            let left = try await steps.session.retrying { [leftovers] in try leftovers.keys($0, rejected + 1) }
            // More than were rejected: the others are held, and come free one day.
            if left.count > rejected { return }
        }
        throw StepFailure.rejected(
            step: step.title,
            count: rejected,
            rows: try await book { try $0.rejectionTexts(in: pass, limit: 10) }
        )
    }

    private func explain(_ vain: inout Vain) async throws {
        vain.sweeps += 1
        let holders = try await steps.session.retrying { [leftovers] in try leftovers.holders($0) }
        let isOverdue = vain.waited > steps.plan.pace.lockDeadline
        if vain.sweeps > 5 || isOverdue {
            let free = Set(try await steps.session.retrying { [leftovers] in try leftovers.free($0) })
            // A row may have come free just behind the sweep: one that the next sweep does not get either is stuck.
            let stuck = free.intersection(vain.free)
            if !stuck.isEmpty {
                let triggers = try await steps.session.retrying { [leftovers] in try leftovers.triggers($0) }
                throw StepFailure.stuck(step: step.title, keys: stuck.sorted(), triggers: triggers)
            }
            vain.free = free
        }
        if isOverdue, vain.free.isEmpty {
            let keys = try await steps.session.retrying { [leftovers] in try leftovers.keys($0, 20) }
            throw StepFailure.rows(step: step.title, left: Int64(keys.count), holders: holders)
        }
        let pause = min(Duration.milliseconds(100 << min(vain.sweeps, 6)), .seconds(5))
        workspace.remark(.blocked(step: step.title, by: holders, retryIn: pause))
        try await steps.pauseUnlessInterrupted(pause)
        vain.waited += pause
    }
}
