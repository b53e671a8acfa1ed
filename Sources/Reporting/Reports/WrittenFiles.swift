import Diagnostics
package import Workflow

/// The files that `new` or `generate` wrote.
package struct WrittenFiles: Report {
    /// The plan's name.
    package let plan: String

    /// Their paths, in the order they are run.
    package let files: [String]

    /// The paths under which edited files were kept, over which new ones were written; nil for a command that overwrites none.
    package let kept: [String]?

    /// The next command, whole.
    package let next: String

    /// A report from its parts.
    package init(plan: String, files: [String], kept: [String]? = nil, next: String) {
        self.plan = plan
        self.files = files
        self.kept = kept
        self.next = next
    }

    /// A line for each file written or kept, and the next command.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        for file in files { page.line("\(style.marked(.done)) \(file.harmless) written") }
        for file in kept ?? [] { page.line("\(style.marked(.done)) \(file.harmless) kept: the text that was edited") }
        page.field("next", style.strong(next.harmless))
        return page.text
    }

    /// The same, file by file.
    package var json: JSON {
        let kept = kept.map { [("kept", JSON.array($0.map(JSON.string)))] } ?? []
        return .object(
            [("plan", .string(plan)), ("files", .array(files.map(JSON.string)))] + kept + [("next", .string(next))]
        )
    }
}
