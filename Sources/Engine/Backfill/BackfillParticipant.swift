import Foundation
import Postgres
import SQL
import Synchronization
import Workflow

/// A process's part in a backfill: its workers, how hard they may press, and what keeps them.
///
/// The process that runs the plan is one; `crossfade work` makes others, here or on other machines. All meet in the
/// ledger only. What changes while it runs (the plan's pace, throttle signals, the applications' latency, pauses) is kept
/// in `conditions`, which workers read between two chunks.
final class BackfillParticipant: Sendable {
    /// Under whose lease the chunks are copied.
    enum Role: Sendable {
        /// This process runs the plan.
        case runner(Lease)
        /// Another process does.
        case assistant
    }

    /// What workers go by.
    struct Conditions: Sendable {
        var pace: BackfillPace
        /// Set by `work --workers`: this process's own number, whatever the plan says.
        var ownWorkers: Int?
        var foreground: ForegroundGuard
        /// nil while nobody runs the plan.
        var lease: Lease?
        var isPaused = false
        /// The backfill is over or was given up elsewhere.
        var isOver = false
        /// Since when no process has run the plan; for assistants.
        var aloneSince: ContinuousClock.Instant?
        /// The last pass of which nothing is left.
        var finishedPass = 0
        /// The participant's row in the ledger.
        var row: Int64?
        /// How many workers of this process have a session.
        var connectedWorkers = 0
        /// This process has nothing left to copy.
        var isFinished = false
        /// Since when the copy waits for VACUUM, which has fallen behind; nil while it has not.
        var awaitsVacuumSince: ContinuousClock.Instant?

        var workers: Int { ownWorkers ?? pace.workers }
    }

    let workspace: Workspace
    let plan: Plan
    let run: Int64
    let step: Step
    /// The phase that the copy belongs to: backfill, or contract while it is undone.
    let phase: Phase
    let table: QualifiedName
    let statement: ChunkStatement
    let isRunner: Bool
    let conditions: Mutex<Conditions>
    let commits: CommitTimes
    let activity = Activity()
    private let throttle: ThrottleMonitor

    init(
        _ workspace: Workspace,
        plan: Plan,
        run: Int64,
        step: Step,
        phase: Phase,
        table: QualifiedName,
        statement: ChunkStatement,
        role: Role,
        ownWorkers: Int? = nil
    ) {
        self.workspace = workspace
        self.plan = plan
        self.run = run
        self.step = step
        self.phase = phase
        self.table = table
        self.statement = statement
        let commits = CommitTimes()
        self.commits = commits
        throttle = ThrottleMonitor(
            workspace,
            plan: plan.name.text,
            table: table,
            settings: plan.pace.backfill.throttle,
            window: plan.pace.backfill.window,
            commitLatency: { commits.percentile90 },
            // The reporter writes it down, beside the other reasons there are.
            onChange: { _, _ in }
        )
        var held: Lease?
        if case .runner(let lease) = role { held = lease }
        isRunner = held != nil
        conditions = Mutex(
            Conditions(
                pace: plan.pace.backfill,
                ownWorkers: ownWorkers,
                foreground: ForegroundGuard(budget: plan.pace.backfill.latencyBudget, now: .now),
                lease: held
            )
        )
    }

    /// `user@host/pid`, the beginning of its workers' names.
    var name: String { "\(workspace.actor.name)/\(workspace.actor.pid)" }

    // MARK: - Taking part

