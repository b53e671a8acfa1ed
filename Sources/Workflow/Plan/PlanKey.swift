import YAML

/// One key of a plan, declared once: its name, the form of its value, what it is for, and what its absence means.
struct PlanKey<Value: Sendable>: Sendable {
    let schema: KeySchema

    /// What holds when the key is absent; nil when it must be there.
    let ifAbsent: Value?

    /// The value read, or its default; nil when the key is missing or its value was refused.
    let read: @Sendable (inout MappingCursor) -> Value?

    /// A key that must be there.
    static func required(_ name: String, _ form: ValueForm<Value>, _ summary: String) -> PlanKey {
        PlanKey(
            schema: KeySchema(
                name: name,
                summary: summary,
                value: form.schema,
                isRequired: true,
                defaultValue: nil
            ),
            ifAbsent: nil,
            read: { mapping in mapping.required(name).flatMap(form.read) }
        )
    }

    /// A key that may be absent, and then has a default.
    static func optional(
        _ name: String,
        _ form: ValueForm<Value>,
        default fallback: Value,
        _ summary: String
    ) -> PlanKey {
        PlanKey(
            schema: KeySchema(
                name: name,
                summary: summary,
                value: form.schema,
                isRequired: false,
                defaultValue: form.written(fallback)
            ),
            ifAbsent: fallback,
            read: { mapping in
                guard let cursor = mapping.optional(name) else { return mapping.contains(name) ? nil : fallback }
                return form.read(cursor)
            }
        )
    }

    /// A key that may be absent, and then means nothing.
    static func optional<Wrapped>(_ name: String, _ form: ValueForm<Wrapped>, _ summary: String) -> PlanKey
    where Value == Wrapped? {
        .optional(name, form.map { $0 }, default: nil, summary)
    }

    /// A key of which it takes either this one or another, which is declared by itself.
    static func alternative<Wrapped>(
        _ name: String,
        to other: String,
        _ form: ValueForm<Wrapped>,
        _ summary: String
    ) -> PlanKey where Value == Wrapped? {
        let key = PlanKey.optional(name, form, summary)
        return PlanKey(schema: key.schema, ifAbsent: nil) { mapping in
            switch (mapping.contains(name), mapping.contains(other)) {
            case (true, true):
                let message = "a plan takes only one of '\(name)' and '\(other)'"
                mapping.refuse(other, PlanMistake.oneKey.rawValue, message)
                return key.read(&mapping)
            case (false, false):
                _ = mapping.required(name)
                return nil
            default: return key.read(&mapping)
            }
        }
    }

    /// A section that may be absent when all its keys may, and then has their defaults.
    static func section(_ name: String, _ form: ValueForm<Value>, _ summary: String) -> PlanKey {
        guard let defaults = form.ifAbsent else { return .required(name, form, summary) }
        return .optional(name, form, default: defaults, summary)
    }
}
