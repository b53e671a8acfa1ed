extension Gate {
    /// The same object in `gate`, in `status` and in what hooks are told.
    package var json: JSON {
        .object([
            ("phase", .string(subject)),
            ("verdict", .string(verdict.rawValue)),
            ("requirements", .array(requirements.map(\.json))),
            ("changes", .init(changes, \.json)),
        ])
    }
}

extension RequirementResult {
    fileprivate var json: JSON {
        .object([
            ("name", .string(name)),
            ("verdict", .string(verdict.rawValue)),
            ("reason", .string(reason)),
            ("opensAt", .init(opensAt)),
        ])
    }
}
