import Diagnostics
import Workflow

extension Remark {
    /// One line.
    func text(in style: TextStyle) -> String {
        switch self {
        case .phase(let phase, let what): "\(style.strong(phase.rawValue)): \(what.harmless)"
        case .step(let title): "  \(title.harmless)"
        case .progress(let progress): "  \(progress.spoken)"
        case .notice(let text): "  \(text.harmless)"
        case .blocked(_, let holders, let pause):
            "  \(style.paint("waiting for a lock", .caution)): \(Self.names(holders))\(Self.retry(pause))"
        case .waiting(let gate):
            "  \(style.paint("waiting", .caution)) before \(gate.subject): \(Self.reasons(gate, style))"
        }
    }

    private static func names(_ holders: [String]) -> String {
        if holders.isEmpty { return "its holder had gone when it was looked for" }
        return "held by \(holders.joined(separator: "; ").harmless)"
    }

    /// Zero is a statement that waits by itself.
    private static func retry(_ pause: Duration) -> String {
        pause > .zero ? "; next try in \(pause.spoken)" : ""
    }

    private static func reasons(_ gate: Gate, _ style: TextStyle) -> String {
        let reasons = gate.obstacles.map { "\($0.name.harmless) (\($0.reason.harmless))" }.joined(separator: ", ")
        return gate.opensAt.map { "\(reasons), opens \($0.spoken(from: style.now))" } ?? reasons
    }
}
