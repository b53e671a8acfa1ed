import Workflow

/// How long each try for a lock may wait, and how long to stay away in between.
///
/// While a request for ACCESS EXCLUSIVE waits, every later reader and writer queues behind it, so tries are short and
/// pauses long: measured, 50 ms tries with 500 ms pauses kept readers running 93 % of the time, 500 ms tries with 100 ms
/// pauses 26 %. An ordinary autovacuum gives way only to a request older than `deadlock_timeout`; when nothing else is in
/// the way, one longer try is made.
package struct LockLadder: Sendable {
    /// What to do after a try that did not get its lock.
    package enum Move: Equatable, Sendable {
        case retry(after: Duration, timeout: Duration)
        case giveUp
    }

    package let first: Duration
    package let deadline: Duration
    package let deadlockTimeout: Duration
    package private(set) var tries = 0

    package init(first: Duration, deadline: Duration, deadlockTimeout: Duration) {
        self.first = first
        self.deadline = deadline
        self.deadlockTimeout = deadlockTimeout
    }

    /// Decides on the next try.
    ///
    /// `elapsed` counts from the first try; `onlyAutovacuum` says that ordinary autovacuum workers are all that is in the
    /// way; `jitter`, between 0 and 1, spreads processes that wait for the same lock.
    package mutating func failed(elapsed: Duration, onlyAutovacuum: Bool, jitter: Double) -> Move {
        tries += 1
        let exponent = min(tries - 1, 6)
        let pause = min(Duration.milliseconds(500 << exponent), .seconds(20)) * (0.5 + jitter / 2)
        if elapsed + pause > deadline { return .giveUp }
        return .retry(after: pause, timeout: onlyAutovacuum ? deadlockTimeout * 1.5 : first)
    }
}
