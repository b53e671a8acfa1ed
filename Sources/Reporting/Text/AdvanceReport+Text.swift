import Diagnostics
package import Workflow

extension AdvanceReport: Report {
    /// What was done, what stopped it, and where the run stands now.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        for sentence in done { page.line("\(style.marked(.done)) \(sentence.harmless)") }
        switch outcome {
        case .done: break
        case .waiting(let gate): writeObstacles(of: gate, "waiting", to: &page)
        case .closed(let gate): writeObstacles(of: gate, "stopped", to: &page)
        case .failedCheck(let check):
            page.blank()
            page.append(check.text(in: style))
        }
        page.blank()
        page.append(status.text(in: style))
        return page.text
    }

    /// The gate in full, unless the status that follows shows it anyway.
    private func writeObstacles(of gate: Gate, _ word: String, to page: inout Page) {
        let reasons = gate.obstacles.map { "\($0.name): \($0.reason)" }.joined(separator: "; ")
        page.line("\(page.style.marked(gate.verdict.mark, word)) before \(gate.subject): \(reasons.harmless)")
        guard status.gate != gate else { return }
        page.blank()
        page.append(gate.text(in: page.style))
    }
}
