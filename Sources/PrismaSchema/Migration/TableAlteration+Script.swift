import SQL

extension TableAlteration {
    /// One ALTER TABLE, with what has to stand before and after it.
    var statements: [String] {
        var before: [String] = []
        var clauses: [String] = []
        var after: [String] = []
        for change in changes {
            switch change {
            case .dropPrimaryKey(let key): clauses.append("DROP CONSTRAINT \(key.name.quoted)")
            case .renamePrimaryKey(let key, let name):
                let clause = "RENAME CONSTRAINT \(key.name.quoted) TO \(name.quoted)"
                // PostgreSQL takes no other clause beside this one.
                if changes.count == 1 {
                    clauses.append(clause)
                } else {
                    before.append("ALTER TABLE \(previous.name.quoted) \(clause)")
                }
            case .dropColumn(let column): clauses.append("DROP COLUMN \(column.name.quoted)")
            case .addColumn(let column): clauses.append("ADD COLUMN \(column.definition)")
            case .recreateColumn(let alteration):
                clauses.append("DROP COLUMN \(alteration.previous.name.quoted)")
                clauses.append("ADD COLUMN \(alteration.next.definition)")
            case .alterColumn(let alteration):
                let column = AlteredColumn(alteration, in: self)
                before += column.before
                clauses += column.clauses.map { "ALTER COLUMN \(alteration.previous.name.quoted) \($0)" }
                after += column.after
            case .addPrimaryKey(let key):
                let columns = key.columns.map(\.name).quotedList
                clauses.append("ADD CONSTRAINT \(key.name.quoted) PRIMARY KEY (\(columns))")
            }
        }
        if clauses.isEmpty { return before + after }
        return before + ["ALTER TABLE \(previous.name.quoted) \(clauses.joined(separator: ",\n"))"] + after
    }
}

/// The clauses of one altered column: nullability, default, sequence, and the type last.
private struct AlteredColumn {
    var before: [String] = []
    var clauses: [String] = []
    var after: [String] = []

    init(_ alteration: ColumnAlteration, in table: TableAlteration) {
        let (previous, next, changes) = (alteration.previous, alteration.next, alteration.changes)
        if changes.arity { addNullability(previous.arity, next.arity) }
        if changes.defaultValue { addDefault(next) }
        if changes.autoincrement { addSequence(alteration, in: table) }
        let isListChanged = (previous.arity == .list) != (next.arity == .list)
        if changes.type != nil || isListChanged { clauses.append("SET DATA TYPE \(next.typeSQLWithoutSequence)") }
    }

    private mutating func addNullability(_ previous: Arity, _ next: Arity) {
        switch (previous, next) {
        case (.required, .optional), (.list, .optional): clauses.append("DROP NOT NULL")
        case (.optional, .required), (.list, .required): clauses.append("SET NOT NULL")
        default: break
        }
    }

    private mutating func addDefault(_ next: Column) {
        clauses.append(next.defaultSQL.map { "SET DEFAULT \($0)" } ?? "DROP DEFAULT")
    }

    private mutating func addSequence(_ alteration: ColumnAlteration, in table: TableAlteration) {
        if alteration.next.isAutoincrement {
            let parts = [table.next.name.name.name, alteration.next.name.name, "seq"]
            let name = parts.joined(separator: "_").lowercased()
            let schema = table.next.name.schema
            let qualified = QualifiedName(schema: schema, name: Identifier(cutting: name, before: ""))
            before.append("CREATE SEQUENCE \(qualified.unquotedIfPlain)")
            clauses.append("SET DEFAULT nextval(\(qualified.unquotedIfPlain.quotedForSQL))")
            let owner = "\(table.next.name.quoted).\(alteration.next.name.quoted)"
            after.append("ALTER SEQUENCE \(qualified.unquotedIfPlain) OWNED BY \(owner)")
        } else {
            if alteration.next.defaultSQL == nil { clauses.append("DROP DEFAULT") }
            // The name that PostgreSQL gave to the sequence of a serial column.
            let name = "\(table.previous.name.name)_\(alteration.previous.name)"
            after.append(
                "DROP SEQUENCE \(table.previous.name.sibling(Identifier(cutting: name, before: "_seq")).quoted)"
            )
        }
    }
}

extension Column {
    /// Its type for a column that exists: a serial type is one for new columns only.
    fileprivate var typeSQLWithoutSequence: String {
        var column = self
        if isAutoincrement { column.defaultValue = nil }
        return column.typeSQL
    }
}

extension QualifiedName {
    /// As Prisma writes the names of sequences: without quotes wherever SQL needs none.
    fileprivate var unquotedIfPlain: String {
        let isPlain = name.name.utf8.allSatisfy { byte in
            (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        }
        let startsPlain = name.name.utf8.first.map { $0 > UInt8(ascii: "9") } ?? false
        let own = isPlain && startsPlain ? name.name : name.quoted
        return schema.map { "\($0.quoted).\(own)" } ?? own
    }
}
