import Diagnostics
package import Workflow

/// The file that `report` wrote.
package struct WrittenRecord: Report {
    /// The plan's name.
    package let plan: String

    /// Its path, as the person named it.
    package let file: String

    /// A report from its parts.
    package init(plan: String, file: String) {
        self.plan = plan
        self.file = file
    }

    /// The path alone, for scripts.
    package func text(in style: TextStyle) -> String { file.harmless }

    /// The path and what it is of.
    package var json: JSON { .object([("plan", .string(plan)), ("file", .string(file))]) }
}
