import SQL

/// The statements that make the old schema of a comparison the new one, in an order in which they run.
package struct SchemaScript: Sendable {
    /// Statements that cannot be in the transaction; they come first.
    package let apart: [Step]
    /// All others.
    package let steps: [Step]

    /// Puts a comparison into statements.
    package init(_ diff: SchemaDiff) {
        let removal = RemovalSteps(diff)
        let making = MakingSteps(diff)
        apart = making.apart
        let statements =
            removal.steps + making.ordered + making.late + RemarkSteps(diff).steps + making.last + removal.last
        steps = statements.map { Step(ServerText($0.text).statingArrayTypes.text, $0.caution, stage: $0.stage) }
    }

    /// Whether there is nothing to do.
    package var isEmpty: Bool { apart.isEmpty && steps.isEmpty }

    /// The script as psql and every client run it.
    package var text: String {
        guard !isEmpty else { return "" }
        var parts: [String] = []
        if !apart.isEmpty {
            parts.append("-- Outside the transaction: a new value of an enum can be used when it is committed.")
            parts += apart.map(Self.text)
        }
        if !steps.isEmpty {
            parts.append("BEGIN;")
            parts += Self.settings.map { $0 + ";" }
            parts += steps.map(Self.text)
            parts.append("COMMIT;")
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// What the transaction begins with: every name in it is written in full, and bodies of functions may name what comes
    /// after them.
    package static let settings = ["SET LOCAL search_path = pg_catalog", "SET LOCAL check_function_bodies = off"]

    private static func text(_ step: Step) -> String {
        let comment = step.caution.map { "-- \($0.comment)\n" } ?? ""
        return comment + step.text + ";"
    }
}
