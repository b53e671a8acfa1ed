import Diagnostics
package import Workflow

extension AdvanceReport: Report {
    /// What was done, what stopped it, and where the run stands now.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        for sentence in done { page.line("\(style.marked(.done)) \(sentence.harmless)") }
        switch outcome {
        case .done: break
        case .waiting(let gate), .closed(let gate): write(gate, to: &page)
        case .failedCheck(let check):
            page.blank()
            page.append(check.text(in: style))
        case .brownout(let brownout): brownout.write(to: &page)
        }
        page.blank()
        page.append(status.text(in: style))
        return page.text
    }

    /// What keeps the gate shut; in full, unless the status that follows shows it anyway.
    private func write(_ gate: Gate, to page: inout Page) {
        let verdict = page.style.marked(gate.verdict.mark, gate.verdict.rawValue)
        page.line("\(verdict), \(gate.subject): \(gate.obstaclesSpoken(from: page.style.now))")
        guard status.gate != gate else { return }
        page.blank()
        page.append(gate.text(in: page.style))
    }
}
