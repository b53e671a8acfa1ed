import Diagnostics
import SQL

extension DataModelReader {
    mutating func readFieldKey(_ attribute: AttributeSyntax, _ field: Int, of index: Int) {
        var reader = ArgumentReader(attribute, sign: "@")
        let name = identifier(reader.takeFirst("map"))
        let order = order(reader.take("sort"))
        refuseForeign(&reader)
        setKey(ModelKey(fields: [IndexedField(field: field, order: order)], name: name), attribute, of: index)
    }

    mutating func readFieldUnique(_ attribute: AttributeSyntax, _ field: Int, of index: Int) {
        var reader = ArgumentReader(attribute, sign: "@")
        let name = identifier(reader.takeFirst("map"))
        let order = order(reader.take("sort"))
        let predicate = predicate(reader.take("where"), of: index)
        refuseForeign(&reader)
        let fields = [IndexedField(field: field, order: order)]
        model.models[index].indexes.append(ModelIndex(fields: fields, name: name, isUnique: true, predicate: predicate))
    }

    mutating func readBlockAttributes(of index: Int) {
        let block = syntax.models[index]
        let known = ["id", "map", "schema", "ignore"]
        let attributes = attributes(block.attributes, allowing: known, repeatable: ["unique", "index", "fulltext"])
        if let name = mappedName(block.name, attributes["map"], sign: "@@") {
            model.models[index].databaseName = QualifiedName(
                schema: schema(attributes["schema"], of: block.name),
                name: name
            )
        }
        model.models[index].isIgnored = attributes["ignore"] != nil
        if let attribute = attributes["id"] { readKey(attribute, of: index) }
        // Prisma numbers ordinary indexes before unique ones, and its text follows the numbers.
        for attribute in block.attributes where attribute.name == "index" { readIndex(attribute, of: index) }
        for attribute in block.attributes where attribute.name == "unique" { readUnique(attribute, of: index) }
        for attribute in block.attributes where attribute.name == "fulltext" {
            findings.add(
                .attribute,
                "PostgreSQL has no @@fulltext in Prisma",
                at: attribute.span,
                fix: "use an index of type Gin"
            )
        }
        checkKey(of: index)
    }

    // MARK: - Kinds of keys

    private mutating func readKey(_ attribute: AttributeSyntax, of index: Int) {
        var reader = ArgumentReader(attribute, sign: "@@")
        let fields = indexedFields(reader.takeFirst("fields"), attribute, of: index)
        // The name is the client's, and not the database's.
        _ = findings.string(reader.take("name"))
        let name = identifier(reader.take("map"))
        refuseForeign(&reader)
        setKey(ModelKey(fields: fields, name: name), attribute, of: index)
    }

    private mutating func readUnique(_ attribute: AttributeSyntax, of index: Int) {
        var reader = ArgumentReader(attribute, sign: "@@")
        let fields = indexedFields(reader.takeFirst("fields"), attribute, of: index)
        _ = findings.string(reader.take("name"))
        let name = identifier(reader.take("map"))
        let predicate = predicate(reader.take("where"), of: index)
        refuseForeign(&reader)
        model.models[index].indexes.append(ModelIndex(fields: fields, name: name, isUnique: true, predicate: predicate))
    }

    private mutating func readIndex(_ attribute: AttributeSyntax, of index: Int) {
        var reader = ArgumentReader(attribute, sign: "@@")
        let fields = indexedFields(reader.takeFirst("fields"), attribute, of: index)
        // Before version 3 the name of an index was the database's, and Prisma still reads it so.
        let old = identifier(reader.take("name"))
        let name = identifier(reader.take("map")) ?? old
        let method = findings.word(reader.take("type"), IndexMethod.self) ?? .bTree
        let predicate = predicate(reader.take("where"), of: index)
        refuseForeign(&reader)
        model.models[index].indexes.append(
            ModelIndex(fields: fields, name: name, isUnique: false, method: method, predicate: predicate)
        )
    }

    /// The arguments that other databases have.
    private mutating func refuseForeign(_ reader: inout ArgumentReader) {
        for name in ["length", "clustered"] {
            guard let value = reader.take(name) else { continue }
            findings.add(.argument, "PostgreSQL has no '\(name)' in Prisma", at: value.span)
        }
        reader.finish(&findings)
    }

