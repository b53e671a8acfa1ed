import Foundation
import Postgres
import TestSupport
import Workflow

@testable import Engine

/// The cases of a subject at each stage of its life.
struct SyncStages {
    let subject: SyncSubject
    let phases: PhaseWalk
    let connection: Connection
    let forms: (insert: [SyncCase.Form], update: [SyncCase.Form])
    private let canCopy: Bool
    var rules: SyncRules
    var nextID = 1
    var mismatches: [String] = []
    var count = 0

    init(_ subject: SyncSubject, _ fixture: Fixture, _ walk: PhaseWalk) throws {
        self.subject = subject
        phases = walk
        rules = subject.rules
        connection = try fixture.database.connect(as: "writer")
        try connection.execute("SET search_path = public")
        let merges = connection.serverVersion >= 150_000
        forms = (
            [.insert, .insertOrUpdate, .insertOrNothing] + (merges ? [.mergeInsert] : []),
            [.update, .upsert] + (merges ? [.mergeUpdate] : []) + (subject.isPartitioned ? [.move] : [])
        )
        canCopy = try connection.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").only().decode(
            "rolsuper"
        )
    }

    /// Through all phases, and back.
    mutating func walk() throws {
        let waiting = try insertUncopied()
        try phases.run(.phase(.expand))
        try runStage("expand", uncopied: waiting.touched)
        try phases.run(.phase(.backfill))
        try expect(waiting.left, "backfill")
        try runStage("backfill")
        try clear()
        try phases.run(.phase(.enforce))
        (rules.isSettled, rules.isEnforced) = (true, true)
        try runStage("enforce")
        try contractAndBack()
        try runStage("contract undone")
        try clear()
        try phases.run(.undo(.enforce))
        (rules.isSettled, rules.isEnforced) = (false, false)
        try runStage("enforce undone")
        let kept = try rows(subject.old.map(\.name) + subject.new)
        try phases.run(.undo(.expand))
        let left = try rows(subject.old.map(\.name))
        check(left == kept.mapValues { Array($0.prefix(subject.old.count)) }, "expand undone: old values have changed")
        let columns: Int = try connection.query(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped"
        ).only().decode(at: 0)
        check(columns == subject.old.count + 3, "expand undone: \(columns) columns")
    }

    mutating func check(_ isSo: Bool, _ message: String) {
        if !isSo { mismatches.append(message) }
    }
}

// MARK: - A stage

extension SyncStages {
    var columns: [String] { subject.old.map(\.name) + subject.new }

    private mutating func runStage(_ name: String, uncopied: [(id: Int, row: SyncedRow)] = []) throws {
        let cases = SyncCases(subject: subject, rules: rules, columns: columns)
        var all = cases.inserts(from: nextID, forms: forms.insert)
        nextID += all.count
        let states = Set(all.compactMap { try? $0.outcome.get() }).sorted { $0.description < $1.description }
        try run(all, name)
        let perState = forms.update.count * cases.countOfWrites
        var updates: [SyncCase] = []
        for state in states.prefix(6) {
            updates += cases.updates(of: try prior(state, perState, cases), forms: forms.update)
        }
        for group in Dictionary(grouping: uncopied, by: \.row).values {
            updates += cases.updates(of: group, forms: forms.update)
        }
        try run(updates, name)
        all += updates
        if let (statement, many) = cases.manyRows(from: nextID) {
            nextID += many.count
            try connection.execute(statement)
            try expect(many.map { ($0.id, try $0.outcome.get()) }, "\(name), many rows")
            all += many
        }
        all += try copied(cases, name)
        count += all.count
        guard subject.rules.hasWayBack, rules.isSettled else { return }
        let wrong = try rows(columns).values.filter { isWrong($0) }.count
        let found = try phases.violations(.settled)
        check(wrong == found, "\(name): \(found) violations, \(wrong) rows are wrong")
    }

    /// Rows in a state, made by the statement that leaves it.
    private mutating func prior(_ state: SyncedRow, _ number: Int, _ cases: SyncCases) throws -> [(
        id: Int, row: SyncedRow
    )] {
        let ids = nextID..<nextID + number
        nextID += number
        // Exactly so, whatever statement could leave it: the table's own triggers and Crossfade's are passed over.
        let values = (state.old + state.new).map { $0.map { "'\($0)'" } ?? "NULL" }.joined(separator: ", ")
        let rows = ids.map { "(\($0), \(values))" }.joined(separator: ", ")
        try connection.execute(
            """
            ALTER TABLE t DISABLE TRIGGER USER; INSERT INTO t (id, \(columns.joined(separator: ", "))) VALUES \(rows);
            ALTER TABLE t ENABLE TRIGGER USER
            """
        )
        try enableAlways()
        return ids.map { ($0, state) }
    }

