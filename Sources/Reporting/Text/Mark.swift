import Workflow

/// One character before a line that shows at a glance how it stands; the word beside it says the same.
enum Mark: String {
    case done = "✔"
    case wrong = "✘"
    case waiting = "○"
    case working = "▶"
    case undone = "↩"
    case notYet = "·"

    var tone: TextStyle.Tone {
        switch self {
        case .done: .good
        case .wrong: .bad
        case .waiting, .working: .caution
        case .undone, .notYet: .faint
        }
    }
}

extension TextStyle {
    /// A mark followed by a word, both in the mark's colour.
    func marked(_ mark: Mark, _ word: String = "") -> String {
        paint(word.isEmpty ? mark.rawValue : "\(mark.rawValue) \(word)", mark.tone)
    }
}

extension PhaseStatus {
    var mark: Mark {
        switch self {
        case .pending: .notYet
        case .applying, .applied: .working
        case .verified: .done
        case .failed: .wrong
        case .rolledBack: .undone
        }
    }
}

extension RunState {
    /// The word for people.
    var spoken: String {
        switch self {
        case .new: "not begun"
        case .active: "active"
        case .paused: "paused"
        case .rollingBack: "rolling back"
        case .completed: "completed"
        case .rolledBack: "rolled back"
        }
    }
}

extension GateVerdict {
    var mark: Mark {
        switch self {
        case .open: .done
        case .waiting: .waiting
        case .closed: .wrong
        }
    }
}

extension Verdict {
    var mark: Mark {
        switch self {
        case .passed: .done
        case .failed: .wrong
        case .inconclusive: .waiting
        }
    }
}
