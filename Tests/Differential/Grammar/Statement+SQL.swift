import Foundation

extension Transaction {
    func script(_ shape: Shape, _ standing: Standing, isTwin: Bool) throws -> String {
        let spelling = Spelling(dialect: Dialect(shape: shape, standing: standing, writer: writer, isTwin: isTwin))
        let texts = try statements.map(spelling.whole)
        guard texts.count > 1 || rollsBack else { return texts.joined() }
        return "BEGIN;\n\(texts.joined(separator: ";\n"));\n\(rollsBack ? "ROLLBACK" : "COMMIT")"
    }
}

/// Writes statements as a version of the application does.
private struct Spelling {
    let dialect: Dialect

    private var shape: Shape { dialect.shape }

    /// The statement, and what a new version writes in another table.
    func whole(_ statement: Statement) throws -> String {
        guard shape.kind.isCrossTable, dialect.writer == .new, !dialect.isTwin else { return try sql(statement) }
        func write(_ pair: Int, _ condition: String) throws -> String {
            let values = try shape.subject.pairs[pair].new.map(shape.text).joined(separator: ", ")
            let columns = try dialect.newColumns()
            let sets = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            let key = try shape.quoted(.otherKey)
            return try """
            INSERT INTO \(shape.relation(.target)) AS i (\(key), \(columns.joined(separator: ", "))) \
            SELECT \(shape.quoted(.key)), \(values) FROM \(dialect.table()) WHERE \(condition) ON CONFLICT (\(key)) DO UPDATE SET \(sets)
            """
        }
        switch statement {
        case .insert(let rows, _, _, _, _):
            guard case .pair(let pair) = rows[0].value, let number = rows[0].key else { return try sql(statement) }
            return try sql(statement) + ";\n" + write(pair, clause(.key(number)))
        case .update(let row, let condition, _, _):
            guard case .pair(let pair) = row.value else { return try sql(statement) }
            return try write(pair, clause(condition)) + ";\n" + sql(statement)
        default: return try sql(statement)
        }
    }

    func sql(_ statement: Statement) throws -> String {
        switch statement {
        case .insert(let rows, let conflict, let returns, let throughView, let overrides):
            let target = throughView ? try shape.relation(.view) : "\(try dialect.table()) AS o"
            let overriding = overrides ? " OVERRIDING SYSTEM VALUE" : ""
            return try
                "INSERT INTO \(target) (\(columns(rows[0])))\(overriding) VALUES \(rows.map(values).joined(separator: ", "))"
                + (conflict.map(self.conflict) ?? "") + (returns ? returning("", throughView) : "")
        case .update(let row, let condition, let returns, let throughView):
            let target = throughView ? try shape.relation(.view) : try dialect.table()
            return try "UPDATE \(target) SET \(sets(row)) WHERE \(clause(condition, throughView: throughView))"
                + (returns ? returning("", throughView) : "")
        case .updateFrom(let rows): return try updateFrom(rows)
        case .delete(let condition, let returns, let throughView):
            let target = throughView ? try shape.relation(.view) : try dialect.table()
            return try "DELETE FROM \(target) WHERE \(clause(condition, throughView: throughView))"
                + (returns ? returning("", throughView) : "")
        case .merge(let rows, let deletes): return try merge(rows, deletes: deletes)
        case .copy(let rows): return try copy(rows)
        case .insertSelect(let condition, let offset):
            return try
                "INSERT INTO \(dialect.table()) (\(copied())) SELECT \(copied(offset: offset)) FROM \(dialect.table()) WHERE "
                + "\(clause(condition)) ORDER BY \(shape.quoted(.key))"
        case .moveRows(let condition, let offset):
            return try "WITH gone AS (DELETE FROM \(dialect.table()) WHERE \(clause(condition)) RETURNING \(copied())) "
                + "INSERT INTO \(dialect.table()) (\(copied())) SELECT \(copied(offset: offset)) FROM gone ORDER BY \(shape.quoted(.key))"
        case .updateKey(let condition, let offset):
            return try
                "UPDATE \(dialect.table()) SET \(shape.quoted(.key)) = \(shape.quoted(.key)) + \(offset) WHERE \(clause(condition))"
        case .select(let condition, let throughView):
            let target = throughView ? try shape.relation(.view) : try dialect.table()
            let list = try read("", throughView).joined(separator: ", ")
            return try "SELECT \(list) FROM \(target) WHERE \(clause(condition, throughView: throughView))"
        case .truncate: return "TRUNCATE \(try dialect.table(byTableAlone: true))"
        case .raw(let text): return text
        case .translated(let new, let old): return dialect.isTwin ? old : new
        case .deferConstraints: return "SET CONSTRAINTS ALL DEFERRED"
        case .savepoint: return "SAVEPOINT s"
        case .rollBackToSavepoint: return "ROLLBACK TO SAVEPOINT s"
        case .caught(let inner):
            return
                "DO $caught$\n#variable_conflict use_column\nBEGIN \(try sql(inner)); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', SQLSTATE; END $caught$"
        }
    }

