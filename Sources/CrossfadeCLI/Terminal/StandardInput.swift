import Foundation

/// What a person, or a pipe, sends to the program; waiting for it can be given up, unlike `readLine`.
enum StandardInput {
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The next line without its break; nil at the end, on cancellation, and once `isStopped` says so.
    static func line(unless isStopped: @escaping @Sendable () -> Bool) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await onThread { readLine() } ?? nil }
            group.addTask {
                // Cut short by the end of the group; nothing else can fail here.
                while !isStopped(), (try? await Task.sleep(for: .milliseconds(50))) != nil {}
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// Returns at the end of the input, or on cancellation.
    static func end() async {
        await onThread { while readLine() != nil {} }
    }

    /// Reads on a thread of its own; nil on cancellation.
    ///
    /// The thread of a reading that was given up stays blocked until the process ends, which is what follows then.
    @discardableResult
    private static func onThread<Value: Sendable>(_ read: @escaping @Sendable () -> Value) async -> Value? {
        let (values, continuation) = AsyncStream.makeStream(of: Value.self)
        Thread.detachNewThread {
            continuation.yield(read())
            continuation.finish()
        }
        return await values.first { _ in true }
    }
}
