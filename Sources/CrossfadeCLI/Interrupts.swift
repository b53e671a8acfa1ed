import Engine
import UnixSignals
import Workflow

/// First Ctrl-C finishes the chunk and stops; the second cancels the statement.
enum Interrupts {
    static func guarding<T: Sendable>(_ invocation: Invocation, _ work: @escaping @Sendable () async throws -> T) async throws -> T {
        let task = Task { try await work() }
        let signals = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                if invocation.interruption.isRequested {
                    task.cancel()
                } else {
                    invocation.output.note("\(signal): finishing what is under way; once more cancels it")
                    invocation.interruption.request()
                }
            }
        }
        defer { signals.cancel() }
        return try await task.value
    }
}
