import Diagnostics
import Foundation
import PrismaSchema
import Reporting
import SQL
import Workflow

/// The difference between two sides, in the form that was asked for.
struct DiffReport: Report {
    let migration: Migration
    let hasScript: Bool
    let hasWarnings: Bool

    func text(in style: TextStyle) -> String {
        if hasScript { return hasWarnings ? migration.annotatedScript : migration.script }
        let warnings = migration.warnings
        var text = migration.summary
        if hasWarnings, !warnings.isEmpty {
            let lines = (warnings.risks + warnings.impossible).map { "  - \($0)" }
            text += "\n\nWarnings:\n\n" + lines.joined(separator: "\n")
        }
        // A terminal must not act on what a name has in it.
        return text.components(separatedBy: "\n").map(\.harmless).joined(separator: "\n")
    }

    var json: JSON {
        let warnings = migration.warnings
        return .object([
            ("empty", .boolean(migration.steps.isEmpty)),
            (
                "steps",
                .array(
                    migration.steps.map { step in
                        .object([
                            ("kind", .string(step.kind)),
                            ("object", .string(step.object.description)),
                            ("statements", .array(step.statements.map(JSON.string))),
                        ])
                    }
                )
            ),
            ("summary", .string(migration.summary)),
            ("warnings", .array(warnings.risks.map(JSON.string))),
            ("impossible", .array(warnings.impossible.map(JSON.string))),
        ])
    }
}
