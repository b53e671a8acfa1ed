import Diagnostics
import Foundation
package import Workflow

extension VerificationReport: Report {
    /// The verdict, each check, and the keys of what is wrong.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        let took = Duration.seconds(max(0, finishedAt.timeIntervalSince(startedAt))).spoken
        let wrong = violations == 0 ? "no violation" : violations.counted("violation")
        page.line(
            "\(style.strong(plan)): \(style.marked(verdict.mark, verdict.rawValue)), "
                + "\(rowsChecked.counted("row")) checked in \(took), \(wrong)"
        )
        page.blank()
        for check in checks { check.write(to: &page) }
        changes?.write(to: &page)
        return page.text
    }
}

extension VerificationReport.Check {
    fileprivate func write(to page: inout Page) {
        let style = page.style
        let mark = style.paint(verdict.mark.rawValue, verdict.mark.tone)
        let outcome =
            switch verdict {
            case .passed: ""
            case .failed: ": \(style.paint(violations.counted("violation"), .bad))"
            case .inconclusive: ": \(style.paint("inconclusive", .caution))"
            }
        page.line("\(mark) \(name.harmless)\(outcome)", indent: 2)
        for sample in samples { page.line(sample.harmless, indent: 6) }
        let hidden = violations - Int64(samples.count)
        if !samples.isEmpty, hidden > 0 { page.line("… and \(hidden.grouped) more", indent: 6) }
    }
}
