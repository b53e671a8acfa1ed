import Foundation
import Workflow

extension PipelineResult {
    /// An entry for each case that is not passed, in the form of GitLab's code quality reports.
    var gitlab: JSON {
        .array(
            open.map { test in
                .object([
                    ("description", .string("\(plan), \(test.name): \(test.text)")),
                    ("check_name", .string(test.id)),
                    ("fingerprint", .string("\(plan)/\(test.id)")),
                    ("severity", .string(test.outcome == .failed ? "blocker" : "minor")),
                    (
                        "location",
                        .object([
                            ("path", .string(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)),
                            ("lines", .object([("begin", .integer(1))])),
                        ])
                    ),
                ])
            }
        )
    }
}
