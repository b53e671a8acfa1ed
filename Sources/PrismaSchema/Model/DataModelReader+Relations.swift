extension DataModelReader {
    mutating func readRelations() {
        resolveRelationFields()
        checkAmbiguity()
        for place in relationFields.indices { readRelation(at: place) }
    }

    /// Two relations between the same models need names.
    private mutating func checkAmbiguity() {
        var first: [[String]: Int] = [:]
        for (place, field) in relationFields.enumerated() {
            let key = ["\(field.model)", "\(field.target)", field.relation ?? "", field.relation == nil ? "" : "named"]
            guard let earlier = first[key] else {
                first[key] = place
                continue
            }
            // Both sides of a relation of a model to itself have the same key.
            let isSelfRelation = field.model == field.target
            let count = relationFields.prefix(place).count {
                $0.model == field.model && $0.target == field.target && $0.relation == field.relation
            }
            if isSelfRelation, count == 1 { continue }
            let other = relationFields[earlier].name.text
            findings.add(
                .relation,
                "'\(field.name.text)' and '\(other)' are two relations to the same model without different names",
                at: field.name.span,
                fix: "give each a name: @relation(\"…\")"
            )
        }
    }

    /// The other side of a relation.
    private func opposite(of place: Int) -> RelationField? {
        let field = relationFields[place]
        for (other, candidate) in relationFields.enumerated() where other != place {
            if candidate.model == field.target, candidate.target == field.model, candidate.relation == field.relation {
                return candidate
            }
        }
        return nil
    }

    private mutating func readRelation(at place: Int) {
        let field = relationFields[place]
        let involvesView = model.models[field.model].isView || model.models[field.target].isView
        guard let opposite = opposite(of: place) else {
            findings.add(
                .relation,
                "the relation '\(field.name.text)' has no field on the other side",
                at: field.name.span,
                fix:
                    "add a field of the type \(model.models[field.model].name) to the model '\(model.models[field.target].name)'"
            )
            return
        }
        if field.arity == .list, opposite.arity == .list {
            if !involvesView { readJoin(field, opposite) }
            return
        }
        if field.arity == .list { return }
        guard field.fields != nil else { return checkMissingFields(field, opposite) }
        if opposite.fields != nil, field.model != field.target || field.name.span.start > opposite.name.span.start {
            findings.add(
                .relation,
                "both sides of the relation have fields",
                at: field.attributeSpan ?? field.name.span
            )
            return
        }
        if !involvesView { addReference(field) }
    }

    private mutating func checkMissingFields(_ field: RelationField, _ opposite: RelationField) {
        let isForward = opposite.arity == .list
        if opposite.fields != nil {
            if field.arity == .required {
                let fix = "write \(model.models[field.target].name)?"
                findings.add(.relation, "the side without fields has to be optional", at: field.typeSpan, fix: fix)
            }
            return
        }
        // Where both sides lack them, one finding is enough.
        let isFirst =
            (field.name.span.file, field.name.span.start) < (opposite.name.span.file, opposite.name.span.start)
        guard isForward || isFirst else { return }
        findings.add(
            .relation,
            "the relation '\(field.name.text)' does not say which fields refer to '\(model.models[field.target].name)'",
            at: field.name.span,
            fix: "add @relation(fields: […], references: […])"
        )
    }

    private mutating func addReference(_ field: RelationField) {
        guard let fields = field.fields, let referenced = field.referenced, fields.count == referenced.count else {
            return
        }
        let declared = model.models[field.model]
        let isRequired = fields.contains { declared.fields[$0].arity == .required } || field.arity == .required
        checkReferenced(field, referenced)
        model.relations.append(
            .reference(
                ReferenceRelation(
                    model: field.model,
                    fields: fields,
                    referencedModel: field.target,
                    referencedFields: referenced,
                    onDelete: field.onDelete ?? (isRequired ? .restrict : .setNull),
                    onUpdate: field.onUpdate ?? .cascade,
                    name: field.constraint
                )
            )
        )
    }

    /// A foreign key needs a unique key to refer to.
    private mutating func checkReferenced(_ field: RelationField, _ referenced: [Int]) {
        let target = model.models[field.target]
        let wanted = Set(referenced)
        let keys = (target.key.map { [$0.fields] } ?? []) + target.indexes.filter(\.isUnique).map(\.fields)
        if keys.contains(where: { Set($0.map(\.field)) == wanted }) || target.isView { return }
        let names = referenced.map { target.fields[$0].name }.joined(separator: ", ")
        findings.add(
            .relation,
            "the fields \(names) of '\(target.name)' are no identifier and not unique",
            at: field.written.references?.span ?? field.name.span,
            fix: "add @unique or @@unique to '\(target.name)'"
        )
    }

    /// Prisma names the sides by the names of models, and in a model's relation to itself by the names of fields.
    private mutating func readJoin(_ field: RelationField, _ opposite: RelationField) {
        let names = (model.models[field.model].name, model.models[field.target].name)
        let isSelfRelation = field.model == field.target
        let isFirst =
            isSelfRelation
            ? field.name.text.utf8.lexicographicallyPrecedes(opposite.name.text.utf8)
            : names.0.utf8.lexicographicallyPrecedes(names.1.utf8)
        guard isFirst else { return }
        for side in [field, opposite] where model.models[side.model].key?.fields.count != 1 {
            findings.add(
                .relation,
                "an implicit many-to-many relation needs an identifier of one field in '\(model.models[side.model].name)'",
                at: side.name.span
            )
        }
        let name = field.relation ?? "\(names.0)To\(names.1)"
        model.relations.append(.join(JoinRelation(name: name, first: field.model, second: field.target)))
    }
}
