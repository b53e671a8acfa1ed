/// One statement, and the row it has to leave.
struct SyncCase: Sendable {
    enum Form: String, CaseIterable, Sendable {
        case insert = "INSERT"
        case insertOrUpdate = "INSERT that could update"
        case insertOrNothing = "INSERT that could do nothing"
        case mergeInsert = "MERGE that inserts"
        case update = "UPDATE"
        case upsert = "INSERT that updates"
        case mergeUpdate = "MERGE that updates"
        case move = "UPDATE that moves the row"
    }

    let form: Form
    let id: Int
    let statement: String
    let outcome: Result<SyncedRow, SyncRules.Failure>
}

/// Writes statements and says what they have to do.
struct SyncCases {
    let subject: SyncSubject
    let rules: SyncRules
    /// The columns of both sides under the names they have now; the old ones are gone after contract.
    let columns: [String]

    private var oldCount: Int { subject.old.count }

    /// Every combination of what the old and the new columns are given.
    private var writes: [[SyncSubject.Field]] {
        subject.oldWrites.flatMap { old in subject.newWrites.map { old + $0 } }
    }

    // MARK: - The statements

    /// INSERTs, with ids from the given one on.
    func inserts(from first: Int, forms: [SyncCase.Form]) -> [SyncCase] {
        var id = first - 1
        return forms.flatMap { form in
            writes.map { fields in
                id += 1
                return SyncCase(form: form, id: id, statement: insert(fields, id, form), outcome: inserted(fields))
            }
        }
    }

    /// UPDATEs of rows that are there, each with the statement that is to change it.
    func updates(of priors: [(id: Int, row: SyncedRow)], forms: [SyncCase.Form]) -> [SyncCase] {
        var rest = priors[...]
        return forms.flatMap { form in
            writes.compactMap { fields in
                guard let prior = rest.popFirst() else { return nil }
                return SyncCase(
                    form: form,
                    id: prior.id,
                    statement: update(fields, prior.id, form),
                    outcome: updated(fields, prior.row, form)
                )
            }
        }
    }

    var countOfWrites: Int { writes.count }

    private func literal(_ field: SyncSubject.Field) -> String {
        switch field {
        case .absent, .byDefault: "DEFAULT"
        case .null: "NULL"
        case .value(let text): "'\(text)'"
        }
    }

    private func named(_ fields: [SyncSubject.Field]) -> [(column: String, value: String)] {
        zip(columns, fields).filter { $0.1 != .absent }.map { ($0.0, literal($0.1)) }
    }

    private func insert(_ fields: [SyncSubject.Field], _ id: Int, _ form: SyncCase.Form) -> String {
        let named = named(fields)
        let list = (["id"] + named.map(\.column)).joined(separator: ", ")
        let values = (["\(id)"] + named.map(\.value)).joined(separator: ", ")
        let insert = "INSERT INTO t (\(list)) VALUES (\(values))"
        switch form {
        case .insertOrUpdate: return insert + " ON CONFLICT (id, region) DO UPDATE SET note = 'met'"
        case .insertOrNothing: return insert + " ON CONFLICT DO NOTHING"
        case .mergeInsert:
            return
                "MERGE INTO t USING (VALUES (\(id))) s(id) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (\(list)) VALUES (\(values))"
        default: return insert
        }
    }

    private func update(_ fields: [SyncSubject.Field], _ id: Int, _ form: SyncCase.Form) -> String {
        let named = named(fields)
        switch form {
        case .upsert:
            let sets = named.map { "\($0.column) = excluded.\($0.column)" } + ["note = 'met'"]
            return insert(fields, id, .insert)
                + " ON CONFLICT (id, region) DO UPDATE SET \(sets.joined(separator: ", "))"
        case .mergeUpdate:
            let sets = named.map { "\($0.column) = \($0.value)" } + ["note = 'met'"]
            return
                "MERGE INTO t USING (VALUES (\(id))) s(id) ON t.id = s.id WHEN MATCHED THEN UPDATE SET \(sets.joined(separator: ", "))"
        case .move:
            let sets = named.map { "\($0.column) = \($0.value)" } + ["region = 'us'"]
            return "UPDATE t SET \(sets.joined(separator: ", ")) WHERE id = \(id)"
        default:
            let sets = named.map { "\($0.column) = \($0.value)" } + ["note = 'touched'"]
            return "UPDATE t SET \(sets.joined(separator: ", ")) WHERE id = \(id)"
        }
    }

    /// The rows of several INSERTs in one statement; a column left out is one given its default.
    func together(_ cases: [SyncCase], _ fields: [[SyncSubject.Field]]) -> String {
        let rows = zip(cases, fields).map { "(\($0.0.id), \($0.1.map(literal).joined(separator: ", ")))" }
        return "INSERT INTO t (id, \(columns.joined(separator: ", "))) VALUES \(rows.joined(separator: ", "))"
    }

    /// INSERTs of all combinations that are to succeed, as one statement of many rows.
    func manyRows(from first: Int) -> (statement: String, cases: [SyncCase])? {
        var fields: [[SyncSubject.Field]] = []
        var cases: [SyncCase] = []
        for write in writes {
            let outcome = inserted(write)
            guard case .success = outcome else { continue }
            cases.append(SyncCase(form: .insert, id: first + cases.count, statement: "", outcome: outcome))
            fields.append(write)
        }
        return cases.isEmpty ? nil : (together(cases, fields), cases)
    }

    // MARK: - What they do

    private func defaults() -> SyncedRow {
        SyncedRow(old: rules.oldDefaults, new: rules.newDefaults ?? rules.newIsRequired.map { _ in nil })
    }

    private func assigned(_ fields: [SyncSubject.Field], to row: SyncedRow) -> SyncedRow {
        let defaults = defaults()
        let values = zip(zip(fields, row.old + row.new), defaults.old + defaults.new).map {
            pair,
            byDefault -> String? in
            switch pair.0 {
            case .absent: pair.1
            case .byDefault: byDefault
            case .null: nil
            case .value(let text): text
            }
        }
        return SyncedRow(old: Array(values[..<oldCount]), new: Array(values[oldCount...]))
    }

    func inserted(_ fields: [SyncSubject.Field]) -> Result<SyncedRow, SyncRules.Failure> {
        Result { () throws(SyncRules.Failure) in try rules.insert(assigned(fields, to: defaults())) }
    }

    private func updated(_ fields: [SyncSubject.Field], _ prior: SyncedRow, _ form: SyncCase.Form)
        -> Result<SyncedRow, SyncRules.Failure>
    {
        Result { () throws(SyncRules.Failure) in
            guard form == .upsert else { return try rules.update(prior, to: assigned(fields, to: prior)) }
            // EXCLUDED is the row that would have been inserted.
            let excluded = try rules.insert(assigned(fields, to: defaults()))
            let values = zip(zip(fields, prior.old + prior.new), excluded.old + excluded.new).map {
                $0.0 == .absent ? $0.1 : $1
            }
            let row = SyncedRow(old: Array(values[..<oldCount]), new: Array(values[oldCount...]))
            return try rules.update(prior, to: row)
        }
    }
}
