package import Workflow

/// What `work` did.
package struct Assistance: Report {
    /// The plan's name.
    package let plan: String
    /// By this process.
    package let rowsCopied: Int64
    /// Chunks this process finished.
    package let chunks: Int64
    package let seconds: Double

    /// A report from its parts.
    package init(plan: String, rowsCopied: Int64, chunks: Int64, seconds: Double) {
        self.plan = plan
        self.rowsCopied = rowsCopied
        self.chunks = chunks
        self.seconds = seconds
    }

    private var next: String { "crossfade status \(plan)" }

    /// How much of the work was this process's.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        let time = Duration.seconds(seconds).spoken
        page.line(
            "\(style.marked(.done)) the backfill is over; this process copied \(rowsCopied.counted("row")) in \(chunks.counted("chunk")), \(time)"
        )
        page.field("next", style.strong(next))
        return page.text
    }

    package var json: JSON {
        .object([
            ("plan", .string(plan)), ("rowsCopied", .init(rowsCopied)), ("chunks", .init(chunks)),
            ("seconds", .init(seconds, decimals: 1)), ("next", .string(next)),
        ])
    }
}
