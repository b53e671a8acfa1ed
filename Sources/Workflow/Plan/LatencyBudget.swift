import Diagnostics
import YAML

/// How much slower the applications' transactions may become while the backfill runs.
package enum LatencyBudget: Sendable, Hashable {
    /// So many times the 99th percentile measured just before, such as 2.0.
    case factor(Double)
    /// A 99th percentile in itself.
    case limit(Duration)
    /// The backfill never gives way.
    case off

    /// What the 99th percentile may be, when it was `baseline` before; nil when nothing limits it.
    package func limit(over baseline: Duration) -> Duration? {
        switch self {
        case .factor(let factor): baseline * factor
        case .limit(let limit): limit
        case .off: nil
        }
    }
}

extension LatencyBudget {
    /// `2x`, `10ms` or `off`.
    static let form = ValueForm<LatencyBudget>(
        .text(pattern: "\(factorPattern)|\(Duration.planPattern)|off"),
        read: { cursor in
            guard let text = cursor.text()?.text else { return nil }
            if text == "off" { return .off }
            if text.isWhole(factorPattern), let factor = Double(text.dropLast()), (1.1...100).contains(factor) {
                return .factor(factor)
            }
            if let duration = Duration(planText: text), duration >= .milliseconds(1) { return .limit(duration) }
            cursor.refuse(
                .invalidValue,
                "\(cursor.label) must be a factor from 1.1x to 100x, a duration such as 10ms, or off, not '\(text)'",
                fix: Double(text).map { _ in "add a unit, as in '\(text)x' or '\(text)ms'" }
            )
            return nil
        },
        written: { budget in
            switch budget {
            case .factor(let factor): .string("\(factor == factor.rounded() ? String(Int(factor)) : String(factor))x")
            case .limit(let limit): .string(limit.planText)
            case .off: .string("off")
            }
        }
    )

    private static let factorPattern = "[0-9]{1,3}([.][0-9]{1,2})?x"
}