    // MARK: - Parts

    private func keyColumns() throws -> [String] { try shape.keySlots.map { try shape.quoted($0) } }

    private func keyValues(_ row: Statement.Row) -> [String] {
        guard let key = row.key else { return [] }
        return shape.has(.compositeKey) ? ["\(key)", "\(row.second)"] : ["\(key)"]
    }

    private func hasValue(_ row: Statement.Row) -> Bool { if case .absent = row.value { false } else { true } }

    private func columns(_ row: Statement.Row) throws -> String {
        let keys = row.key == nil ? [] : try keyColumns()
        let values = hasValue(row) ? try dialect.columns() : []
        return (keys + values + (try row.fields.map { try shape.quoted($0.slot) })).joined(separator: ", ")
    }

    private func values(_ row: Statement.Row) throws -> String {
        let fields = try row.fields.map { try text($0.field, of: $0.slot) }
        return "(\((keyValues(row) + (try values(row.value)) + fields).joined(separator: ", ")))"
    }

    private func values(_ value: Statement.Value) throws -> [String] {
        switch value {
        case .absent: []
        case .pair(let pair): try dialect.values(pair).map(shape.text)
        case .byDefault: try dialect.columns().map { _ in "DEFAULT" }
        case .excluded: try dialect.columns().map { "excluded.\($0)" }
        }
    }

    private func text(_ field: Statement.Field, of slot: Slot) throws -> String {
        switch field {
        case .value(let value): return try shape.text(value)
        case .byDefault: return "DEFAULT"
        case .excluded: return "excluded.\(try shape.quoted(slot))"
        case .expression(let text):
            return try Slot.columns.reduce(text) { $0.replacing("$\($1.rawValue)", with: try shape.quoted($1)) }
        }
    }

    private func sets(_ row: Statement.Row) throws -> String {
        var sets: [String] = []
        if hasValue(row) {
            sets += zip(try dialect.columns(), try values(row.value)).map { "\($0) = \($1)" }
        }
        sets += try row.fields.map { "\(try shape.quoted($0.slot)) = \(try text($0.field, of: $0.slot))" }
        // A version that knows nothing of the column has nothing else to write.
        return sets.isEmpty ? try "\(shape.quoted(.note)) = \(shape.quoted(.note))" : sets.joined(separator: ", ")
    }

    private func clause(_ condition: Statement.Condition, _ prefix: String = "", throughView: Bool = false) throws
        -> String
    {
        let key = prefix + (try shape.quoted(.key))
        switch condition {
        case .all: return "true"
        case .key(let number): return "\(key) = \(number)"
        case .keys(let range): return "\(key) BETWEEN \(range.lowerBound) AND \(range.upperBound)"
        case .pair(let pair): return throughView ? try oldView.equals(pair, prefix) : try dialect.equals(pair, prefix)
        case .note(let note):
            let column = prefix + (try shape.quoted(.note))
            return note == nil ? "\(column) IS NULL" : "\(column) = \(try shape.text(note))"
        case .amount(let amount): return "\(prefix)\(try shape.quoted(.amount)) >= \(amount)"
        }
    }

    /// A view has the old names for good.
    private var oldView: Dialect { Dialect(shape: shape, standing: Standing(), writer: .old, isTwin: true) }

    private func read(_ prefix: String, _ throughView: Bool) throws -> [String] {
        let values = throughView ? try oldView.oldReading(prefix) : try dialect.reading(prefix)
        let keys = try keyColumns().map { prefix + $0 }
        let others = try (throughView ? [.note, .amount] : readable).map { prefix + (try shape.quoted($0)) }
        return keys + values + others
    }

    /// With rights on single columns only some can be read.
    private var readable: [Slot] {
        if shape.has(.columnGrants) { return [.note, .amount] }
        return [.note, .amount, .region, .locked, .version] + (shape.has(.generatedColumn) ? [.twice] : [])
    }

    private func returning(_ prefix: String, _ throughView: Bool) throws -> String {
        " RETURNING \(try read(prefix, throughView).joined(separator: ", "))"
    }

