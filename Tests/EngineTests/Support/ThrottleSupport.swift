import Foundation
import Workflow

/// What a monitor told.
final class ThrottleLog: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var changes: [String] = []

    func add(_ now: ThrottleReason?, _ before: ThrottleReason?) {
        func words(_ reason: ThrottleReason?) -> String {
            reason.map { "\($0.signal.rawValue) \($0.kind)" } ?? "nothing"
        }
        lock.withLock { unsafe changes.append("\(words(before)), then \(words(now))") }
    }

    var all: [String] { lock.withLock { unsafe changes } }
}

extension ThrottleSettings {
    /// Only what is set here is on.
    static func only(_ change: (inout ThrottleSettings) -> Void) -> ThrottleSettings {
        var settings = ThrottleSettings.off
        change(&settings)
        return settings
    }
}

extension SignalReading {
    var value: Double? {
        if case .measured(let found) = self, found.least == found.most { found.least } else { nil }
    }

    var text: String {
        switch self {
        case .measured(let found): found.text
        case .judged(_, let text): text
        case .unmeasurable(let blindness): blindness.reason
        }
    }

    var holds: Bool? {
        if case .judged(let holds, _) = self { holds } else { nil }
    }

    var isUnmeasurable: Bool {
        if case .unmeasurable = self { true } else { false }
    }
}
