package import SQL

/// A sequence that is no identity column's.
package struct SequenceObject: SchemaObject {
    package var options: SequenceOptions
    package var isUnlogged = false

    package init(options: SequenceOptions) {
        self.options = options
    }

    package var keyword: String { "SEQUENCE" }

    package func creation(of id: ObjectID) -> [Step] {
        let type = options.type.text == "bigint" ? [] : ["AS \(options.type.text)"]
        let parts = ["CREATE\(isUnlogged ? " UNLOGGED" : "") SEQUENCE \(id.quoted)"] + type + options.clauses()
        return [Step(parts.joined(separator: " "))]
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        var steps: [Step] = []
        if isUnlogged != old.isUnlogged {
            steps.append(Step("ALTER SEQUENCE \(id.quoted) SET \(isUnlogged ? "UNLOGGED" : "LOGGED")"))
        }
        let type = options.type == old.options.type ? [] : ["AS \(options.type.text)"]
        let clauses = type + options.clauses(from: old.options)
        if !clauses.isEmpty { steps.append(Step("ALTER SEQUENCE \(id.quoted) " + clauses.joined(separator: " "))) }
        return .inPlace(steps)
    }
}

/// That a sequence goes with a column, as that of a `serial` column does.
package struct SequenceOwner: SchemaObject {
    package var table: QualifiedName
    package var column: Identifier

    package init(table: QualifiedName, column: Identifier) {
        self.table = table
        self.column = column
    }

    package var keyword: String { "SEQUENCE" }

    package func creation(of id: ObjectID) -> [Step] {
        [Step("ALTER SEQUENCE \(id.quoted) OWNED BY \(table.quoted).\(column.quoted)")]
    }

    package func removal(of id: ObjectID) -> [Step] {
        [Step("ALTER SEQUENCE \(id.quoted) OWNED BY NONE")]
    }
}
