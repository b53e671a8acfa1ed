import Postgres
import Synchronization
import Workflow

/// Watches a statement that may wait for others: tells whom it waits for, and ends it at the deadline.
final class Watchdog: Sendable {
    private let workspace: Workspace
    private let plan: Plan
    private let step: String
    private let pid: Int32
    /// Between two looks, and before the first.
    private static let interval = Duration.milliseconds(500)
    private let blockers = Mutex<[String]?>(nil)

    init(workspace: Workspace, plan: Plan, step: String, pid: Int32) {
        self.workspace = workspace
        self.plan = plan
        self.step = step
        self.pid = pid
    }

    /// Whom the statement waited for when it was ended; nil when it was not.
    var gaveUpOn: [String]? { blockers.withLock { $0 } }

    func watching<T: Sendable>(_ work: @Sendable () async -> T) async -> T {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watch() }
            let result = await work()
            group.cancelAll()
            return result
        }
    }

    private func watch() async {
        // Most statements are done by then, and need no second session.
        guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
        guard let observer = try? await workspace.openSession(plan.name.text, "observer") else {
            if Task.isCancelled { return }
            workspace.remark(.notice("\"\(step)\" cannot be watched: no second connection could be opened"))
            return
        }
        var waitingSince: ContinuousClock.Instant?
        var told: [String] = []
        while !Task.isCancelled {
            do {
                let found = try await observer.run { [pid] connection in try Blocker.find(blocking: pid, on: connection)
                }
                guard !found.isEmpty else {
                    waitingSince = nil
                    try await Task.sleep(for: Self.interval)
                    continue
                }
                let since = waitingSince ?? .now
                waitingSince = since
                let names = found.map(\.text)
                if names != told { workspace.remark(.blocked(step: step, by: names, retryIn: .zero)) }
                told = names
                if ContinuousClock.now - since > plan.pace.lockDeadline {
                    blockers.withLock { $0 = names }
                    _ = try await observer.run { [pid] connection in
                        try connection.query("SELECT pg_cancel_backend($1)", [Int(pid)])
                    }
                    break
                }
                try await Task.sleep(for: Self.interval)
            } catch {
                if !Task.isCancelled { workspace.remark(.notice("\"\(step)\" is watched no longer: \(error)")) }
                break
            }
        }
        await observer.close()
    }
}
