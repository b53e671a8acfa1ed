import Foundation

/// What a person, or a pipe, sends to the program; waiting for it can be cancelled, unlike `readLine`.
enum StandardInput {
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The next line without its break; nil at the end, on cancellation, and once `isStopped` says so.
    static func line(unless isStopped: @escaping @Sendable () -> Bool) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await line() }
            group.addTask {
                while !isStopped(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// Returns at the end of the input, or on cancellation.
    static func end() async {
        for await _ in chunks() {}
    }

    private static func line() async -> String? {
        var bytes = Data()
        for await chunk in chunks() {
            bytes += chunk
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// What arrives, as it arrives; reading stops with the iteration.
    private static func chunks() -> AsyncStream<Data> {
        AsyncStream { continuation in
            FileHandle.standardInput.readabilityHandler = { handle in
                let data = handle.availableData
                if data.isEmpty { continuation.finish() } else { continuation.yield(data) }
            }
            continuation.onTermination = { _ in FileHandle.standardInput.readabilityHandler = nil }
        }
    }
}
