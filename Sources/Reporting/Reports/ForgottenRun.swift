import Diagnostics
package import Workflow

/// The answer of `forget`.
package struct ForgottenRun: Report {
    /// The plan's name.
    package let plan: String

    /// A report on the run of a plan.
    package init(plan: String) { self.plan = plan }

    /// One line.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.marked(.done)) the run of \(plan.harmless) is forgotten: no phase of it had begun")
        return page.text
    }

    /// The plan, and that its run is forgotten.
    package var json: JSON { .object([("plan", .string(plan)), ("forgotten", .boolean(true))]) }
}
