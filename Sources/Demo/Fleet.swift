import Postgres
import Synchronization

/// Tells clients to stop after the statement under way.
final class StopSign: Sendable {
    private let state = Mutex(false)

    var isUp: Bool { state.withLock { $0 } }

    func raise() { state.withLock { $0 = true } }
}

/// The clients of all versions that are deployed.
final class Fleet: Sendable {
    private struct State {
        var running: [Version: (stop: StopSign, tasks: [Task<Client.Outcome, Never>])] = [:]
        var tallies: [Version: Tally] = [:]
        var remembered: [Int: String] = [:]
        var nextSlot = 0
    }

    private let target: ConnectionTarget
    private let rows: Int
    private let state = Mutex(State())
    /// Ids are shared out among so many clients, so that no two write one row.
    private let slots = 8

    init(target: ConnectionTarget, rows: Int) {
        self.target = target
        self.rows = rows
    }

    func deploy(_ version: Version, clients: Int) async throws {
        let stop = StopSign()
        var tasks: [Task<Client.Outcome, Never>] = []
        for _ in 0..<clients {
            let slot = state.withLock { state in
                state.nextSlot += 1
                return state.nextSlot - 1
            }
            let client = Client(version: version, target: target, slot: slot % slots, slots: slots, rows: rows)
            tasks.append(Task { await client.work(until: stop) })
        }
        state.withLock { [tasks] in $0.running[version] = (stop, tasks) }
    }

    /// Stops the clients of a version and takes in what they met.
    func retire(_ version: Version) async {
        guard let running = state.withLock({ $0.running.removeValue(forKey: version) }) else { return }
        running.stop.raise()
        for task in running.tasks {
            let outcome = await task.value
            state.withLock { state in
                state.tallies[version, default: Tally()].add(outcome.tally)
                state.remembered.merge(outcome.remembered) { $1 }
            }
        }
    }

    var tallies: [Version: Tally] { state.withLock { $0.tallies } }

    var remembered: [Int: String] { state.withLock { $0.remembered } }

    /// How many of the loaded rows were written.
    var touched: Int { state.withLock { [rows] state in state.remembered.keys.count { $0 <= rows } } }

    var lostReads: Int { state.withLock { $0.tallies.values.reduce(0) { $0 + $1.lostReads } } }
}
