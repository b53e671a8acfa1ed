package import SQL

extension Column {
    package func alteration(of id: ObjectID, from old: Column) -> Alteration {
        // An expression cannot be changed in place before PostgreSQL 17, and a stored value follows from it anyway.
        let losesExpression = old.generation?.isStored == true && generation == nil
        guard generation == old.generation || losesExpression else { return .replacement }
        let steps = orderedSteps(of: id, from: old)
        return type == old.type && collation == old.collation ? .inPlace(steps) : .retyping(steps)
    }

    /// The change of the type alone, of a column that had another type, or one of the same name that was made again.
    func retyping(of id: ObjectID, by cast: TypeCast) -> Step? {
        guard case .column(let table, let name) = id else { return nil }
        let collate = collation.map { " COLLATE \($0.quoted)" } ?? ""
        return Step(
            "ALTER TABLE \(table.quoted) ALTER COLUMN \(name.quoted) TYPE \(type.text)\(collate) "
                + "USING \(name.quoted)\(cast.way)::\(type.text)",
            .rewritesTable
        )
    }

    private func orderedSteps(of id: ObjectID, from old: Column) -> [Step] {
        guard case .column(let table, let name) = id else { return [] }
        let target = "ALTER TABLE \(table.quoted) ALTER COLUMN \(name.quoted)"
        var steps: [Step] = []
        if old.generation != nil, generation == nil { steps.append(Step("\(target) DROP EXPRESSION")) }
        if old.identity != nil, identity == nil { steps.append(Step("\(target) DROP IDENTITY")) }
        if type != old.type || collation != old.collation,
            let step = retyping(of: id, by: TypeCast(from: old.type, to: type))
        {
            steps.append(step)
        }
        if isNotNull, !old.isNotNull {
            if let notNullName {
                steps.append(
                    Step(
                        "ALTER TABLE \(table.quoted) ADD CONSTRAINT \(notNullName.quoted) NOT NULL \(name.quoted)",
                        .scansTable
                    )
                )
            } else {
                steps.append(Step("\(target) SET NOT NULL", .scansTable))
            }
        } else if !isNotNull, old.isNotNull {
            steps.append(Step("\(target) DROP NOT NULL"))
        } else if isNotNull, !isInherited, notNullName != old.notNullName,
            let oldName = old.notNullName ?? defaultName(id)
        {
            let newName = notNullName ?? defaultName(id) ?? oldName
            steps.append(
                Step("ALTER TABLE \(table.quoted) RENAME CONSTRAINT \(oldName.quoted) TO \(newName.quoted)")
            )
        }
        return steps + identitySteps(of: id, from: old) + attributeSteps(of: id, from: old)
    }

    private func defaultName(_ id: ObjectID) -> Identifier? {
        guard case .column(let table, let name) = id else { return nil }
        return Identifier(shortening: table.name.name, name.name, "not_null")
    }

    private func identitySteps(of id: ObjectID, from old: Column) -> [Step] {
        guard case .column(let table, let name) = id, let identity else { return [] }
        let target = "ALTER TABLE \(table.quoted) ALTER COLUMN \(name.quoted)"
        guard let before = old.identity else {
            let options = ["SEQUENCE NAME \(identity.sequence.quoted)"] + identity.options.clauses()
            return [
                Step(
                    "\(target) ADD GENERATED \(identity.kind.rawValue) AS IDENTITY (\(options.joined(separator: " ")))"
                ),
                // Or the first rows would get numbers that are taken.
                Step(
                    "SELECT pg_catalog.setval(\(identity.sequence.quoted.literal), pg_catalog.max(\(name.quoted))) "
                        + "FROM \(table.quoted) HAVING pg_catalog.max(\(name.quoted)) > 0"
                ),
            ]
        }
        var clauses = identity.options.clauses(from: before.options, prefix: "SET ")
        if identity.kind != before.kind { clauses.insert("SET GENERATED \(identity.kind.rawValue)", at: 0) }
        var steps: [Step] = []
        if identity.sequence != before.sequence {
            if identity.sequence.schema == before.sequence.schema {
                steps.append(
                    Step("ALTER SEQUENCE \(before.sequence.quoted) RENAME TO \(identity.sequence.name.quoted)")
                )
            }
        }
        if !clauses.isEmpty { steps.append(Step("\(target) " + clauses.joined(separator: " "))) }
        return steps
    }

    /// What is set on a column after it was made, too.
    func attributeSteps(of id: ObjectID, from old: Column) -> [Step] {
        guard case .column(let table, let name) = id else { return [] }
        let target = "ALTER TABLE ONLY \(table.quoted) ALTER COLUMN \(name.quoted)"
        var steps: [Step] = []
        // DEFAULT is a word for it only since PostgreSQL 16; the type's own storage is told by the reader.
        if storage != old.storage, let storage { steps.append(Step("\(target) SET STORAGE \(storage)")) }
        if compression != old.compression {
            steps.append(Step("\(target) SET COMPRESSION \(compression ?? "default")"))
        }
        if statistics != old.statistics { steps.append(Step("\(target) SET STATISTICS \(statistics ?? -1)")) }
        return steps + options.storageSteps(from: old.options, target)
    }
}

/// The default of a column that is not generated.
package struct ColumnDefault: SchemaObject {
    package var expression: ServerText

    package init(expression: ServerText) {
        self.expression = expression
    }

    package var keyword: String { "COLUMN" }

    package func creation(of id: ObjectID) -> [Step] { statement(id, "SET DEFAULT \(expression.text)") }

    package func removal(of id: ObjectID) -> [Step] { statement(id, "DROP DEFAULT") }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration { .inPlace(creation(of: id)) }

    /// ONLY, since partitions have defaults of their own.
    private func statement(_ id: ObjectID, _ clause: String) -> [Step] {
        guard case .columnDefault(let table, let name) = id else { return [] }
        return [Step("ALTER TABLE ONLY \(table.quoted) ALTER COLUMN \(name.quoted) \(clause)")]
    }
}