    private mutating func setKey(_ key: ModelKey, _ attribute: AttributeSyntax, of index: Int) {
        let declared = model.models[index]
        if declared.key != nil {
            findings.add(.key, "the model '\(declared.name)' has an identifier already", at: attribute.span)
        }
        for field in key.fields where declared.fields[field.field].arity != .required {
            let name = declared.fields[field.field].name
            findings.add(.key, "'\(name)' is part of the identifier and has to be required", at: attribute.span)
        }
        model.models[index].key = key
    }

    /// Every model needs fields by which a row is found.
    private mutating func checkKey(of index: Int) {
        let declared = model.models[index]
        let block = syntax.models[index]
        if declared.isView || declared.isIgnored || declared.key != nil { return }
        let isUsable = declared.indexes.contains { unique in
            unique.isUnique && unique.fields.allSatisfy { declared.fields[$0.field].arity == .required }
        }
        if isUsable { return }
        findings.add(
            .key,
            "the model '\(declared.name)' has no identifier",
            at: block.name.span,
            fix: "add @id to a field, or @@id([…]), or @unique to a required field"
        )
    }

    // MARK: - Fields of keys

    private mutating func indexedFields(
        _ expression: ExpressionSyntax?,
        _ attribute: AttributeSyntax,
        of index: Int
    ) -> [IndexedField] {
        guard let elements = findings.list(expression), !elements.isEmpty else {
            findings.add(.argument, "@@\(attribute.name) needs a list of fields", at: attribute.span)
            return []
        }
        var fields: [IndexedField] = []
        for element in elements {
            guard let field = indexedField(element, of: index) else { continue }
            if fields.contains(where: { $0.field == field.field }) {
                findings.add(.duplicate, "@@\(attribute.name) has the field twice", at: element.span)
                continue
            }
            fields.append(field)
        }
        return fields
    }

    /// `a`, or `a(sort: Desc, ops: JsonbPathOps)`.
    private mutating func indexedField(_ element: ExpressionSyntax, of index: Int) -> IndexedField? {
        switch element.value {
        case .constant(let name): return field(name, at: element.span, of: index).map { IndexedField(field: $0) }
        case .call(let name, let arguments):
            guard let place = field(name, at: element.span, of: index) else { return nil }
            let attribute = AttributeSyntax(name: name, arguments: arguments, span: element.span)
            var reader = ArgumentReader(attribute, sign: "")
            let order = order(reader.take("sort"))
            let operatorClass = operatorClass(reader.take("ops"))
            refuseForeign(&reader)
            return IndexedField(field: place, order: order, operatorClass: operatorClass)
        default:
            findings.add(.argument, "\(element.kind) stands where a field is expected", at: element.span)
            return nil
        }
    }

    /// The place of a field that is a column.
    mutating func field(_ name: String, at span: Span, of index: Int) -> Int? {
        if let place = fieldIndexes[index][name] { return place }
        let model = model.models[index].name
        if let relation = relationFields.first(where: { $0.model == index && $0.name.text == name }) {
            let fix = "use the fields of the relation instead"
            findings.add(.field, "'\(relation.name.text)' is a relation, and no column", at: span, fix: fix)
            return nil
        }
        let match = closestMatch(to: name, among: fieldIndexes[index].keys.sorted()).map { "did you mean '\($0)'?" }
        findings.add(.field, "the model '\(model)' has no field '\(name)'", at: span, fix: match)
        return nil
    }

    private enum Direction: String, CaseIterable {
        case ascending = "Asc"
        case descending = "Desc"
    }

    private mutating func order(_ expression: ExpressionSyntax?) -> SortOrder? {
        findings.word(expression, Direction.self).map { $0 == .ascending ? .ascending : .descending }
    }

    /// `JsonbPathOps`, or `raw("gin_trgm_ops")`.
    private mutating func operatorClass(_ expression: ExpressionSyntax?) -> OperatorClass? {
        guard let expression else { return nil }
        switch expression.value {
        case .constant(let word):
            if let operatorClass = OperatorClass(word: word) { return operatorClass }
        case .call("raw", let arguments):
            return findings.string(arguments.first?.value).map(OperatorClass.init(raw:))
        default: break
        }
        findings.add(.argument, "an operator class is a word that ends in Ops, or raw(\"…\")", at: expression.span)
        return nil
    }
}
