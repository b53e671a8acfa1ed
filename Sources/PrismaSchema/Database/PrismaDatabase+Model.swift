import SQL

extension PrismaDatabase {
    /// The database that Prisma makes of a data model.
    package init(_ model: DataModel) {
        self.init()
        schemas = model.schemas
        extensions = model.extensions
        enums = model.enums.map { EnumType(name: $0.databaseName, values: $0.values.map(\.databaseName)) }
        var places: [Int: Int] = [:]
        for (place, declared) in model.models.enumerated() where !declared.isView {
            places[place] = tables.count
            tables.append(Table(declared, in: model))
        }
        for case .reference(let relation) in model.relations where model.hasForeignKeys {
            guard let place = places[relation.model] else { continue }
            tables[place].foreignKeys.append(ForeignKey(relation, in: model))
        }
        for case .join(let relation) in model.relations {
            guard let first = places[relation.first], let second = places[relation.second] else { continue }
            let join = Table(joining: tables[first], and: tables[second], relation.name, model.hasForeignKeys)
            if let join { tables.append(join) }
        }
    }
}

extension Table {
    /// The table of a model, without its foreign keys.
    fileprivate init(_ declared: Model, in model: DataModel) {
        let name = declared.databaseName
        self.init(name: name)
        columns = declared.fields.map { Column($0, in: model) }
        primaryKey = declared.key.map { key in
            let columns = key.fields.map { IndexColumn($0, of: declared) }
            return PrimaryKey(name: key.name ?? ConstraintName.of(.primaryKey, name), columns: columns)
        }
        indexes = declared.indexes.map { index in
            let columns = index.fields.map { IndexColumn($0, of: declared) }
            let suffix: ConstraintName.Suffix = index.isUnique ? .unique : .index
            return Index(
                name: index.name ?? ConstraintName.of(suffix, name, columns.map(\.name)),
                isUnique: index.isUnique,
                method: index.method,
                columns: columns,
                predicate: index.predicate
            )
        }
    }

    /// The table of an implicit many-to-many relation; nil where a side has no key of one column.
    fileprivate init?(joining first: Table, and second: Table, _ relation: String, _ hasForeignKeys: Bool) {
        guard let firstKey = first.keyColumn, let secondKey = second.keyColumn else { return nil }
        let body = "_\(relation)"
        self.init(name: QualifiedName(schema: first.name.schema, name: Identifier(cutting: body, before: "")))
        let own = name.name.name
        let sides = [(Identifier(shortening: "A"), firstKey, first), (Identifier(shortening: "B"), secondKey, second)]
        columns = sides.map { Column(name: $0.0, type: $0.1.type, arity: .required) }
        let key = sides.map { IndexColumn(name: $0.0) }
        primaryKey = PrimaryKey(name: Identifier(cutting: own, before: "_AB_pkey"), columns: key)
        let index = Identifier(cutting: own, before: "_B_index")
        indexes = [Index(name: index, isUnique: false, columns: [key[1]])]
        guard hasForeignKeys else { return }
        foreignKeys = sides.map { side, column, table in
            ForeignKey(
                name: Identifier(cutting: own, before: "_\(side.name)_fkey"),
                columns: [side],
                referencedTable: table.name,
                referencedColumns: [column.name],
                onDelete: .cascade,
                onUpdate: .cascade
            )
        }
    }

    private var keyColumn: Column? {
        guard let key = primaryKey, key.columns.count == 1 else { return nil }
        return column(key.columns[0].name)
    }
}

extension Column {
    fileprivate init(_ field: ScalarField, in model: DataModel) {
        let type: ColumnType =
            switch field.type {
            case .scalar(let native): .native(native)
            case .enumeration(let place): .enumeration(model.enums[place].databaseName)
            case .unsupported(let text): .unsupported(text)
            }
        self.init(name: field.databaseName, type: type, arity: field.arity)
        switch field.defaultValue {
        case .value(let value): defaultValue = .value(value)
        case .now: defaultValue = .now
        case .autoincrement: defaultValue = .sequence
        case .expression(let text): defaultValue = .expression(text)
        case .client: hasClientDefault = true
        case nil: break
        }
    }
}

extension IndexColumn {
    fileprivate init(_ field: IndexedField, of declared: Model) {
        let name = declared.fields[field.field].databaseName
        self.init(name: name, order: field.order, operatorClass: field.operatorClass)
    }
}

extension ForeignKey {
    fileprivate init(_ relation: ReferenceRelation, in model: DataModel) {
        let declared = model.models[relation.model]
        let target = model.models[relation.referencedModel]
        let columns = relation.fields.map { declared.fields[$0].databaseName }
        self.init(
            name: relation.name ?? ConstraintName.of(.foreignKey, declared.databaseName, columns),
            columns: columns,
            referencedTable: target.databaseName,
            referencedColumns: relation.referencedFields.map { target.fields[$0].databaseName },
            onDelete: relation.onDelete,
            onUpdate: relation.onUpdate
        )
    }
}