    private func enableAlways() throws {
        try connection.execute(
            """
            DO $$ DECLARE found record; BEGIN
              FOR found IN SELECT tgname, tgrelid::regclass AS place FROM pg_trigger WHERE NOT tgisinternal AND tgname ~ 'crossfade' LOOP
                EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', found.place, found.tgname);
              END LOOP; END $$
            """
        )
    }

    mutating func run(_ cases: [SyncCase], _ stage: String) throws {
        var expected: [(Int, SyncedRow)] = []
        let script = cases.filter { if case .success = $0.outcome { true } else { false } }.map(\.statement)
        do {
            try connection.execute(script.joined(separator: ";\n"))
        } catch {
            for statement in script {
                do { try connection.execute(statement) } catch { mismatches.append("\(stage): \(statement): \(error)") }
            }
        }
        for one in cases {
            switch one.outcome {
            case .success(let row): expected.append((one.id, row))
            case .failure(let failure):
                do {
                    try connection.execute(one.statement)
                    mismatches.append("\(stage): \(one.statement): went through, expected \(failure.state)")
                } catch {
                    check(error.sqlState?.rawValue == failure.state, "\(stage): \(one.statement): \(error)")
                }
            }
        }
        let statements = Dictionary(cases.map { ($0.id, $0.statement) }) { first, _ in first }
        try expect(expected, stage, statements)
    }

    private mutating func expect(_ expected: [(Int, SyncedRow)], _ stage: String, _ statements: [Int: String] = [:])
        throws
    {
        let found = try rows(columns)
        for (id, row) in expected where found[id] != row.old + row.new {
            let shown = found[id].map { values in values.map { $0 ?? "NULL" }.joined(separator: ",") } ?? "no row"
            mismatches.append("\(stage): \(statements[id] ?? "row \(id)"): \(shown), expected \(row)")
        }
    }

    func rows(_ columns: [String]) throws -> [Int: [String?]] {
        let list = columns.map { "\($0)::text" }.joined(separator: ", ")
        return Dictionary(
            try connection.query("SELECT id, \(list) FROM t").map { row in
                (try row.decode("id"), try columns.indices.map { try row.decodeIfPresent(at: $0 + 1, as: String.self) })
            }
        ) { first, _ in first }
    }

    /// COPY from a file, where the server lets this role read one.
    private mutating func copied(_ cases: SyncCases, _ stage: String) throws -> [SyncCase] {
        guard canCopy else { return [] }
        var made: [SyncCase] = []
        for names in [subject.old.map(\.name), subject.new, columns] {
            var lines = ""
            var expected: [(Int, SyncedRow)] = []
            for old in subject.oldWrites {
                for new in subject.newWrites {
                    let fields = zip(columns, old + new).map { names.contains($0) ? $1 : .absent }
                    let given = zip(columns, fields).filter { names.contains($0.0) }.map(\.1)
                    // COPY names each column of the list, and knows no DEFAULT before PostgreSQL 16.
                    guard given.allSatisfy({ $0 != .absent && $0 != .byDefault }) else { continue }
                    guard case .success(let row) = cases.inserted(fields) else { continue }
                    let values = given.map { if case .value(let text) = $0 { text } else { "\\N" } }
                    lines += (["\(nextID)"] + values).joined(separator: "\t") + "\n"
                    expected.append((nextID, row))
                    made.append(SyncCase(form: .insert, id: nextID, statement: "", outcome: .success(row)))
                    nextID += 1
                }
            }
            let path = "/tmp/crossfade-copy-\(UUID().uuidString)"
            try Data(lines.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            defer { try? FileManager.default.removeItem(atPath: path) }
            try connection.execute("COPY t (id, \(names.joined(separator: ", "))) FROM '\(path)'")
            try expect(expected, "\(stage), COPY")
        }
        return made
    }

    private func isWrong(_ values: [String?]) -> Bool {
        let row = SyncedRow(
            old: Array(values.prefix(subject.old.count)),
            new: Array(values.dropFirst(subject.old.count))
        )
        return rules.isWrong(row, isLossy: subject.section.contains("loss: acknowledged"))
    }
}
