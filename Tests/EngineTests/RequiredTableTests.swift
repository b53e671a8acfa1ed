import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What is written into a column that becomes NOT NULL, in each phase: the table in Docs/explanation/dual-writes.md.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RequiredTableTests {
    /// What a statement does with the column.
    private enum Field: CaseIterable {
        case absent
        case null
        case byDefault
        case value

        var text: String? {
            switch self {
            case .absent: nil
            case .null: "NULL"
            case .byDefault: "DEFAULT"
            case .value: "'v'"
            }
        }
    }

    private enum Form: CaseIterable {
        case insert
        case insertOrUpdate
        case upsert
        case update
        case mergeInsert
        case mergeUpdate
        case insertSelect
    }

    /// A value that was written stays; NULL is filled while Crossfade fills, and refused once the column is NOT NULL.
    private func expected(_ written: String?, _ name: String, fills: Bool, isRequired: Bool) -> Result<
        String?, SyncRules.Failure
    > {
        // The expression gives a row whose name is no number nothing, by an error.
        let value = written ?? (fills ? Int(name).map { "\($0 + 1)" } : nil)
        return value == nil && isRequired ? .failure(SyncRules.Failure(state: "23502")) : .success(value)
    }

    private static let kinds = [
        ("make_required: {table: t, column: email, fill: '(name::int + 1)::text'}", true),
        ("add_required_column: {table: t, column: email, type: text, fill: '(name::int + 1)::text'}", false),
    ]

    @Test(arguments: kinds)
    func `a value stays, and NULL is filled`(_ change: String, _ isThere: Bool) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL\(isThere ? ", email text" : ""))",
            plan: "version: 1\nname: required\nchange:\n  \(change)\n"
        )
        try fixture.sql("INSERT INTO t (id, name) SELECT n, n::text FROM generate_series(1, 99) n")
        let walk = try await PhaseWalk(fixture)
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = public")
        var writer = Writer(connection: connection, merges: connection.serverVersion >= 150_000)
        try walk.run(.phase(.expand))
        try check(&writer, fills: true, isRequired: false)
        try fixture.sql("DELETE FROM t WHERE name = 'seven'")
        try walk.run(.phase(.backfill))
        #expect(
            try fixture.value("SELECT count(*) FROM t WHERE id < 90 AND email = (name::int + 1)::text", as: Int.self)
                > 80
        )
        try check(&writer, fills: true, isRequired: false)
        try fixture.sql("DELETE FROM t WHERE email IS NULL")
        try walk.run(.phase(.enforce))
        try check(&writer, fills: true, isRequired: true)
        try walk.run(.undo(.enforce))
        try check(&writer, fills: true, isRequired: false)
        try fixture.sql("DELETE FROM t WHERE email IS NULL")
        try walk.run(.phase(.enforce))
        try walk.run(.phase(.contract))
        try check(&writer, fills: false, isRequired: true)
        #expect(writer.count > 200)
    }

    private func check(_ writer: inout Writer, fills: Bool, isRequired: Bool) throws {
        for (form, field) in Form.allCases.flatMap({ form in Field.allCases.map { (form, $0) } }) {
            for name in ["7", "seven"] {
                for prior in [nil, "'w'"] as [String?] {
                    guard let found = try writer.write(form, field.text, name, prior, isRequired) else { continue }
                    let written = field == .value ? "v" : writer.keeps(form, field.text) ? prior.map { _ in "w" } : nil
                    var expected = expected(written, name, fills: fills, isRequired: isRequired)
                    // The row that would have been inserted has to be one, even where it only updates.
                    if form == .upsert, field != .value, isRequired, !fills || Int(name) == nil {
                        expected = .failure(SyncRules.Failure(state: "23502"))
                    }
                    #expect(found == expected, "\(form) \(field) beside \(name), before \(prior ?? "NULL")")
                }
            }
        }
    }

    private struct Writer {
        let connection: Connection
        let merges: Bool
        var next = 1000
        var count = 0

        /// Whether a statement leaves what was there.
        func keeps(_ form: Form, _ value: String?) -> Bool {
            value == nil && [.upsert, .update, .mergeUpdate].contains(form)
        }

        /// What stands in the column after the statement; nil for a combination that does not exist.
        mutating func write(_ form: Form, _ value: String?, _ name: String, _ prior: String?, _ isRequired: Bool) throws
            -> Result<String?, SyncRules.Failure>?
        {
            let isUpdate = [.upsert, .update, .mergeUpdate].contains(form)
            if !isUpdate, prior != nil { return nil }
            if isUpdate, prior == nil, isRequired { return nil }
            if (form == .mergeInsert || form == .mergeUpdate) && !merges { return nil }
            if form == .insertSelect, value == "DEFAULT" { return nil }
            next += 1
            count += 1
            if isUpdate {
                try connection.execute(
                    """
                    ALTER TABLE t DISABLE TRIGGER USER; INSERT INTO t (id, name, email) VALUES (\(next), '\(name)', \(prior ?? "NULL"));
                    ALTER TABLE t ENABLE TRIGGER USER
                    """
                )
            }
            do {
                try connection.execute(statement(form, value, name))
            } catch {
                return .failure(SyncRules.Failure(state: error.sqlState?.rawValue ?? "none"))
            }
            return .success(
                try connection.query("SELECT email FROM t WHERE id = \(next)").only().decodeIfPresent(
                    at: 0,
                    as: String.self
                )
            )
        }

        private func statement(_ form: Form, _ value: String?, _ name: String) -> String {
            let columns = "id, name" + (value == nil ? "" : ", email")
            let values = "\(next), '\(name)'" + (value.map { ", \($0)" } ?? "")
            let insert = "INSERT INTO t (\(columns)) VALUES (\(values))"
            let sets = value.map { "email = \($0)" } ?? "name = name"
            let source = "MERGE INTO t USING (VALUES (\(next))) s(id) ON t.id = s.id"
            return switch form {
            case .insert: insert
            case .insertOrUpdate: insert + " ON CONFLICT (id) DO UPDATE SET email = 'met'"
            case .upsert:
                insert + " ON CONFLICT (id) DO UPDATE SET "
                    + (value == nil ? "name = excluded.name" : "email = excluded.email")
            case .update: "UPDATE t SET \(sets) WHERE id = \(next)"
            case .mergeInsert: "\(source) WHEN NOT MATCHED THEN INSERT (\(columns)) VALUES (\(values))"
            case .mergeUpdate: "\(source) WHEN MATCHED THEN UPDATE SET \(sets)"
            case .insertSelect: "INSERT INTO t (\(columns)) SELECT \(values)"
            }
        }
    }
}
