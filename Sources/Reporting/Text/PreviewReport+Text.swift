import Diagnostics
import SQL
package import Workflow

extension PreviewReport: Report {
    /// Each step of each phase: its SQL, the locks and what they stop, and whether it reads the whole table.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.strong(plan))  \(summary.harmless)")
        page.line("table \(table.harmless): \(rowsSpoken), \(bytes.bytesSpoken)")
        if !findings.isEmpty {
            page.blank()
            page.line("found in the catalog:")
            for finding in findings { finding.write(to: &page) }
        }
        if !effects.isEmpty {
            page.blank()
            page.line("what applications notice (\(Self.effectsPage)):")
            for effect in effects {
                page.line(
                    "\(effect.moments.map(\.rawValue).joined(separator: ", ")): \(effect.sentence)",
                    indent: 2,
                    hanging: 2
                )
            }
        }
        for phase in phases { write(phase, to: &page) }
        return page.text
    }

    private static let effectsPage = "Docs/explanation/what-applications-notice.md"

    private var rowsSpoken: String {
        rows.map { "about \($0.counted("row"))" } ?? "rows not counted yet (ANALYZE has never run)"
    }

    private func write(_ phase: PhaseSteps, to page: inout Page) {
        let style = page.style
        page.blank()
        page.line("\(style.strong("── \(phase.name)"))  \(style.faint("(undo: \(phase.undo.harmless))"))", hanging: 3)
        if phase.steps.isEmpty { page.line("nothing to run: the phase is a proof", indent: 3) }
        for (number, step) in phase.steps.enumerated() {
            page.blank()
            page.line("\(number + 1). \(style.strong(step.title.harmless))", indent: 3, hanging: 3)
            if step.isDone { page.line(style.marked(.done, "done already: it will be skipped"), indent: 6) }
            page.line(step.mode.manner, indent: 6)
            writeLocks(of: step, to: &page)
            if step.scansTable {
                page.line(style.paint("reads the whole table", .caution) + " (\(bytes.bytesSpoken))", indent: 6)
            }
            page.verbatim(step.sql, indent: 6, gutter: "│ ")
        }
    }

    private func writeLocks(of step: Step, to page: inout Page) {
        if step.locks.isEmpty { page.line("locks no table", indent: 6) }
        for lock in step.locks {
            let mode = lock.mode == .accessExclusive ? page.style.paint(lock.mode.name, .caution) : lock.mode.name
            page.line("locks \(lock.relation.description.harmless) \(mode): blocks \(lock.mode.blocks)", indent: 6)
        }
    }
}
