import Diagnostics
import Foundation
import Reporting
import Schema
import Workflow

/// The difference between two databases' schemas, in the form that was asked for.
struct SchemaDiffReport: Report {
    let diff: SchemaDiff
    let hasScript: Bool
    private let script: SchemaScript

    init(_ diff: SchemaDiff, hasScript: Bool) {
        self.diff = diff
        self.hasScript = hasScript
        script = SchemaScript(diff)
    }

    private var notCompared: String? { DatabaseSchema.notCompared(diff.old, diff.new) }

    func text(in style: TextStyle) -> String {
        if hasScript {
            let note = notCompared.map { "-- \($0)\n" } ?? ""
            return note + (script.isEmpty ? "-- This is an empty migration.\n" : script.text)
        }
        let text = SchemaSummary(diff).text + (notCompared.map { "\n\n\($0)" } ?? "")
        return text.components(separatedBy: "\n").map(\.harmless).joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("empty", .boolean(diff.isEmpty)),
            ("apart", .array(script.apart.map(Self.json))),
            ("steps", .array(script.steps.map(Self.json))),
            ("summary", .string(SchemaSummary(diff).text)),
            ("notCompared", notCompared.map(JSON.string) ?? .null),
        ])
    }

    private static func json(_ step: Step) -> JSON {
        .object([("statement", .string(step.text)), ("caution", step.caution.map { .string($0.comment) } ?? .null)])
    }
}
