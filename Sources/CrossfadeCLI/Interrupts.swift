import Engine
import Foundation
import UnixSignals
import Workflow

/// Ctrl-C and SIGTERM: the first lets a run come to a safe place, the second cancels it, the third ends the process.
enum Interrupts {
    /// Does the work, and minds the signals meanwhile.
    static func handled<T: Sendable>(
        in invocation: Invocation,
        _ stopping: Stopping,
        _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let working = Task { try await work() }
        let minding = Task {
            var count = stopping == .atOnce ? 1 : 0
            for await _ in signals {
                count += 1
                switch count {
                case 1:
                    invocation.interruption.request()
                    invocation.console.remark(.notice("finishing what is under way; press again to stop at once"))
                case 2: working.cancel()
                default: exit(Failure.Code.interrupted.rawValue)
                }
            }
        }
        defer { minding.cancel() }
        return try await working.value
    }
}
