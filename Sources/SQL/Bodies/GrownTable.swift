/// A table that gets further columns, and what names mean beside it.
package struct GrownTable: Hashable, Sendable {
    package let name: QualifiedName
    /// The columns that it gets, and does not have yet.
    package let columns: [Identifier]
    /// Whether contract takes another column of it away, so that values by position are others from then on.
    package let losesColumn: Bool

    /// A relation that has a column of one of these names, or the table's own name.
    package struct Neighbour: Hashable, Sendable {
        package let name: QualifiedName
        /// Those of the new names that are columns of it.
        package let columns: [Identifier]

        package init(name: QualifiedName, columns: [Identifier]) {
            self.name = name
            self.columns = columns
        }
    }

    package let neighbours: [Neighbour]

    package init(name: QualifiedName, columns: [Identifier], losesColumn: Bool, neighbours: [Neighbour]) {
        self.name = name
        self.columns = columns
        self.losesColumn = losesColumn
        self.neighbours = neighbours
    }

    /// What the name of a relation means.
    enum Meaning: Hashable {
        case itself
        /// Another relation, which has these of the new names.
        case other(Set<String>)
    }

    /// Looks a relation up; without a schema in those of the path, in order.
    func meaning(of relation: String, schema: String?, path: SearchPath) -> Meaning {
        if let schema { return known(relation, in: schema) ?? .other([]) }
        for schema in path.schemas {
            if let found = known(relation, in: schema) { return found }
        }
        // The application's role may have a path of its own; there the name has to mean something.
        guard !path.isFixed, relation == name.name.name else { return .other([]) }
        return .itself
    }

    private func known(_ relation: String, in schema: String) -> Meaning? {
        if name.name.name == relation, name.schema?.name == schema { return .itself }
        return neighbours.first { $0.name.name.name == relation && $0.name.schema?.name == schema }
            .map { .other(Set($0.columns.map(\.name))) }
    }
}

/// The schemas in which names without one are looked for.
package struct SearchPath: Hashable, Sendable {
    package let schemas: [String]
    /// Whether it is the function's own; else the caller's may be another.
    package let isFixed: Bool

    package init(schemas: [String], isFixed: Bool) {
        self.schemas = schemas
        self.isFixed = isFixed
    }
}

/// A place in a body or statement at which a further column of a table makes a difference.
package struct ColumnImpact: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        /// INSERT into another relation takes all columns of the table.
        case inserted(into: String)
        /// The rows are returned as rows of another shape.
        case returned
        /// The columns are assigned to several variables by position.
        case assigned
        /// The other side of UNION, INTERSECT or EXCEPT has as many columns as before.
        case combined
        /// A subquery in an expression has more columns than its use allows.
        case compared
        /// INSERT or COPY into the table itself has no list of columns.
        case positional
        /// NATURAL JOIN joins by the new column as well.
        case naturallyJoined(column: String)
        /// A name is ambiguous; `instead` says what it means now, where that can be written.
        case ambiguous(name: String, instead: String?)
        /// A name means the new column, and no longer what it means now.
        case captured(name: String, instead: String?)
        /// EXECUTE makes a statement whose text has the table's name.
        case unread
    }

    package let effect: Effect
    /// From 1, as the server counts the lines of a body.
    package let line: Int
    /// The statement, on one line and cut off where it is long.
    package let statement: String
}
