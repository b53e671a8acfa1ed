import SQL

extension DataModelReader {
    /// Finds two objects with one name in the database, which may come of `map` as well as of Prisma's convention.
    mutating func checkDatabaseNames() {
        // Only a model without other mistakes is complete.
        guard findings.all.isEmpty else { return }
        let database = PrismaDatabase(model)
        let blocks = syntax.models.filter { !$0.isView }
        var relations: Set<QualifiedName> = []
        for (place, table) in database.tables.enumerated() {
            // Join tables come last, and have no block of their own.
            let span =
                (place < blocks.count ? blocks[place].name : blocks.last?.name)?.span ?? Span(file: 0, start: 0, end: 0)
            checkRelation(table.name, &relations, at: span)
            // An index is a relation, too; the one of a primary key has the key's name.
            let indexes = (table.primaryKey.map { [$0.name] } ?? []) + table.indexes.map(\.name)
            for name in indexes { checkRelation(table.name.sibling(name), &relations, at: span) }
            checkConstraints(of: table, at: span)
        }
        var types: Set<QualifiedName> = []
        for (place, type) in database.enums.enumerated() where !types.insert(type.name).inserted {
            findings.add(
                .duplicate,
                "two enums have the name '\(type.name)' in the database",
                at: syntax.enums[place].name.span
            )
        }
    }

    private mutating func checkRelation(_ name: QualifiedName, _ known: inout Set<QualifiedName>, at span: Span) {
        if known.insert(name).inserted { return }
        let message = "two tables, keys or indexes have the name '\(name)' in the database"
        findings.add(.duplicate, message, at: span, fix: "give one another name with map")
    }

    private mutating func checkConstraints(of table: Table, at span: Span) {
        var known = Set(table.primaryKey.map { [$0.name] } ?? [])
        for key in table.foreignKeys where !known.insert(key.name).inserted {
            let message = "two keys of the table have the name '\(key.name)'"
            findings.add(.duplicate, message, at: span, fix: "give one another name with map")
        }
    }
}
