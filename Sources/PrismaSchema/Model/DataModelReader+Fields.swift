import Diagnostics
import SQL

extension DataModelReader {
    private static let scalarAttributes = ["id", "unique", "default", "map", "ignore", "updatedAt"]

    mutating func readFields(of index: Int) {
        let block = syntax.models[index]
        model.models.append(
            Model(
                name: block.name.text,
                databaseName: QualifiedName(schema: nil, name: Identifier(shortening: "unnamed")),
                isView: block.isView
            )
        )
        fieldIndexes.append([:])
        var first: [String: Span] = [:]
        for field in block.fields {
            if let place = first[field.name.text] {
                findings.addDuplicate(
                    "the model has the field '\(field.name.text)' already",
                    of: place,
                    at: field.name.span
                )
                continue
            }
            first[field.name.text] = field.name.span
            readField(field, of: index)
        }
    }

    private mutating func readField(_ field: FieldSyntax, of index: Int) {
        switch field.type.base {
        case .unsupported(let type): readScalar(field, .unsupported(type), of: index)
        case .named(let name):
            if let scalar = ScalarType(rawValue: name) {
                return readScalar(field, .scalar(native(field, scalar)), of: index)
            }
            switch declarations[name] {
            case .enumeration(let place): readScalar(field, .enumeration(place), of: index)
            case .model(let target): readRelation(field, from: index, to: target)
            // The declaration itself is the finding.
            case .composite: break
            case nil: refuseType(name, of: field)
            }
        }
    }

    private mutating func refuseType(_ name: String, of field: FieldSyntax) {
        let known = ScalarType.allCases.map(\.rawValue) + declarations.keys.sorted()
        let match = closestMatch(to: name, among: known).map { "did you mean '\($0)'?" }
        findings.add(.type, "there is no type '\(name)'", at: field.type.span, fix: match)
    }

    private mutating func readScalar(_ field: FieldSyntax, _ type: FieldType, of index: Int) {
        let own = field.attributes.filter { !$0.name.hasPrefix("db.") }
        let attributes = attributes(own, allowing: Self.scalarAttributes)
        // After a finding about the name the field is still there, so that nothing else is said about it.
        let name =
            mappedName(field.name, attributes["map"], sign: "@") ?? Identifier(cutting: field.name.text, before: "")
        if case .scalar = type {} else { refuseNative(field) }
        var scalar = ScalarField(name: field.name.text, databaseName: name, type: type, arity: field.type.arity)
        scalar.isIgnored = attributes["ignore"] != nil
        scalar.isUpdatedAt = attributes["updatedAt"] != nil
        if let updatedAt = attributes["updatedAt"] { checkUpdatedAt(field, updatedAt) }
        if let attribute = attributes["default"] { scalar.defaultValue = defaultValue(attribute, of: field, type) }
        let place = model.models[index].fields.count
        if let same = model.models[index].fields.first(where: { $0.databaseName == name }) {
            findings.add(.duplicate, "'\(same.name)' is the column '\(name)' already", at: field.name.span)
        }
        model.models[index].fields.append(scalar)
        fieldIndexes[index][field.name.text] = place
        if let attribute = attributes["id"] { readFieldKey(attribute, place, of: index) }
        if let attribute = attributes["unique"] { readFieldUnique(attribute, place, of: index) }
    }

    private mutating func checkUpdatedAt(_ field: FieldSyntax, _ attribute: AttributeSyntax) {
        if case .named("DateTime") = field.type.base, field.type.arity != .list { return }
        findings.add(.attribute, "@updatedAt needs a DateTime field that is no list", at: attribute.span)
    }

    // MARK: - Native types

    private mutating func native(_ field: FieldSyntax, _ scalar: ScalarType) -> NativeType {
        let attributes = field.attributes.filter { $0.name.hasPrefix("db.") }
        guard let attribute = attributes.first else { return scalar.native }
        if attributes.count > 1 {
            let message = "a field has one native type"
            findings.addDuplicate(message, of: attribute.span, at: attributes[1].span)
        }
        let name = String(attribute.name.dropFirst(3))
        guard let kind = NativeType.Kind(rawValue: name) else {
            let match = closestMatch(to: name, among: NativeType.Kind.allCases.map(\.rawValue))
            let fix = match.map { "did you mean '@db.\($0)'?" }
            findings.add(.nativeType, "PostgreSQL has no native type '\(name)' in Prisma", at: attribute.span, fix: fix)
            return scalar.native
        }
        if kind.scalar != scalar {
            let message = "@db.\(name) is a type of \(kind.scalar.rawValue) fields, not of \(scalar.rawValue) fields"
            findings.add(.nativeType, message, at: attribute.span)
        }
        return NativeType(kind: kind, arguments: nativeArguments(attribute, kind))
    }

    private mutating func nativeArguments(_ attribute: AttributeSyntax, _ kind: NativeType.Kind) -> [Int] {
        var arguments: [Int] = []
        for argument in attribute.arguments {
            guard case .number(let text) = argument.value.value, let number = Int(text) else {
                findings.add(
                    .nativeType,
                    "an argument of @\(attribute.name) is a whole number",
                    at: argument.value.span
                )
                continue
            }
            if arguments.isEmpty, !kind.bounds.contains(number) {
                let message =
                    "the argument of @\(attribute.name) is between \(kind.bounds.lowerBound) and \(kind.bounds.upperBound)"
                findings.add(.nativeType, message, at: argument.value.span)
            }
            if let precision = arguments.first, number < 0 || number > precision {
                findings.add(.nativeType, "the scale is between 0 and the precision", at: argument.value.span)
            }
            arguments.append(number)
        }
        let isComplete = kind != .decimal || arguments.count != 1
        if attribute.arguments.count > kind.parameters || !isComplete {
            let allowed =
                kind == .decimal ? "no arguments, or a precision and a scale" : "at most \(kind.parameters) arguments"
            findings.add(.nativeType, "@\(attribute.name) takes \(allowed)", at: attribute.span)
        }
        return arguments
    }

    private mutating func refuseNative(_ field: FieldSyntax) {
        for attribute in field.attributes where attribute.name.hasPrefix("db.") {
            findings.add(.nativeType, "only fields of scalar types have a native type", at: attribute.span)
        }
    }
}
