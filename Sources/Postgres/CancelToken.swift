import CLibPQ

/// libpq's means of asking the server to stop what a connection is running; usable from any thread.
@safe
final class CancelToken: Sendable {
    // Set once, freed once in deinit, and PQcancel only reads it: libpq documents it as thread-safe.
    nonisolated(unsafe) private let pointer: OpaquePointer

    /// Nil when the connection is not open.
    init?(connection: OpaquePointer) {
        guard let pointer = unsafe PQgetCancel(connection) else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe PQfreeCancel(pointer) }

    /// Asks, and waits until the server has signalled the backend.
    ///
    /// A failure is not reported: whoever waits for the statement asks again, and gives up in the end.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(pointer, &message, Int32(message.count))
    }
}
