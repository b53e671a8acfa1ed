import Diagnostics
import Workflow

extension Finding {
    /// The finding and the way out, in the form of a diagnostic.
    func write(to page: inout Page) {
        let style = page.style
        page.line("\(style.paint(word, tone)): \(message.harmless) [\(id)]", indent: 2, hanging: 4)
        if let hint { page.line("= \(hint.harmless)", indent: 6) }
        if weight == .acknowledge { page.line("= to accept it, write acknowledge: [\(id)] in the plan", indent: 6) }
    }

    /// Whom it stops.
    private var word: String {
        switch weight {
        case .refused: "refused"
        case .acknowledge: "to be acknowledged"
        case .carried: "carried over"
        case .blocksContract: "blocks contract"
        case .advice: "advice"
        }
    }

    private var tone: TextStyle.Tone {
        switch weight {
        case .refused: .bad
        case .carried, .advice: .good
        case .acknowledge, .blocksContract: .caution
        }
    }
}
