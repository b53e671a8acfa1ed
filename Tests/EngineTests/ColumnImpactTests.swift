import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What a column that a change adds would break in functions and known statements; how bodies are read is `ImpactReaderTests`.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ColumnImpactTests {
    private static let ids: Set = ["row-shape", "new-name", "unread-body"]

    private func findings(_ fixture: Fixture) async throws -> [Finding] {
        try await fixture.engine().check().filter { Self.ids.contains($0.id) }
    }

    private func fixture(_ schema: String, extra: String = "") throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE person (id int PRIMARY KEY, name text, job int);
                CREATE TABLE job (id int PRIMARY KEY, title text);
                CREATE TABLE person_history (changed_at timestamptz, id int, name text, job int);
                \(schema)
                """,
            plan: Fixture.rename("person", "name", "title", extra: extra)
        )
    }

    private static let history = """
        CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO person_history
          SELECT now(), OLD.*;
          RETURN NEW;
        END $$;
        CREATE TRIGGER history AFTER UPDATE ON person FOR EACH ROW EXECUTE FUNCTION keep_history();
        """

    @Test func `a body that would fail keeps expand from beginning until it is changed or acknowledged`() async throws {
        let fixture = try fixture(Self.history, extra: "acknowledge: [user-triggers]")
        let finding = try #require(try await findings(fixture).first)
        #expect(finding.id == "row-shape")
        #expect(finding.weight == .acknowledge)
        #expect(
            finding.message.hasPrefix(
                "public.keep_history(), line 4: INSERT INTO person_history takes every column of public.person"
            )
        )
        #expect(finding.hint == "name the columns instead of *: id, name, job")
        let report = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        guard case .closed(let gate) = report.outcome else {
            Issue.record("expand was let in: \(report)")
            return
        }
        #expect("\(gate)".contains("keep_history(), line 4"))
        try fixture.sql(
            "CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN INSERT INTO person_history SELECT now(), OLD.id, OLD.name, OLD.job; RETURN NEW; END'"
        )
        #expect(try await findings(fixture).isEmpty)
        try await fixture.advance(through: .expand)
        try fixture.sql("INSERT INTO person VALUES (1, 'a', 1); UPDATE person SET name = 'b'")
    }

    @Test func `what is found is what fails`() async throws {
        let fixture = try fixture(Self.history, extra: "acknowledge: [user-triggers, row-shape]")
        try fixture.sql("INSERT INTO person VALUES (1, 'a', 1); UPDATE person SET name = 'b'")
        try await fixture.advance(through: .expand)
        #expect(throws: PostgresError.self) { try fixture.sql("UPDATE person SET name = 'c'") }
    }

    @Test func `a trigger of one partition is read as well`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE event (id int, name text) PARTITION BY RANGE (id);
                CREATE TABLE first_event PARTITION OF event FOR VALUES FROM (0) TO (10);
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO old SELECT OLD.*; RETURN OLD; END';
                CREATE TRIGGER keep BEFORE DELETE ON first_event FOR EACH ROW EXECUTE FUNCTION keep();
                """,
            plan: Fixture.rename("event", "name", "title")
        )
        let found = try await findings(fixture)
        #expect(found.count == 1)
        #expect(found.first?.message.hasPrefix("public.keep(), line 1: INSERT INTO old takes every column") == true)
    }

    static let functions: [(String, [String])] = [
        (
            "CREATE FUNCTION f(title text) RETURNS SETOF int LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT id FROM person WHERE name = title; END'",
            ["new-name: public.f(text), line 1: title is ambiguous beside public.person.title"]
        ),
        (
            "CREATE FUNCTION f() RETURNS TABLE (id int, who text, j int) LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT * FROM person; END'",
            ["row-shape: public.f(), line 1: every column of public.person is returned"]
        ),
        ("CREATE FUNCTION f() RETURNS SETOF person LANGUAGE sql AS 'SELECT * FROM person'", []),
        (
            "CREATE FUNCTION f() RETURNS TABLE (a int, b text, c int) LANGUAGE sql AS 'SELECT * FROM person'",
            ["row-shape: public.f(), line 1: every column of public.person is returned"]
        ),
        (
            "CREATE FUNCTION f(p person) RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO person_history VALUES (now(), p.*); END'",
            [
                "row-shape: public.f(public.person), line 1: INSERT INTO person_history takes every column of public.person"
            ]
        ),
        (
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO person_history SELECT now(), person.* FROM person; END",
            []
        ),
        (
            """
            CREATE SCHEMA other; CREATE TABLE other.person (a int);
            CREATE FUNCTION f() RETURNS void LANGUAGE sql SET search_path = other AS 'INSERT INTO x SELECT * FROM person'
            """, []
        ),
        ("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN /* person.* */ PERFORM title FROM job; END'", []),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN oh dear * FROM person'",
            ["unread-body: the body of public.f(), which could not be parsed, has the word person"]
        ),
        (
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE ''INSERT INTO x SELECT * FROM person''; END'",
            [
                "unread-body: public.f(), line 1: dynamic SQL, which is not parsed, has the name or a row of public.person"
            ]
        ),
        (
            """
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO person_history SELECT now(), * FROM gone; RETURN NULL; END';
            CREATE TRIGGER t AFTER DELETE ON person REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION f()
            """, ["row-shape: public.f(), line 1: INSERT INTO person_history takes every column of public.person"]
        ),
        (
            """
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO x SELECT OLD.*; RETURN NULL; END';
            CREATE TRIGGER t AFTER DELETE ON job FOR EACH ROW EXECUTE FUNCTION f()
            """, []
        ),
        (
            """
            CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO x SELECT * FROM person';
            ALTER EXTENSION plpgsql ADD FUNCTION f()
            """, []
        ),
        (
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'DECLARE title text; BEGIN PERFORM title FROM person; END' "
                + "SET plpgsql.variable_conflict = use_variable", []
        ),
    ]

    @Test(.asSuperuser("plpgsql.variable_conflict"), arguments: functions)
    func `functions are read by the catalog and their own path`(_ function: String, _ expected: [String]) async throws {
        let fixture = try fixture("SET check_function_bodies = off; \(function);")
        let found = try await findings(fixture).map { "\($0.id): \($0.message)" }
        #expect(found.count == expected.count, "\(found)")
        for (message, beginning) in zip(found, expected) { #expect(message.hasPrefix(beginning), "\(message)") }
    }

    @Test(.asSuperuser("CREATE EXTENSION pg_stat_statements"))
    func `statements that the server remembers are read, and functions' own are not`() async throws {
        try await ScratchDatabase.onServer(with: ["shared_preload_libraries": "pg_stat_statements"]) {
            let fixture = try fixture("CREATE EXTENSION pg_stat_statements")
            try fixture.sql(
                """
                SELECT name, title FROM person p JOIN job j ON j.id = p.job; SELECT count(*) FROM person NATURAL JOIN job;
                INSERT INTO person_history SELECT now(), * FROM person; SELECT p.name, j.title FROM person p, job j;
                INSERT INTO person (id, name) VALUES (1, 'x'); SELECT 'person', title FROM job
                """
            )
            let found = try await findings(fixture)
            #expect(found.map(\.id).sorted() == ["new-name", "new-name", "row-shape"], "\(found)")
            #expect(found.allSatisfy { $0.message.hasPrefix("a statement of the application: ") })
            #expect(found.contains { $0.hint == "write j.title" })
        }
    }

    // MARK: - Every kind

    /// The bodies are looked at for what expand adds, which no kind may leave out.
    @Test(arguments: (KindCase.all + KindCase.lists).filter { $0.kind != "custom" })
    func `every kind says which columns it adds to tables that are there`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let columns = """
            SELECT coalesce(string_agg(format('%I.%I.%I', n.nspname, c.relname, a.attname), chr(10)), '') FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade', 'pg_toast') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
            """
        let tables =
            "SELECT string_agg(relnamespace::regnamespace || format('.%I.', relname), chr(10)) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p')"
        let there = try fixture.value(tables, as: String.self).split(separator: "\n")
        let before = Set(try fixture.value(columns, as: String.self).split(separator: "\n"))
        let blueprint = try await fixture.blueprint()
        try await fixture.advance(through: .expand)
        let added = Set(try fixture.value(columns, as: String.self).split(separator: "\n")).subtracting(before)
        let expected = added.filter { column in there.contains { column.hasPrefix($0) } }
        let stated = blueprint.addedColumns.flatMap { shape in
            shape.columns.map { "\(shape.table.quoted).\($0.quoted)".replacing("\"", with: "") }
        }
        #expect(Set(stated) == Set(expected.map { String($0).replacing("\"", with: "") }))
    }
}
