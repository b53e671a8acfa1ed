import YAML

/// One key of a section whose value is a property of what the section says.
struct PropertyKey<Root: Sendable>: Sendable {
    /// The key as declared; its default is what the property is in the section's defaults.
    let schema: @Sendable (_ defaults: Root) -> KeySchema

    /// Sets the property when the key is there; false when its value was refused.
    let read: @Sendable (inout MappingCursor, inout Root) -> Bool

    init<Property>(
        _ name: String,
        _ path: any WritableKeyPath<Root, Property> & Sendable,
        _ form: ValueForm<Property>,
        _ summary: String
    ) {
        schema = { PlanKey.optional(name, form, default: $0[keyPath: path], summary).schema }
        read = { mapping, root in
            guard let value = PlanKey.optional(name, form, default: root[keyPath: path], summary).read(&mapping)
            else { return false }
            root[keyPath: path] = value
            return true
        }
    }
}

extension ValueForm {
    /// A mapping with any of these keys; what is absent stays as in `defaults`.
    ///
    /// For sections with more keys than a parameter pack makes readable.
    static func section(of defaults: Value, _ keys: [PropertyKey<Value>]) -> ValueForm {
        ValueForm(
            .section(keys.map { $0.schema(defaults) }),
            read: { cursor in
                guard var mapping = cursor.mapping() else { return nil }
                var value = defaults
                var isRead = true
                for key in keys { isRead = key.read(&mapping, &value) && isRead }
                mapping.finish()
                return isRead ? value : nil
            },
            ifAbsent: defaults
        )
    }

    /// The same value, or `off`, which is nil.
    var orOff: ValueForm<Value?> {
        ValueForm<Value?>(
            .either([schema, .choice([Self.off])]),
            read: { cursor in
                if case .scalar(let scalar) = cursor.node.content {
                    if scalar.text == Self.off { return .some(nil) }
                    if scalar.style == .plain, Self.notOff.contains(scalar.text.lowercased()) {
                        cursor.refuse(
                            .invalidValue,
                            "\(cursor.label) is switched off by 'off', not by '\(scalar.text)'",
                            fix: "write 'off'"
                        )
                        return nil
                    }
                }
                return read(cursor).map { .some($0) }
            },
            written: { value in value.map { written($0) } ?? .string(Self.off) }
        )
    }

    private static var off: String { "off" }

    /// What people write instead.
    private static var notOff: Set<String> { ["off", "no", "none", "false", "null", "~", "never", "disabled"] }
}
