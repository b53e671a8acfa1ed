import Diagnostics
import Workflow

extension OutsideChanges {
    /// Each change with what carries it over, in the form of `check`.
    func write(to page: inout Page) {
        guard !findings.isEmpty || notEvaluated != nil else { return }
        page.blank()
        for finding in findings { finding.write(to: &page) }
        if let notEvaluated { page.line("changes from outside: \(notEvaluated.harmless)", indent: 2, hanging: 4) }
    }

    /// A line for each change, and the command once.
    func writeSummary(to page: inout Page) {
        for (place, finding) in findings.enumerated() {
            page.field(place == 0 ? "changed" : "", finding.message.harmless)
        }
        for hint in Set(findings.compactMap(\.hint)).sorted() { page.field("", hint.harmless) }
        if let notEvaluated { page.field("changed", notEvaluated.harmless) }
    }
}
