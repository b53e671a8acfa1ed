extension DataModelReader {
    mutating func readRelation(_ field: FieldSyntax, from index: Int, to target: Int) {
        let attributes = attributes(field.attributes, allowing: ["relation", "ignore"])
        var relation = RelationField(
            model: index,
            name: field.name,
            target: target,
            arity: field.type.arity,
            typeSpan: field.type.span
        )
        if let attribute = attributes["relation"] {
            var reader = ArgumentReader(attribute, sign: "@")
            relation.relation = findings.string(reader.takeFirst("name"))
            relation.written = (reader.take("fields"), reader.take("references"))
            relation.onDelete = findings.word(reader.take("onDelete"), ReferentialAction.self)
            relation.onUpdate = findings.word(reader.take("onUpdate"), ReferentialAction.self)
            relation.constraint = identifier(reader.take("map"))
            relation.attributeSpan = attribute.span
            reader.finish(&findings)
        }
        relationFields.append(relation)
    }

    /// Finds the fields that relations name, which may be in models further down.
    mutating func resolveRelationFields() {
        for place in relationFields.indices {
            let relation = relationFields[place]
            relationFields[place].fields = places(relation.written.fields, of: relation.model)
            relationFields[place].referenced = places(relation.written.references, of: relation.target)
            checkSides(of: relationFields[place])
        }
    }

    private mutating func places(_ expression: ExpressionSyntax?, of index: Int) -> [Int]? {
        guard let elements = findings.list(expression) else { return nil }
        var places: [Int] = []
        for element in elements {
            guard case .constant(let name) = element.value else {
                findings.add(.relation, "\(element.kind) stands where a field is expected", at: element.span)
                continue
            }
            if let place = field(name, at: element.span, of: index) { places.append(place) }
        }
        return places
    }

    /// `fields` and `references` belong together, and are equally many.
    private mutating func checkSides(of relation: RelationField) {
        guard let span = relation.attributeSpan else { return }
        switch (relation.written.fields, relation.written.references) {
        case (nil, nil): break
        case (_?, nil): findings.add(.relation, "@relation has fields and no references", at: span)
        case (nil, _?): findings.add(.relation, "@relation has references and no fields", at: span)
        case (let fields?, let references?):
            if relation.arity == .list {
                findings.add(
                    .relation,
                    "a list has no fields and references",
                    at: span,
                    fix: "write them on the other side"
                )
            }
            let counts = (findings.list(fields)?.count, findings.list(references)?.count)
            if counts.0 != counts.1 {
                findings.add(.relation, "@relation has as many fields as references", at: references.span)
            }
        }
    }
}
