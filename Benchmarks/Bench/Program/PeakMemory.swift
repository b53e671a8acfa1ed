import Foundation
import Synchronization

/// The most memory that a process ever held, by the kernel's own account (VmHWM), read until the process is gone.
///
/// The kernel keeps the maximum, so that only growth within the last interval can be missed.
final class PeakMemory: Sendable {
    private static let interval = Duration.milliseconds(20)

    private let peak = Mutex<Double?>(nil)
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Bytes; nil where the system has no such account.
    var bytes: Double? { peak.withLock { $0 } }

    func watch(_ process: Int32) {
        let watching = Task {
            while !Task.isCancelled, let bytes = Self.read(process) {
                peak.withLock { $0 = bytes }
                guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
            }
        }
        task.withLock { $0 = watching }
    }

    func stop() { task.withLock { $0?.cancel() } }

    /// Nil when the process has ended: what is left of it has no memory.
    private static func read(_ process: Int32) -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return kilobytes * 1024
    }
}
