extension OutsideChanges {
    /// The same object in `status`, `gate` and `verify`.
    package var json: JSON {
        .object([
            ("found", .array(findings.map(\.json))),
            ("notEvaluated", .init(notEvaluated)),
        ])
    }
}
