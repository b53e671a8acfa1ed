import Synchronization

/// Tells running clients to end after the piece of work under way.
final class StopSwitch: Sendable {
    private let state = Mutex(false)

    var isOff: Bool { state.withLock { $0 } }

    func turnOff() { state.withLock { $0 = true } }
}
