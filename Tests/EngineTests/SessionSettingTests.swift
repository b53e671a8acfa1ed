import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What is carried does not depend on the settings of the session that writes, copies or compares.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct SessionSettingTests {
    /// A type whose text, or whose reading, depends on a setting.
    struct Setting: Sendable, CustomTestStringConvertible {
        let name: String
        let type: String
        /// SQL of a value that shows the setting.
        let value: String
        /// What a session sets that would show.
        let odd: String

        var testDescription: String { name }
    }

    static let settings = [
        Setting(name: "extra_float_digits", type: "float8", value: "0.1::float8 + 0.2", odd: "-3"),
        Setting(name: "DateStyle", type: "date", value: "'2024-02-03'::date", odd: "'SQL, DMY'"),
        Setting(
            name: "IntervalStyle",
            type: "interval",
            value: "make_interval(days => -1, mins => 123)",
            odd: "sql_standard"
        ),
        Setting(
            name: "TimeZone",
            type: "timestamptz",
            value: "'2024-02-03 04:05+00'::timestamptz",
            odd: "'Asia/Tokyo'"
        ),
        Setting(name: "lc_monetary", type: "money", value: "1234.5::money", odd: "'C'"),
        Setting(name: "bytea_output", type: "bytea", value: "decode('00ff41', 'hex')", odd: "escape"),
        Setting(name: "search_path", type: "text", value: "'value'::text", odd: "wrong, public"),
    ]

    /// Each kind whose values are made by expressions of the plan.
    static let kinds = [
        "merge_columns: {table: t, from: [c], to: {name: n, type: text}, loss: acknowledged, merge: shown(c), split: {c: unshown(n)}}",
        "split_column: {table: t, from: c, to: [{name: n, type: text}], loss: acknowledged, split: {n: shown(c)}, merge: unshown(n)}",
        "change_type: {table: t, column: c, type: text, as: n, loss: acknowledged, using: shown(c), back: unshown(c)}",
    ]

    private func session(_ fixture: Fixture, _ setting: Setting) throws -> Connection {
        let session = try fixture.database.connect()
        try session.execute("SET search_path = public; SET \(setting.name) = \(setting.odd)")
        return session
    }

    @Test(arguments: settings, kinds)
    func `a mapping gives the same by copy, by trigger and for the check, there and back`(
        _ setting: Setting,
        _ kind: String
    ) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE SCHEMA wrong;
                CREATE FUNCTION wrong.spelled(text) RETURNS text LANGUAGE sql AS $$ SELECT 'wrong' $$;
                CREATE FUNCTION spelled(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1 $$;
                CREATE FUNCTION shown(\(setting.type)) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
                  $$ BEGIN RETURN spelled($1::text); END $$;
                CREATE FUNCTION unshown(text) RETURNS \(setting.type) LANGUAGE plpgsql IMMUTABLE AS
                  $$ BEGIN RETURN spelled($1)::\(setting.type); END $$;
                CREATE TABLE t (id int PRIMARY KEY, c \(setting.type));
                INSERT INTO t VALUES (1, \(setting.value)), (2, \(setting.value))
                """,
            plan: """
                version: 1
                name: settings
                change:
                  \(kind)
                acknowledge: [unconvertible]
                phases: {dual_write_check: {observe: 0s, min_writes: 0}}
                """
        )
        let walk = try await PhaseWalk(fixture)
        let odd = try session(fixture, setting)
        try walk.run(.phase(.expand))
        // A row that a session of that sort touches before it is copied.
        try odd.execute("UPDATE t SET id = 20 WHERE id = 2")
        try walk.run(.phase(.backfill))
        let copied: String = try fixture.value("SELECT n FROM t WHERE id = 1")
        try walk.run(.phase(.enforce))
        try odd.execute("INSERT INTO t (id, c) VALUES (3, \(setting.value)); UPDATE t SET c = c, n = NULL WHERE id = 1")
        try odd.execute("UPDATE t SET c = \(setting.value) WHERE id = 1")
        try odd.execute("INSERT INTO t (id, n) VALUES (4, \(try Literal(copied).quoted))")
        let wrong =
            "SELECT count(*) FROM t WHERE n IS DISTINCT FROM \(try Literal(copied).quoted) OR c::text IS DISTINCT FROM (\(setting.value))::text"
        #expect(try fixture.value(wrong, as: Int.self) == 0)
        #expect(try fixture.value("SELECT count(*) FROM t", as: Int.self) == 4)
        #expect(try walk.violations(.settled) == 0)
        // After contract the old column is filled from the new one, whoever writes it.
        try walk.run(.phase(.contract))
        let live: String = try fixture.value(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname IN ('n', 'c') AND NOT attisdropped"
        )
        try odd.execute("INSERT INTO t (id, \(live)) VALUES (5, \(try Literal(copied).quoted))")
        try walk.run(.undo(.contract))
        #expect(try fixture.value(wrong, as: Int.self) == 0, "after contract was undone")
        #expect(try walk.violations(.settled) == 0)
    }

    @Test func `a function that reads settings has all of them pinned`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE FUNCTION shown(money) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
                CREATE TABLE t (id int PRIMARY KEY, c money)
                """,
            plan: """
                version: 1
                name: settings
                change:
                  merge_columns: {table: t, from: [c], to: {name: n, type: text}, loss: acknowledged, merge: shown(c), split: {c: 'n::money'}}
                phases: {dual_write_check: {observe: 0s, min_writes: 0}}
                """
        )
        try await PhaseWalk(fixture).run(.phase(.expand))
        let connection = try fixture.database.connect()
        let pinned = try connection.query(
            """
            SELECT DISTINCT array_to_string(ARRAY(SELECT lower(split_part(c, '=', 1)) FROM unnest(proconfig) c ORDER BY 1), ' ') AS names
              FROM pg_proc WHERE proname ~ 'crossfade_(forward|backward)' AND proconfig IS NOT NULL
            """
        ).map { try $0.decode("names", as: String.self) }
        // Some are of this server's version only; those of the table above have to be there.
        try #require(!pinned.isEmpty)
        for setting in Self.settings {
            #expect(
                pinned.allSatisfy { $0.split(separator: " ").contains(Substring(setting.name.lowercased())) },
                "\(setting.name)"
            )
        }
    }

    @Test func `columns that move keep their values to the last bit, whoever writes them`() async throws {
        let columns = Self.settings.map { "v_\($0.name.lowercased()) \($0.type)" }.joined(separator: ", ")
        let names = Self.settings.map { "v_\($0.name.lowercased())" }
        let list = names.joined(separator: ", ")
        let values = Self.settings.map(\.value).joined(separator: ", ")
        let fixture = try Fixture(
            schema: """
                CREATE SCHEMA wrong;
                CREATE TABLE person (id int PRIMARY KEY, \(columns));
                CREATE TABLE profile (id int PRIMARY KEY, person int NOT NULL UNIQUE REFERENCES person ON DELETE CASCADE);
                INSERT INTO person SELECT n, \(values) FROM generate_series(1, 3) n;
                INSERT INTO profile SELECT n, n FROM generate_series(1, 3) n
                """,
            plan: """
                version: 1
                name: settings
                change:
                  move_columns: {from: person, to: profile, columns: [\(list)], match: {person: id}}
                phases: {dual_write_check: {observe: 0s, min_writes: 0}}
                """
        )
        let walk = try await PhaseWalk(fixture)
        let odd = try fixture.database.connect()
        for setting in Self.settings { try odd.execute("SET \(setting.name) = \(setting.odd)") }
        try walk.run(.phase(.expand))
        try walk.run(.phase(.backfill))
        try walk.run(.phase(.enforce))
        let nulls = names.map { "\($0) = NULL" }.joined(separator: ", ")
        try odd.execute(
            """
            INSERT INTO person VALUES (4, \(values)); INSERT INTO profile (id, person) VALUES (4, 4);
            UPDATE person SET \(nulls) WHERE id = 1; UPDATE person SET (\(list)) = ROW (\(values)) WHERE id = 1;
            UPDATE profile SET \(nulls) WHERE id = 2; UPDATE profile SET (\(list)) = ROW (\(values)) WHERE id = 2;
            BEGIN; INSERT INTO person (id) VALUES (5); INSERT INTO profile (id, person, \(list)) VALUES (5, 5, \(values)); COMMIT;
            INSERT INTO person (id, \(list)) VALUES (3, \(values)) ON CONFLICT (id) DO UPDATE SET \
            \(names.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
            """
        )
        // The record operator compares images: equality would call different bits equal.
        let same = """
            SELECT count(*) FROM person p JOIN profile q ON q.person = p.id
             WHERE ROW(\(names.map { "p.\($0)" }.joined(separator: ", ")))::record *= ROW(\(values))::record
               AND ROW(\(names.map { "q.\($0)" }.joined(separator: ", ")))::record *= ROW(\(values))::record
            """
        #expect(try fixture.value(same, as: Int.self) == 5)
        let compared = try fixture.database.connect().query(try walk.files.statement("compare", .settled)).only()
        for count in compared.columnNames where count != "rows" {
            #expect(try compared.decode(count, as: Int.self) == 0, "\(count)")
        }
    }
}
