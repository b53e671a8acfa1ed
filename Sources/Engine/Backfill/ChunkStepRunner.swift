import Postgres
import SQL
import Workflow

/// Brings a chunk step to its end: a pass over every partition, and sweeps until nothing is left.
struct ChunkStepRunner: Sendable {
    let steps: StepRunner
    let step: Step
    let blueprint: Blueprint
    let statement: ChunkStatement
    /// Tells who holds rows that are left, and their keys.
    let leftovers: Leftovers

    /// Names what a sweep did not get.
    struct Leftovers: Sendable {
        let holders: @Sendable (Connection) throws -> [String]
        let keys: @Sendable (Connection) throws -> [String]
    }

    private var workspace: Workspace { steps.workspace }
    private var pace: BackfillPace { steps.plan.pace.backfill }

    /// - Returns: rows copied in this and earlier attempts.
    func run() async throws -> Int64 {
        workspace.remark(.step(step.title))
        let start = ContinuousClock.now
        var fruitless = 0
        while true {
            let number = try await nextPass()
            if number == nil, try await steps.isDone(step) { break }
            let pass = try await nextNumber(after: number)
            let before = try await rows(in: pass)
            try await work(on: pass)
            if try await steps.isDone(step) { break }
            let copied = try await rows(in: pass) - before
            fruitless = copied == 0 && pass > 1 ? fruitless + 1 : 0
            if fruitless > 0 { try await explain(fruitless, since: start) }
        }
        return try await total()
    }

    /// The pass to go on with; nil when the last one is complete, or none was begun.
    private func nextPass() async throws -> Int? {
        try await book { book in
            let latest = try book.latestPass()
            return try latest > 0 && book.isUnfinished(latest) ? latest : nil
        }
    }

    private func nextNumber(after unfinished: Int?) async throws -> Int {
        if let unfinished { return unfinished }
        return try await book { try $0.latestPass() } + 1
    }

    private func rows(in pass: Int) async throws -> Int64 { try await book { try $0.rows(in: pass) } }

    private func total() async throws -> Int64 {
        try await book { book in
            try (1...max(1, try book.latestPass())).reduce(0) { try $0 + book.rows(in: $1) }
        }
    }

    private func book<T: Sendable>(_ work: @Sendable (PassBook) throws -> T) async throws -> T {
        try await steps.session.retrying { [run = steps.run, title = step.title] connection in
            try work(PassBook(connection: connection, run: run, step: title))
        }
    }

    // MARK: - One pass

    private func work(on pass: Int) async throws {
        let relations = try await leaves()
        try await book { book in
            try book.connection.transaction { _ in try book.open(pass, over: relations) }
        }
        // A sweep finds little: larger chunks.
        let initial = pass == 1 ? 64 : 1024
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reportProgress() }
            try await withThrowingTaskGroup(of: Void.self) { workers in
                for number in 1...max(1, pace.workers) {
                    workers.addTask { try await work(on: pass, worker: number, initial: initial) }
                }
                try await workers.waitForAll()
            }
            group.cancelAll()
        }
        try await reportOnce()
    }

    private func work(on pass: Int, worker number: Int, initial: Int) async throws {
        let session = try await RunnerSession(
            workspace,
            plan: steps.plan.name.text,
            role: "backfill-\(number)",
            patience: steps.plan.pace.lockDeadline
        )
        let worker = ChunkWorker(
            name: "\(workspace.actor.name)/\(workspace.actor.pid)/\(number)",
            session: session,
            workspace: workspace,
            run: steps.run,
            step: step.title,
            lease: steps.lease,
            statement: statement,
            target: pace.chunkTarget
        )
        do {
            try await worker.work(on: pass, initial: initial)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    /// The partitions as they are now: one attached meanwhile has rows that were never copied.
    private func leaves() async throws -> [QualifiedName] {
        guard blueprint.isPartitioned else { return [blueprint.table] }
        return try await steps.session.retrying { [table = blueprint.table] connection in
            try connection.rolledBack { connection in
                try TableReader(connection, try RelationLookup(connection).find(table)).leaves()
            }
        }
    }

    // MARK: - Progress

    private func reportProgress() async throws {
        let observer = try await workspace.openSession(steps.plan.name.text, "observer")
        while !Task.isCancelled {
            do {
                let progress = try await observer.run { [run = steps.run, title = step.title, workers = pace.workers] in
                    try BackfillProgress.read(run: run, step: title, workers: workers, on: $0)
                }
                if let progress { workspace.remark(.progress(progress)) }
                try await Task.sleep(for: .milliseconds(500))
            } catch {
                break  // Progress is worth no copy: the workers meet the same trouble and deal with it.
            }
        }
        await observer.close()
    }

    private func reportOnce() async throws {
        let progress = try await steps.session.retrying {
            [run = steps.run, title = step.title, workers = pace.workers] in
            try BackfillProgress.read(run: run, step: title, workers: workers, on: $0)
        }
        if let progress { workspace.remark(.progress(progress)) }
    }

    // MARK: - What a sweep does not get

    private func explain(_ fruitless: Int, since start: ContinuousClock.Instant) async throws {
        let holders = try await steps.session.retrying { [leftovers] in try leftovers.holders($0) }
        if holders.isEmpty, fruitless > 5 {
            let keys = try await steps.session.retrying { [leftovers] in try leftovers.keys($0) }
            throw StepFailure.stuck(step: step.title, keys: keys)
        }
        if ContinuousClock.now - start > steps.plan.pace.lockDeadline {
            let keys = try await steps.session.retrying { [leftovers] in try leftovers.keys($0) }
            throw StepFailure.rows(step: step.title, left: Int64(keys.count), holders: holders)
        }
        let pause = min(Duration.milliseconds(100 << min(fruitless, 6)), .seconds(5))
        workspace.remark(.blocked(step: step.title, by: holders, retryIn: pause))
        try await steps.pauseUnlessInterrupted(pause)
    }
}
