import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The table's own triggers do what they did, whichever name a statement writes.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct OwnTriggerTests {
    private static let merge = """
        merge_columns: {table: t, from: [a, b], to: {name: n, type: text}, loss: acknowledged, merge: "a || ' ' || b", \
        split: {a: "split_part(n, ' ', 1)", b: "split_part(n, ' ', 2)"}}
        """

    static let changes = [("rename_column: {table: t, from: a, to: n}", "x"), (merge, "x y")]

    private func fixture(_ change: String, _ triggers: String) throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text, b text, changes int NOT NULL DEFAULT 0); CREATE TABLE log (a text);
                INSERT INTO t (id, a, b) VALUES (1, 'a', 'b');
                \(triggers)
                """,
            plan: """
                version: 1
                name: own
                change:
                  \(change)
                acknowledge: [user-triggers, function-bodies]
                """
        )
    }

    @Test(arguments: changes)
    func `triggers with a column list fire on a write of the new name, in each phase`(_ change: String, _ value: String)
        async throws
    {
        let fixture = try fixture(
            change,
            """
            CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changes := NEW.changes + 1; RETURN NEW; END $$;
            CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.a); RETURN NULL; END $$;
            CREATE TRIGGER counted BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION counted();
            CREATE TRIGGER logged AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION logged();
            """
        )
        let before = try await fixture.dump()
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] {
            try walk.run(.phase(phase))
            try fixture.sql("UPDATE t SET n = '\(value)'; UPDATE t SET id = id")
            #expect(try fixture.value("SELECT changes FROM t", as: Int.self) == 1, "\(phase)")
            #expect(try fixture.value("SELECT string_agg(a, ',') FROM log", as: String.self) == "x", "\(phase)")
            try fixture.sql(
                "ALTER TABLE t DISABLE TRIGGER USER; UPDATE t SET changes = 0; DELETE FROM log; ALTER TABLE t ENABLE TRIGGER USER"
            )
        }
        for phase in [Phase.enforce, .expand] { try walk.run(.undo(phase)) }
        #expect(try await fixture.dump() == before)
    }

    @Test(arguments: changes)
    func `a trigger that derives another column sees the value of the new name`(_ change: String, _ value: String)
        async throws
    {
        let fixture = try fixture(
            change,
            """
            ALTER TABLE t ADD COLUMN slug text;
            CREATE FUNCTION derived() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.slug := upper(NEW.a); RETURN NEW; END $$;
            CREATE TRIGGER derived BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION derived();
            """
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] {
            try walk.run(.phase(phase))
            try fixture.sql(
                "UPDATE t SET n = '\(value)'; DELETE FROM t WHERE id = 2; INSERT INTO t (id, n) VALUES (2, '\(value)')"
            )
            #expect(try fixture.value("SELECT string_agg(slug, ',') FROM t", as: String.self) == "X,X", "\(phase)")
        }
    }

    @Test(arguments: changes)
    func `a BEFORE trigger that comes after expand closes the gates until it is gone`(_ change: String, _ value: String)
        async throws
    {
        let fixture = try fixture(change, "")
        try await fixture.advance(through: .expand)
        try fixture.sql(
            """
            CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER late BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION late()
            """
        )
        #expect(try await fixture.engine().verify().verdict == .failed)
        try fixture.sql("DROP TRIGGER late ON t")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test(arguments: changes)
    func `a BEFORE trigger that goes after expand leaves everything right`(_ change: String, _ value: String)
        async throws
    {
        let fixture = try fixture(
            change,
            """
            CREATE FUNCTION early() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER early BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION early();
            """
        )
        try await fixture.advance(through: .expand)
        try fixture.sql("DROP TRIGGER early ON t; UPDATE t SET n = '\(value)'")
        #expect(try fixture.value("SELECT a FROM t", as: String.self) == "x")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test
    func `NULL that a new version writes into a NOT NULL column is refused as an old version's is`() async throws {
        let fixture = try fixture(
            Self.merge,
            """
            ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL;
            CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changes := NEW.changes + 1; RETURN NEW; END $$;
            CREATE TRIGGER own BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION own();
            """
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        for column in ["a", "n"] {
            let error = #expect(throws: PostgresError.self) { try fixture.sql("UPDATE t SET \(column) = NULL") }
            #expect(error?.sqlState == SQLState(rawValue: "23502"), "\(column)")
        }
        #expect(try fixture.value("SELECT a || b || n FROM t", as: String.self) == "aba b")
    }
}
