package import Workflow

/// What `repair` did.
package struct Repair: Report {
    package let plan: String
    package let rowsCopied: Int64

    package init(plan: String, rowsCopied: Int64) {
        self.plan = plan
        self.rowsCopied = rowsCopied
    }

    /// A repair is no check: the command that must follow is named.
    private var next: String { "crossfade verify \(plan)" }

    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.marked(.done)) \(rowsCopied.counted("row")) copied again")
        page.field("next", "\(style.strong(next)): only a full check opens the gates again")
        return page.text
    }

    package var json: JSON {
        .object([("plan", .string(plan)), ("rowsCopied", .init(rowsCopied)), ("next", .string(next))])
    }
}
