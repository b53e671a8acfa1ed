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
            "  \(style.paint("waiting", .caution)), \(gate.subject): \(gate.obstaclesSpoken(from: style.now))"
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
}