    private func conflict(_ conflict: Statement.Conflict) throws -> String {
        let key = try shape.list(shape.conflictSlots)
        switch conflict {
        case .nothing: return " ON CONFLICT DO NOTHING"
        case .nothingOnKey: return " ON CONFLICT (\(key)) DO NOTHING"
        case .nothingOnValue: return " ON CONFLICT (\(try valueKey())) DO NOTHING"
        case .update(let row, let condition):
            let condition = try condition.map { " WHERE \(try clause($0, "o."))" } ?? ""
            return " ON CONFLICT (\(key)) DO UPDATE SET \(try sets(row))\(condition)"
        case .updateOnValue(let row): return " ON CONFLICT (\(try valueKey())) DO UPDATE SET \(try sets(row))"
        }
    }

    private func valueKey() throws -> String {
        let column = try dialect.columns().last ?? shape.quoted(.note)
        return shape.has(.listPartitions) ? "\(column), \(try shape.quoted(.region))" : column
    }

    // MARK: - Whole statements

    /// What a copied row has: the key, the values as they stand, the rest.
    private func copied(offset: Int? = nil) throws -> String {
        let key = try shape.quoted(.key)
        let first = offset.map { "\(key) + \($0)" } ?? key
        let second = shape.has(.compositeKey) ? [try shape.quoted(.second)] : []
        let others = shape.has(.columnGrants) ? [Slot.note, .amount] : [.note, .amount, .region, .locked]
        return ([first] + second + (try dialect.columns()) + (try others.map { try shape.quoted($0) })).joined(
            separator: ", "
        )
    }

    /// Rows as a source, and its columns: `k`, `v1`…, `n`.
    private func source(_ rows: [Statement.Row]) throws -> (text: String, columns: [String]) {
        let types = try dialect.types()
        let texts = try rows.map { row -> String in
            var cells = ["\(row.key ?? 0)"]
            if case .pair(let pair) = row.value {
                cells += try zip(dialect.values(pair), types).map { "\(try shape.text($0))::\($1)" }
            }
            cells.append("'n\(row.second)'::text")
            return "(\(cells.joined(separator: ", ")))"
        }
        let columns = types.indices.map { "v\($0 + 1)" }
        return (
            "(VALUES \(texts.joined(separator: ", "))) AS given (\((["k"] + columns + ["n"]).joined(separator: ", ")))",
            columns
        )
    }

    private func updateFrom(_ rows: [Statement.Row]) throws -> String {
        let source = try source(rows)
        let sets =
            zip(try dialect.columns(), source.columns).map { "\($0) = given.\($1)" } + [
                try "\(shape.quoted(.note)) = given.n"
            ]
        return try
            "UPDATE \(dialect.table()) AS o SET \(sets.joined(separator: ", ")) FROM \(source.text) WHERE o.\(shape.quoted(.key)) = given.k"
            + returning("o.", false)
    }

    private func merge(_ rows: [Statement.Row], deletes: Bool) throws -> String {
        let source = try source(rows)
        let columns = try dialect.columns()
        let sets = zip(columns, source.columns).map { "\($0) = given.\($1)" } + [try "\(shape.quoted(.note)) = given.n"]
        let list = try ([shape.quoted(.key)] + columns + [shape.quoted(.note)]).joined(separator: ", ")
        let given = (["k"] + source.columns + ["n"]).map { "given.\($0)" }.joined(separator: ", ")
        let matched = deletes ? "DELETE" : "UPDATE SET \(sets.joined(separator: ", "))"
        return try """
        MERGE INTO \(dialect.table(byTableAlone: true)) AS o USING \(source.text) ON o.\(shape.quoted(.key)) = given.k \
        WHEN MATCHED THEN \(matched) WHEN NOT MATCHED THEN INSERT (\(list)) VALUES (\(given))
        """
    }

    private func copy(_ rows: [Statement.Row]) throws -> String {
        let lines = try rows.map { row -> String in
            var cells: [String?] = keyValues(row)
            if case .pair(let pair) = row.value { cells += dialect.values(pair) }
            for (_, field) in row.fields {
                guard case .value(let value) = field else { continue }
                cells.append(value)
            }
            return cells.map { $0.map { "\"\($0.replacing("\"", with: "\"\""))\"" } ?? "" }.joined(separator: ",")
                + "\n"
        }
        let data = Data(lines.joined().utf8).base64EncodedString()
        return try
            "COPY \(dialect.table(byTableAlone: true)) (\(columns(rows[0]))) FROM PROGRAM 'echo \(data) | base64 -d' (FORMAT csv)"
    }
}
