extension DataModelReader {
    private static let clientFunctions = ["cuid", "uuid", "ulid", "nanoid", "auto"]

    mutating func defaultValue(_ attribute: AttributeSyntax, of field: FieldSyntax, _ type: FieldType) -> FieldDefault?
    {
        var reader = ArgumentReader(attribute, sign: "@")
        let value = reader.takeFirst("value")
        // SQL Server has names for defaults; PostgreSQL has none.
        if let map = reader.take("map") {
            findings.add(.argument, "PostgreSQL has no names for defaults", at: map.span)
        }
        reader.finish(&findings)
        guard let value else {
            findings.add(.defaultValue, "@default needs a value", at: attribute.span)
            return nil
        }
        if case .call(let name, let arguments) = value.value { return function(name, arguments, value.span, of: field) }
        if field.type.arity == .list {
            guard case .list(let elements) = value.value else {
                findings.add(
                    .defaultValue,
                    "the default of a list is a list",
                    at: value.span,
                    fix: "write [ ] around it"
                )
                return nil
            }
            return .value(.list(elements.compactMap { constant($0, type) }))
        }
        return constant(value, type).map(FieldDefault.value)
    }

    private mutating func function(
        _ name: String,
        _ arguments: [ArgumentSyntax],
        _ span: Span,
        of field: FieldSyntax
    ) -> FieldDefault? {
        let type: ScalarType? = if case .named(let name) = field.type.base { ScalarType(rawValue: name) } else { nil }
        let isList = field.type.arity == .list
        switch name {
        case "dbgenerated": return .expression(findings.string(arguments.first?.value))
        case "now" where type == .dateTime && !isList: return .now
        case "autoincrement" where (type == .int || type == .bigInt) && !isList: return .autoincrement
        case _ where Self.clientFunctions.contains(name) && type == .string && !isList: return .client
        case "now": findings.add(.defaultValue, "now() is a default of DateTime fields", at: span)
        case "autoincrement":
            findings.add(.defaultValue, "autoincrement() is a default of Int and BigInt fields", at: span)
        case _ where Self.clientFunctions.contains(name):
            findings.add(.defaultValue, "\(name)() is a default of String fields", at: span)
        default: findings.add(.defaultValue, "there is no function '\(name)' for defaults", at: span)
        }
        return nil
    }

    private mutating func constant(_ value: ExpressionSyntax, _ type: FieldType) -> DefaultValue? {
        switch type {
        case .enumeration(let place): return enumValue(value, of: model.enums[place])
        case .unsupported:
            findings.add(
                .defaultValue,
                "a field of an unsupported type has a default by dbgenerated() only",
                at: value.span
            )
            return nil
        case .scalar(let native):
            if let constant = DefaultValue(value.value, native.kind.scalar) { return constant }
            let message = "\(value.kind) is no default of \(native.kind.scalar.rawValue) fields"
            findings.add(.defaultValue, message, at: value.span)
            return nil
        }
    }

    private mutating func enumValue(_ value: ExpressionSyntax, of declaration: EnumDeclaration) -> DefaultValue? {
        guard case .constant(let word) = value.value else {
            findings.add(.defaultValue, "\(value.kind) is no value of the enum '\(declaration.name)'", at: value.span)
            return nil
        }
        if let known = declaration.values.first(where: { $0.name == word }) { return .enumValue(known.databaseName) }
        let names = declaration.values.map(\.name).joined(separator: ", ")
        let message = "the enum '\(declaration.name)' has no value '\(word)'"
        findings.add(.defaultValue, message, at: value.span, fix: "its values are \(names)")
        return nil
    }
}
