import SQL

extension DataModelReader {
    /// The condition of a partial index: `raw("…")`, or `{ deletedAt: null, status: "active", kind: { not: "x" } }`.
    mutating func predicate(_ expression: ExpressionSyntax?, of index: Int) -> String? {
        guard let expression else { return nil }
        switch expression.value {
        case .call("raw", let arguments): return findings.string(arguments.first?.value)
        case .object(let members):
            return members.compactMap { comparison($0, of: index) }.joined(separator: " AND ")
        default:
            findings.add(.argument, "a condition is raw(\"…\") or { field: value }", at: expression.span)
            return nil
        }
    }

    private mutating func comparison(_ member: ArgumentSyntax, of index: Int) -> String? {
        guard let name = member.name, let place = field(name.text, at: name.span, of: index) else {
            if member.name == nil { findings.add(.argument, "a condition names its field", at: member.value.span) }
            return nil
        }
        let field = model.models[index].fields[place]
        var value = member.value
        var isNegated = false
        if case .object(let inner) = value.value, inner.count == 1, inner[0].name?.text == "not" {
            value = inner[0].value
            isNegated = true
        }
        let column = field.databaseName.quoted
        if case .constant("null") = value.value { return "\(column) IS \(isNegated ? "NOT " : "")NULL" }
        guard let literal = literal(value, of: field) else {
            findings.add(.argument, "\(value.kind) does not fit the field '\(field.name)'", at: value.span)
            return nil
        }
        return "\(column) \(isNegated ? "!=" : "=") \(literal)"
    }

    private func literal(_ value: ExpressionSyntax, of field: ScalarField) -> String? {
        switch field.type {
        case .scalar(let native):
            return DefaultValue(value.value, native.kind.scalar)?.sql(of: "")
        case .enumeration(let place):
            let name: String
            switch value.value {
            case .constant(let word), .string(let word): name = word
            default: return nil
            }
            let known = model.enums[place].values.first { $0.name == name }
            return known.map { DefaultValue.enumValue($0.databaseName).sql(of: "") }
        case .unsupported: return nil
        }
    }
}
