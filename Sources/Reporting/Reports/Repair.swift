package import Workflow

/// What `repair` did.
package struct Repair: Report {
    /// The plan's name.
    package let plan: String

    /// From the old column into the new one.
    package let rowsCopied: Int64

    /// A report from its parts.
    package init(plan: String, rowsCopied: Int64) {
        self.plan = plan
        self.rowsCopied = rowsCopied
    }

    /// A repair is no check: the command that must follow is named.
    private var next: String { "crossfade verify \(plan)" }

    /// How many rows, and the command that must follow.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.marked(.done)) \(rowsCopied.counted("row")) copied again")
        if rowsCopied > 0 { page.field("before", "what these rows were is kept in crossfade.repaired") }
        page.field("next", "\(style.strong(next)): only a full check opens the gates again")
        return page.text
    }

    /// The same, with the command as `next`.
    package var json: JSON {
        .object([("plan", .string(plan)), ("rowsCopied", .init(rowsCopied)), ("next", .string(next))])
    }
}