    /// Takes part while `work` runs: signals are read, the ledger is told, dead rows are given back.
    func participating<T: Sendable>(_ work: @Sendable () async throws -> T) async throws -> T {
        let reporter = ParticipantReporter(participant: self)
        let probe = ForegroundProbe(participant: self)
        try await reporter.register()
        do {
            let isProbing = try await probe.lookFirst(on: try await reporter.session())
            let result = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await reporter.report() }
                group.addTask { await self.throttle.run() }
                if isProbing { group.addTask { await probe.watch() } }
                // Not among those that are cut off at the end: a VACUUM under way is brought to its end.
                async let cleaning: Void = isRunner ? DeadRows(participant: self).collect() : ()
                let result = try await work()
                conditions.withLock { $0.isFinished = true }
                await cleaning
                group.cancelAll()
                return result
            }
            await reporter.deregister()
            return result
        } catch {
            await reporter.deregister()
            throw error
        }
    }

    /// Copies chunks of the pass until none is left, here or with another process.
    ///
    /// - Throws: `Interrupted` or `Paused` once every worker has finished its chunk; what a worker throws ends the others.
    func work(on pass: Int) async throws {
        enum Occurrence: Sendable {
            case ended(worker: Int, BackfillWorker.End)
            /// Time to look how many workers are wanted: the plan's pace is live.
            case tick
        }
        let end = try await withThrowingTaskGroup(of: Occurrence.self) { group in
            var live: Set<Int> = []
            var end: BackfillWorker.End?
            // A pass of one chunk is over before a second worker would have a session.
            var isAlone = true
            group.addTask { .tick }
            while let occurrence = try await group.next() {
                switch occurrence {
                case .ended(let worker, let reason):
                    live.remove(worker)
                    if reason != .notWanted { end = end ?? reason }
                case .tick where end == nil:
                    let wanted = isAlone ? 1 : max(1, conditions.withLock { $0.workers })
                    for number in 1...wanted where live.insert(number).inserted {
                        group.addTask {
                            .ended(
                                worker: number,
                                try await BackfillWorker(number: number, participant: self).work(on: pass)
                            )
                        }
                    }
                    let pause = Duration.milliseconds(isAlone ? 100 : 200)
                    group.addTask {
                        try await Task.sleep(for: pause)
                        return .tick
                    }
                    isAlone = false
                case .tick: break
                }
                // A tick still under way is not waited for.
                if end != nil, live.isEmpty {
                    group.cancelAll()
                    return end
                }
            }
            return end
        }
        switch end {
        case .interrupted: throw Interrupted()
        case .paused: throw Paused()
        case .passOver, .notWanted, nil: return
        }
    }

    // MARK: - What workers ask

    /// Why no chunk may begin now.
    struct Hold: Sendable, Hashable {
        /// What is measured: it stays while the measured value changes.
        let subject: String
        let text: String
        /// Whether it is only that something was not yet looked at.
        var isMoment = false
    }

    /// Why no chunk may begin now; nil when one may.
    var hold: Hold? {
        let name = plan.name.text
        let own = conditions.withLock { (conditions) -> Hold? in
            if conditions.isPaused { return Hold(subject: "paused", text: "paused; crossfade resume \(name) goes on") }
            if conditions.lease == nil {
                return Hold(subject: "lease", text: "no process runs the plan; crossfade advance \(name) goes on")
            }
            return conditions.awaitsVacuumSince.map { since in
                Hold(
                    subject: "vacuum",
                    text: "vacuum: it catches up with the dead rows",
                    // Short waits are part of the work.
                    isMoment: ContinuousClock.now - since < .seconds(5)
                )
            }
        }
        return own
            ?? throttle.hold.map { reason in
                Hold(
                    subject: "\(reason.signal.rawValue) \(reason.kind)",
                    text: "\(reason.signal.rawValue): \(reason.text)",
                    isMoment: reason.isMeasuring
                )
            }
    }

    /// Takes another pace from the next chunk on.
    func take(_ pace: BackfillPace) {
        conditions.withLock { conditions in
            if pace.latencyBudget != conditions.pace.latencyBudget { conditions.foreground.take(pace.latencyBudget) }
            conditions.pace = pace
        }
        throttle.retune(pace.throttle, window: pace.window)
    }

    /// The part of its time that a worker may use, 0 to 1.
    func duty(of worker: Int) -> Double {
        conditions.withLock { min(1, max(0, $0.foreground.share(of: $0.workers) - Double(worker - 1))) }
    }

    var chunkTarget: Duration { conditions.withLock { $0.foreground.chunkTarget($0.pace.chunkTarget) } }

    /// Whether the worker of that number is wanted.
    func wants(_ worker: Int) -> Bool { conditions.withLock { worker <= $0.workers } }

    /// Whether the backfill is over, or was given up elsewhere, or no process has run the plan for too long.
    var isOver: Bool { conditions.withLock { $0.isOver } || isAbandoned }

    var isPaused: Bool { conditions.withLock { $0.isPaused } }

    func isFinished(_ pass: Int) -> Bool { conditions.withLock { $0.finishedPass >= pass } }

    func finished(_ pass: Int) { conditions.withLock { $0.finishedPass = max($0.finishedPass, pass) } }

    /// An assistant waits so long for somebody to run the plan.
    static let patienceWithoutRunner = Duration.seconds(60)

    /// Whether an assistant has waited long enough.
    var isAbandoned: Bool {
        conditions.withLock { conditions in
            conditions.aloneSince.map { ContinuousClock.now - $0 > Self.patienceWithoutRunner } ?? false
        }
    }

    /// The lease to copy under.
    ///
    /// - Throws: ``StepFailure`` `leaseLost` while nobody runs the plan.
    func lease() throws -> Lease {
        guard let lease = conditions.withLock({ $0.lease }) else { throw StepFailure.leaseLost }
        return lease
    }

    /// Another process took the plan over: an assistant looks for the new holder.
    func lostLease() { conditions.withLock { $0.lease = nil } }
}

/// The last times that a commit of ours took.
final class CommitTimes: Sendable {
    private let times = Mutex<[Duration]>([])

    func note(_ time: Duration) {
        times.withLock { times in
            times.append(time)
            if times.count > 20 { times.removeFirst() }
        }
    }

    /// The 90th percentile of the last twenty; nil before the first.
    var percentile90: Duration? {
        times.withLock { times in
            let sorted = times.sorted()
            return sorted.isEmpty ? nil : sorted[min(sorted.count - 1, sorted.count * 9 / 10)]
        }
    }
}

/// How many chunks this process is copying, and has begun so far.
final class Activity: Sendable {
    struct Count: Sendable, Hashable {
        var busy = 0
        var begun = 0
    }

    private let state = Mutex(Count())

    var count: Count { state.withLock { $0 } }

    func during<T: Sendable>(_ work: () async throws -> T) async rethrows -> T {
        state.withLock { state in
            state.busy += 1
            state.begun += 1
        }
        defer { state.withLock { $0.busy -= 1 } }
        return try await work()
    }
}
