import Workflow

extension Shape {
    /// All rows of all tables, but for what ``traces()`` has.
    func reading(_ standing: Standing) throws -> Rehearsal.Reading {
        var others: [String] = []
        func whole(_ relation: String) throws -> String { "SELECT \(try text(relation)) || x::text FROM \(relation) x" }
        if has(.denormalise) { others.append(try whole(relation(.totals))) }
        if kind.isLink { others.append("SELECT 'far ' || \(try quoted(.otherKey)) FROM \(try relation(.parent))") }
        if hasChild { others.append(try whole(relation(.child))) }
        if has(.subjectReferences) { others.append(try whole(relation(.parent))) }
        if has(.subjectIsReferenced), !has(.uniqueDeferrable), !has(.uniqueDeferred) {
            others.append(
                try "SELECT 'by_value ' || ROW(n, up::\(type(subject.old[0])))::text FROM \(quoted(.schema)).by_value"
            )
        }
        if has(.view) {
            let columns = try list(
                keySlots + (subject.fill == nil && viewHasSubject ? subject.old.map(\.slot) : []) + [.note, .amount]
            )
            others.append(try "SELECT 'view ' || ROW(\(columns))::text FROM \(relation(.view))")
        }
        if has(.viewOfView) { others.append(try whole("\(quoted(.schema)).upper_view")) }
        func all(_ dialect: Dialect) throws -> String {
            let slots = keySlots + [.note, .amount, .region, .locked] + (has(.generatedColumn) ? [.twice] : [])
            var columns = try slots.map { try quoted($0) }
            columns += try sides(dialect)
            let rows = try "SELECT 'row ' || ROW(\(columns.joined(separator: ", ")))::text FROM \(dialect.table())"
            return ([rows] + others).joined(separator: " UNION ALL ")
        }
        let writer = standing.hasOld ? Writer.old : .new
        return Rehearsal.Reading(
            twin: try all(Dialect(shape: self, standing: standing, writer: writer, isTwin: true)),
            changed: try all(Dialect(shape: self, standing: standing, writer: writer, isTwin: false))
        )
    }

    /// The old values, as the old and as the new columns have them.
    private func sides(_ dialect: Dialect) throws -> [String] {
        if subject.old.isEmpty {
            guard let added = subject.new.first, !dialect.isTwin, dialect.standing.isCopied else { return ["true"] }
            return ["\(try quoted(added.slot)) IS NOT NULL"]
        }
        let old = try dialect.oldReading()
        if dialect.isTwin || !dialect.standing.hasNew { return old + old }
        let new = try dialect.newReading()
        guard dialect.standing.hasOld else { return (subject.fill == nil ? new : old) + new }
        guard !dialect.standing.isCopied else { return old + new }
        if kind.isCrossTable { return old + old }
        // A row that is not copied yet.
        let isEmpty = try dialect.newColumns().map { "\($0) IS NULL" }.joined(separator: " AND ")
        return old + zip(old, new).map { "CASE WHEN \(isEmpty) THEN \($0) ELSE \($1) END" }
    }

    /// What triggers write for each row that is rewritten.
    func traces(_ standing: Standing) throws -> [Rehearsal.Trace] {
        var traces: [Rehearsal.Trace] = []
        if has(.bump) { traces.append(try versions(standing)) }
        if has(.history) { traces.append(try rows(of: .history, ["key", "note", "amount"])) }
        if writesLog {
            traces.append(
                try rows(
                    of: .log,
                    [
                        "what", "\(AllowedDifferences.logged("before", self)) AS before",
                        "\(AllowedDifferences.logged("after", self)) AS after",
                    ]
                )
            )
        }
        return traces
    }

    private func rows(of slot: Slot, _ columns: [String]) throws -> Rehearsal.Trace {
        let table = try relation(slot)
        let query = "SELECT \(columns.joined(separator: ", ")) FROM \(table)"
        let lines = "SELECT x::text FROM (\(query)) x"
        return Rehearsal.Trace(
            reading: Rehearsal.Reading(twin: lines, changed: lines),
            read: "SELECT coalesce(json_agg(x), '[]')::text FROM (\(query)) x",
            clear: "DELETE FROM \(table)",
            write: "INSERT INTO \(table) SELECT * FROM json_populate_recordset(NULL::\(table), $1)"
        )
    }

    private func versions(_ standing: Standing) throws -> Rehearsal.Trace {
        let table = try relation(.table)
        let changed = try relation(subject.renamesTable && !standing.hasOld ? .target : .table)
        let keys = try conflictSlots.map { try quoted($0) }
        let list = (keys + [try quoted(.version)]).joined(separator: ", ")
        let same = keys.map { "o.\($0) = j.\($0)" }.joined(separator: " AND ")
        let types = try
            (conflictSlots.map { "\(try quoted($0)) \($0 == .region ? "text" : "integer")" } + [
                "\(quoted(.version)) integer"
            ])
            .joined(separator: ", ")
        return Rehearsal.Trace(
            reading: Rehearsal.Reading(
                twin: "SELECT x::text FROM (SELECT \(list) FROM \(table)) x",
                changed: "SELECT x::text FROM (SELECT \(list) FROM \(changed)) x"
            ),
            read: "SELECT coalesce(json_agg(x), '[]')::text FROM (SELECT \(list) FROM \(changed)) x",
            clear: nil,
            write: """
                UPDATE \(table) o SET \(try quoted(.version)) = j.\(try quoted(.version)) \
                FROM json_to_recordset($1) AS j(\(types)) WHERE \(same)
                """
        )
    }
}
