package import Workflow

extension VerificationReport {
    /// The verdict, and each check with its samples.
    package var json: JSON {
        .object([
            ("plan", .string(plan)),
            ("verdict", .string(verdict.rawValue)),
            ("rowsChecked", .init(rowsChecked)),
            ("violations", .init(violations)),
            ("checks", .array(checks.map(\.json))),
            ("changes", .init(changes, \.json)),
        ])
    }
}

extension VerificationReport.Check {
    var json: JSON {
        .object([
            ("name", .string(name)),
            ("verdict", .string(verdict.rawValue)),
            ("violations", .init(violations)),
            ("samples", .array(samples.map(JSON.string))),
        ])
    }
}
