import Postgres
import Workflow

/// Looks at one signal, again and again, and remembers between the looks what it needs.
protocol SignalCollector: Sendable {
    var signal: Signal { get }

    /// How long after a look the next one comes.
    func interval(_ settings: ThrottleSettings) -> Duration

    /// Looks; nil when one more look is needed before anything can be said.
    ///
    /// An error means that the signal cannot be measured.
    mutating func read(_ settings: ThrottleSettings) async throws -> SignalReading?

    /// Gives back what the collector holds.
    func close() async
}

extension SignalCollector {
    func interval(_: ThrottleSettings) -> Duration { .seconds(1) }

    func close() async {}
}

extension SignalReading {
    /// What an error of a look says of the signal.
    init(error: any Error) {
        guard let error = error as? PostgresError else {
            self = .unmeasurable("\(error)")
            return
        }
        self = error.sqlState == .insufficientPrivilege ? .unprivileged("\(error)") : .unmeasurable("\(error)")
    }
}

/// Where the collectors look: the monitoring session, the plan whose sessions do not count, and its table.
struct Watchpoint: Sendable {
    let session: MonitorSession
    let plan: String
    let table: TableTree

    /// What the application_name of the plan's own sessions begins with, cut as the server cuts it.
    var ownSessions: String { String("crossfade/\(plan)/".prefix(SessionOptions.applicationNameLimit)) }
}
