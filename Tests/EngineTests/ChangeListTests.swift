import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Several changes of one table in one plan: one backfill, and every phase together.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ChangeListTests {
    private static let schema = """
        CREATE TABLE person (id serial PRIMARY KEY, name text, age int, email text);
        CREATE TABLE touched (id int, count int DEFAULT 1);
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.touched VALUES (NEW.id); RETURN NULL; END';
        CREATE TRIGGER touch AFTER UPDATE ON person FOR EACH ROW EXECUTE FUNCTION touch();
        INSERT INTO person (name, age, email)
        SELECT CASE n % 3 WHEN 0 THEN NULL ELSE 'n' || n END, CASE n % 5 WHEN 0 THEN NULL ELSE n END, CASE n % 2 WHEN 0 THEN 'e' || n END
          FROM generate_series(1, 600) n;
        """

    private static let changes = """
        [
            {rename_column: {table: person, from: name, to: title}},
            {change_type: {table: person, column: age, type: bigint, as: years}},
            {make_required: {table: person, column: email, fill: "'mail' || id"}},
          ]
        """

    private func plan(_ changes: String = Self.changes, contract: String = "{retain: 7d}") -> String {
        """
        version: 1
        name: people
        changes: \(changes)
        acknowledge: [user-triggers, unconvertible, select-star]
        phases:
          lock_deadline: 10m
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: \(contract)
        """
    }

    @Test func `one pass fills each row once, for all changes`() async throws {
        let fixture = try Fixture(schema: Self.schema, plan: plan())
        try await fixture.advance(through: .backfill)
        #expect(
            try fixture.value("SELECT max(sum)::int FROM (SELECT sum(count) FROM touched GROUP BY id) s", as: Int.self)
                == 1
        )
        let expected = "SELECT count(*)::int FROM person WHERE name IS NOT NULL OR age IS NOT NULL OR id % 2 = 1"
        #expect(
            try fixture.value("SELECT count(*)::int FROM touched", as: Int.self)
                == fixture.value(expected, as: Int.self)
        )
        #expect(try fixture.value("SELECT count(*)::int FROM crossfade.pass", as: Int.self) == 1)
        let wrong =
            "SELECT count(*)::int FROM person WHERE title IS DISTINCT FROM name OR years IS DISTINCT FROM age OR email IS NULL"
        #expect(try fixture.value(wrong, as: Int.self) == 0)
    }

    /// A statement of each version, and how it would be read by the other.
    private static let writes = [
        "INSERT INTO person (name, age) VALUES ('old', 1)",
        "UPDATE person SET age = age + 1, name = 'older' WHERE id = 10",
        "INSERT INTO person (title, years, email) VALUES ('new', 2, 'new')",
        "UPDATE person SET title = 'newer', years = 7000, email = 'x' WHERE id = 11",
        "UPDATE person SET name = 'mixed', years = 12 WHERE id = 12", "DELETE FROM person WHERE id = 13",
    ]

    @Test func `both versions write through every phase, there and back`() async throws {
        let fixture = try Fixture(schema: Self.schema, plan: plan())
        for phase in Phase.allCases where phase != .contract {
            try await fixture.advance(through: phase)
            for write in Self.writes { try fixture.sql(write) }
            #expect(try await fixture.engine().verify().verdict == .passed, "\(phase.rawValue)")
        }
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO person (title, age, email) VALUES ('only new', 40, 'n')")
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.engine().verify().verdict == .passed)
        #expect(try fixture.value("SELECT age::text FROM person WHERE name = 'only new'", as: String.self) == "40")
        for write in Self.writes { try fixture.sql(write) }
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a writer of any old shape keeps contract closed`() async throws {
        let fixture = try Fixture(
            schema: Self.schema,
            plan: plan(contract: "{requires: [{no_legacy_writes: 1h}]}")
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '2 hours'")
        // The retyped column keeps its name: who writes that goes on.
        try fixture.sql("SET application_name = 'survivor'; UPDATE person SET age = 3 WHERE id = 9")
        #expect(try await fixture.engine().gate(.contract).verdict == .open)
        for write in ["years = 4", "name = 'old'"] {
            try fixture.sql("SET application_name = 'forgotten'; UPDATE person SET \(write) WHERE id = 10")
            let gate = try await fixture.engine().gate(.contract)
            #expect(gate.verdict != .open)
            #expect(gate.requirements.contains { $0.reason.contains("forgotten") }, "\(gate)")
            try fixture.sql("TRUNCATE crossfade.observation")
        }
    }

    @Test(.asSuperuser("session_replication_role")) func `what is wrong in one change is found, named and repaired`()
        async throws
    {
        let fixture = try Fixture(schema: Self.schema, plan: plan())
        try await fixture.advance(through: .dualWriteCheck)
        try fixture.sql(
            """
            SET session_replication_role = replica; ALTER TABLE person DISABLE TRIGGER ALL;
            UPDATE person SET years = 99 WHERE id IN (1, 2); UPDATE person SET title = 'off' WHERE id = 4;
            ALTER TABLE person ENABLE TRIGGER ALL
            """
        )
        try fixture.sql(
            "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'person'::regclass AND tgname LIKE '%crossfade%' "
                + "LOOP EXECUTE format('ALTER TABLE person ENABLE ALWAYS TRIGGER %I', t); END LOOP; END $$"
        )
        let report = try await fixture.engine().verify()
        #expect(report.verdict == .failed)
        #expect(report.violations == 3)
        #expect(try await fixture.engine().repair() == 3)
        #expect(
            try fixture.value("SELECT count(*) FROM crossfade.repaired WHERE before IS NOT NULL", as: Int.self) == 3
        )
        #expect(try await fixture.engine().verify().verdict == .passed)
        #expect(
            try fixture.value(
                "SELECT string_agg(years::text, ',' ORDER BY id) FROM person WHERE id < 3",
                as: String.self
            ) == "1,2"
        )
    }

    @Test(arguments: [
        (
            "[{rename_column: {table: person, from: name, to: title}}, {change_type: {table: person, column: name, type: varchar}}]",
            "two changes of the plan are about one column"
        ),
        (
            "[{rename_column: {table: person, from: name, to: title}}, {drop_column: {table: person, column: name}}]",
            "two changes of the plan are about one column"
        ),
        (
            "[{rename_column: {table: person, from: name, to: title}}, {make_required: {table: person, column: email, fill: lower(name)}}]",
            "person.email becomes NOT NULL is computed from name, which is gone after: person.name -> person.title"
        ),
        (
            "[{rename_column: {table: person, from: name, to: title}}, {rename_column: {table: person, from: email, to: mail}}]",
            "index public.\"both\" contains columns of two changes of the plan"
        ),
    ])
    func `changes that would be in each other's way are refused`(_ changes: String, _ message: String) async throws {
        let fixture = try Fixture(
            schema: Self.schema + "CREATE INDEX \"both\" ON person (name) INCLUDE (email)",
            plan: plan(changes)
        )
        let findings = try await fixture.engine().check().filter { $0.weight == .refused }
        #expect(findings.contains { $0.message.contains(message) }, "\(findings.map(\.message))")
        let report = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        #expect(report.outcome != .done)
    }
}
