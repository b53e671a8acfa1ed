import Postgres
import Workflow

@testable import Engine

/// What comes before the first stage, and between enforce and its undo.
extension SyncStages {
    mutating func clear() throws { try connection.execute("TRUNCATE t") }

    /// Rows from before expand: some for the cases, and some for the backfill.
    mutating func insertUncopied() throws -> (touched: [(id: Int, row: SyncedRow)], left: [(Int, SyncedRow)]) {
        let cases = SyncCases(subject: subject, rules: rules, columns: columns)
        let number = forms.update.count * cases.countOfWrites
        let empty: Side = subject.new.map { _ in nil }
        var touched: [(Int, SyncedRow)] = []
        var left: [(Int, SyncedRow)] = []
        for write in subject.oldWrites where !write.contains(.absent) && !write.contains(.byDefault) {
            var old = write.map { if case .value(let text) = $0 { text } else { nil as String? } }
            if let triggers = rules.triggers { old = triggers(old, nil) }
            guard zip(old, rules.oldIsRequired).allSatisfy({ $0 != nil || !$1 }) else { continue }
            let values = old.map { $0.map { "'\($0)'" } ?? "NULL" }.joined(separator: ", ")
            let ids = nextID...nextID + number
            nextID += number + 1
            let rows = ids.map { "(\($0), \(values))" }.joined(separator: ", ")
            try connection.execute(
                "INSERT INTO t (id, \(subject.old.map(\.name).joined(separator: ", "))) VALUES \(rows)"
            )
            touched += ids.dropLast().map { ($0, SyncedRow(old: old, new: empty)) }
            left.append((ids.upperBound, SyncedRow(old: old, new: rules.forward(old) ?? empty)))
        }
        return (touched, left)
    }

    /// New versions alone write after contract; what they wrote comes back with its undo.
    mutating func contractAndBack() throws {
        try clear()
        if subject.trigger != nil { try connection.execute("DROP TRIGGER own ON t") }
        rules.triggers = nil
        let cases = SyncCases(subject: subject, rules: rules, columns: columns)
        let made = cases.inserts(from: nextID, forms: [.insert])
        nextID += made.count
        try run(made, "before contract")
        var expected = try rows(columns).mapValues { values in
            SyncedRow(old: Array(values.prefix(subject.old.count)), new: Array(values.dropFirst(subject.old.count)))
        }.filter { !rules.isUnreturnable($0.value) }
        try connection.execute(
            "DELETE FROM t WHERE NOT id = ANY ('{\(expected.keys.map(String.init).joined(separator: ","))}')"
        )
        try phases.run(.phase(.contract))
        if subject.rules.hasWayBack { try writeAlone(&expected) }
        try phases.run(.undo(.contract))
        let found = try rows(columns)
        for (id, row) in expected {
            let whole = subject.rules.hasWayBack ? rules.refilled(row) : row
            check(
                found[id] == whole.old + whole.new,
                "contract undone: \(found[id] ?? []), expected \(whole) of \(row)"
            )
        }
        count += expected.count
        if subject.trigger != nil {
            try connection.execute(
                "CREATE TRIGGER own BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION own()"
            )
            rules.triggers = subject.rules.triggers
        }
        try clear()
    }

    /// Statements of a version that knows only the new columns.
    private mutating func writeAlone(_ expected: inout [Int: SyncedRow]) throws {
        let nothing: Side = subject.old.map { _ in nil }
        let priors = expected.sorted { $0.key < $1.key }.map { (id: $0.key, row: $0.value) }
        var place = 0
        for fields in subject.newWrites {
            let named = zip(subject.live, fields).filter { $0.1 != .absent && $0.1 != .byDefault }
            let values: Side = zip(fields, rules.liveDefaults).map { field, byDefault in
                switch field {
                case .absent, .byDefault: byDefault
                case .null: nil
                case .value(let text): text
                }
            }
            let texts = named.map { if case .value(let text) = $0.1 { "'\(text)'" } else { "NULL" } }
            let isRefused = zip(values, rules.newIsRequired).contains { $0 == nil && $1 }
            let inserted = SyncedRow(old: nothing, new: values)
            guard !isRefused, !rules.isUnreturnable(inserted) else { continue }
            try connection.execute(
                "INSERT INTO t (id\(named.map { ", \($0.0)" }.joined())) VALUES (\(nextID)\(texts.map { ", \($0)" }.joined()))"
            )
            expected[nextID] = inserted
            nextID += 1
            guard place < priors.count, !named.isEmpty else { continue }
            let prior = priors[place]
            place += 1
            let updated = SyncedRow(
                old: prior.row.old,
                new: zip(fields, zip(values, prior.row.new)).map { $0 == .absent || $0 == .byDefault ? $1.1 : $1.0 }
            )
            guard !rules.isUnreturnable(updated),
                !zip(updated.new, rules.newIsRequired).contains(where: { $0 == nil && $1 })
            else { continue }
            let sets = zip(named, texts).map { "\($0.0) = \($1)" }.joined(separator: ", ")
            try connection.execute("UPDATE t SET \(sets) WHERE id = \(prior.id)")
            expected[prior.id] = updated
        }
    }
}
