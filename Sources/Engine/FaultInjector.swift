import Foundation
import Synchronization

/// Ends the process at a chosen point, so that tests can prove what a crash there leaves behind.
///
/// A specification reads `kill:POINT:N`: SIGKILL when the point is reached for the N-th time; `stop:POINT:N` is SIGSTOP then.
package final class FaultInjector: Sendable {
    /// The places where a process may die.
    package enum Point: String, CaseIterable, Sendable {
        /// The program has been started, and minds no signal yet.
        case start
        /// A phase was recorded as begun, nothing of it has run.
        case phase
        /// A step's work and its record are committed.
        case step
        /// As ``step``, and the step was not found done.
        ///
        /// A command that is started again with this fault comes one step further each time.
        case ran
        /// A chunk is claimed, its rows not yet copied.
        case claim
        /// A chunk's rows are copied, not committed.
        case copied
        /// A chunk is committed.
        case chunk
        /// A full check has ended, its verdict is not recorded.
        case verification
        /// A phase's steps are all done, which is not recorded yet.
        case applied
        /// A watch has read a range of rows, and has noted so.
        case screened
        /// The old shape is away for a brownout, and sessions are looked at.
        case brownout
        /// An event is committed, a hook is not told of it yet.
        case hook
    }

    package static let none = FaultInjector(point: nil, countdown: 0, signal: SIGKILL)

    private let point: Point?
    private let countdown: Mutex<Int>

    private let signal: Int32
    private static let signals = ["kill": SIGKILL, "stop": SIGSTOP]

    private init(point: Point?, countdown: Int, signal: Int32) {
        self.point = point
        self.signal = signal
        self.countdown = Mutex(countdown)
    }

    /// Reads a specification; nil when it is not one.
    package convenience init?(specification: String) {
        let parts = specification.split(separator: ":")
        guard parts.count == 3, let signal = Self.signals[String(parts[0])],
            let point = Point(rawValue: String(parts[1])),
            let number = Int(parts[2]), number > 0
        else { return nil }
        self.init(point: point, countdown: number, signal: signal)
    }

    package func reached(_ point: Point) {
        guard point == self.point else { return }
        let remaining = countdown.withLock { count in
            count -= 1
            return count
        }
        guard remaining == 0 else { return }
        // To this thread, which then does not go on before the process has stopped.
        raise(signal)
    }
}
