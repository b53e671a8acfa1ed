import Workflow

extension Hook {
    /// What the ledger knows it by: readable, and another one when it is another hook.
    var name: String { "\(title)-\(Digest.hex(definition).prefix(12))" }

    /// Whether it is asked before this begins.
    func isAsked(before threshold: Threshold) -> Bool {
        if case .before(let thresholds) = occasion { thresholds.contains(threshold) } else { false }
    }

    /// What it is told of; nothing for a hook that is asked.
    var occurrences: [Occurrence] { if case .on(let occurrences, _) = occasion { occurrences } else { [] } }

    /// Of which phases only; of all when empty.
    var phases: [Phase] { if case .on(_, let phases) = occasion { phases } else { [] } }
}

extension Hook.Occurrence {
    /// The kinds of events that are it.
    var kinds: [String] {
        switch self {
        case .begun: ["phase begun"]
        case .verified: ["phase verified"]
        case .failed: ["phase failed", "check failed"]
        case .waiting: [Self.waitingKind]
        case .approved: ["approved"]
        }
    }

    static let waitingKind = "waiting"

    init?(kind: String) {
        guard let found = Self.allCases.first(where: { $0.kinds.contains(kind) }) else { return nil }
        self = found
    }
}
