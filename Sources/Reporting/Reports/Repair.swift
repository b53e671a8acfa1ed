import Diagnostics
package import Workflow

/// What `repair` did.
package struct Repair: Report {
    /// The plan's name.
    package let plan: String

    /// From the old column into the new one.
    package let rowsCopied: Int64

    /// What stays wrong, in words: values without a counterpart.
    package let beyond: [String]

    /// A report from its parts.
    package init(plan: String, rowsCopied: Int64, beyond: [String] = []) {
        self.plan = plan
        self.rowsCopied = rowsCopied
        self.beyond = beyond
    }

    /// A repair is no check: the command that must follow is named.
    private var next: String { "crossfade verify \(plan)" }

    /// How many rows, and the command that must follow.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        page.line("\(style.marked(.done)) \(rowsCopied.counted("row")) copied again")
        if rowsCopied > 0 { page.field("before", "what these rows were is kept in crossfade.repaired") }
        for sentence in beyond { page.line("\(style.marked(.wrong)) \(sentence.harmless)", hanging: 2) }
        page.field("next", "\(style.strong(next)): only a full check opens the gates again")
        return page.text
    }

    /// The same, with the command as `next`.
    package var json: JSON {
        .object([
            ("plan", .string(plan)),
            ("rowsCopied", .init(rowsCopied)),
            ("beyondRepair", .array(beyond.map { .string($0) })),
            ("next", .string(next)),
        ])
    }
}
