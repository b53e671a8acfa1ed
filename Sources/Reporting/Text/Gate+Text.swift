import Diagnostics
import Foundation
package import Workflow

extension Gate: Report {
    /// The verdict and each requirement with its reason.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        var headline = "gate of \(subject): \(style.marked(verdict.mark, verdict.rawValue))"
        if let opensAt { headline += ", \(opensAt.opening(from: style.now))" }
        page.line(headline)
        page.blank()
        write(requirements, to: &page, indent: 2)
        changes?.write(to: &page)
        return page.text
    }

    /// The verdict, and only the requirements that hold it shut.
    func writeSummary(to page: inout Page) {
        let obstacles = obstacles
        let style = page.style
        var text = "\(subject) is \(style.marked(verdict.mark, verdict.rawValue))"
        let met = requirements.count - obstacles.count
        if !obstacles.isEmpty { text += ", \(met) of \(requirements.count) requirements are met" }
        page.field("gate", text)
        write(obstacles, to: &page, indent: 12)
    }

    /// What holds it shut, in one line: `soak (24h … have not passed), approval (0 of 1 approvals)`.
    func obstaclesSpoken(from now: Date) -> String {
        let reasons = obstacles.map { "\($0.name.harmless) (\($0.reason.harmless))" }.joined(separator: ", ")
        return opensAt.map { "\(reasons), opens \($0.spoken(from: now))" } ?? reasons
    }

    private func write(_ results: [RequirementResult], to page: inout Page, indent: Int) {
        let width = results.map(\.name.harmless.columns).max() ?? 0
        for result in results {
            page.line(result.text(in: page.style, nameWidth: min(width, 30)), indent: indent, hanging: 4)
        }
    }
}

extension RequirementResult {
    fileprivate func text(in style: TextStyle, nameWidth: Int) -> String {
        let word = style.paint("\(verdict.mark.rawValue) \(verdict.rawValue.padded(to: 7))", verdict.mark.tone)
        let text = "\(word)  \(name.harmless.padded(to: nameWidth))  \(reason.harmless)"
        return opensAt.map { "\(text); \($0.opening(from: style.now))" } ?? text
    }
}

extension Date {
    /// Such as `opens 2026-11-24 04:05:06 UTC (in 23 h 10 min)`.
    fileprivate func opening(from now: Date) -> String { "opens \(spoken) (\(spoken(from: now)))" }
}
