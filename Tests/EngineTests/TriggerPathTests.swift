import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Triggers of the application's own find what they would find without Crossfade, and nobody gains rights by them.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct TriggerPathTests {
    /// A kind, with a statement of either version for each table that a trigger of is set off by Crossfade.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// Tables that Crossfade writes, each with a statement on another one that has it do so, and what it changes.
        let writes: [(written: String, statement: String)]
    }

    static let cases = [
        Case(
            testDescription: "move_relation",
            schema: """
                CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int UNIQUE REFERENCES far ON DELETE SET NULL);
                INSERT INTO far SELECT generate_series(1, 20); INSERT INTO near SELECT n, CASE WHEN n > 10 THEN n END FROM generate_series(1, 20) n
                """,
            change:
                "move_relation: {from: {table: app.near, column: far, references: app.far.id}, to: {table: app.far, column: near, references: app.near.id}, on_delete: set_null}",
            writes: [
                ("far", "UPDATE near SET far = 1 WHERE id = 1"), ("near", "UPDATE far SET near = 2 WHERE id = 2"),
                ("far", "UPDATE near SET far = NULL WHERE id = 11"),
                ("near", "UPDATE far SET near = NULL WHERE id = 12"),
                ("far", "DELETE FROM near WHERE id = 13"), ("near", "DELETE FROM far WHERE id = 14"),
                ("far", "TRUNCATE near CASCADE"),
            ]
        ),
        Case(
            testDescription: "link_table",
            schema: """
                CREATE TABLE cat (id int PRIMARY KEY); CREATE TABLE post (id int PRIMARY KEY, cat int REFERENCES cat ON DELETE SET NULL);
                INSERT INTO cat SELECT generate_series(1, 20); INSERT INTO post SELECT n, CASE WHEN n > 10 THEN n END FROM generate_series(1, 20) n
                """,
            change:
                "link_table: {from: {table: app.post, column: cat, references: app.cat.id}, through: {table: app.link, columns: {cat: a, post: b}}}",
            writes: [
                ("post", "INSERT INTO link VALUES (3, 3)"), ("link", "UPDATE post SET cat = 4 WHERE id = 4"),
                ("post", "DELETE FROM link WHERE b = 13"), ("link", "UPDATE post SET cat = NULL WHERE id = 14"),
                ("link", "UPDATE post SET cat = 5 WHERE id = 15"), ("post", "TRUNCATE link"),
            ]
        ),
        moved(
            "move_columns",
            "CREATE TABLE dst (src int UNIQUE REFERENCES src ON DELETE CASCADE);",
            "",
            "INSERT INTO dst SELECT generate_series(1, 20)"
        ),
        moved(
            "move_columns, missing: create",
            "CREATE TABLE dst (src int UNIQUE REFERENCES src ON DELETE CASCADE);",
            ", missing: create",
            "SELECT"
        ),
        Case(
            testDescription: "extract_table",
            schema:
                "CREATE TABLE src (id int PRIMARY KEY, v int); INSERT INTO src SELECT n, CASE WHEN n > 10 THEN n END FROM generate_series(1, 20) n",
            change: "extract_table: {from: app.src, columns: [v], into: app.dst, key: {src: id}}",
            writes: [
                ("dst", "UPDATE src SET v = 5 WHERE id = 15"), ("src", "UPDATE dst SET v = 6 WHERE src = 16"),
                ("src", "DELETE FROM dst WHERE src = 17"), ("dst", "UPDATE src SET v = NULL WHERE id = 18"),
                ("src", "TRUNCATE dst"),
            ]
        ),
    ]

    private static func moved(_ name: String, _ target: String, _ missing: String, _ rows: String) -> Case {
        Case(
            testDescription: name,
            schema:
                "CREATE TABLE src (id int PRIMARY KEY, v int); INSERT INTO src SELECT n, CASE WHEN n > 10 THEN n END FROM generate_series(1, 20) n; \(target) \(rows)",
            change: "move_columns: {from: app.src, to: app.dst, columns: [v], match: {src: id}\(missing)}",
            writes: [
                ("dst", "UPDATE src SET v = 5 WHERE id = 15"), ("src", "UPDATE dst SET v = 6 WHERE src = 16"),
                ("src", "DELETE FROM dst WHERE src = 17"), ("dst", "UPDATE src SET v = NULL WHERE id = 18"),
                (
                    "dst",
                    "INSERT INTO src VALUES (31, 7); INSERT INTO dst (src) VALUES (31) ON CONFLICT (src) DO NOTHING"
                ), ("src", "TRUNCATE dst"),
            ]
        )
    }

    /// A trigger function that finds its table by the path alone, with the path of every call.
    private static func watching(_ table: String) -> String {
        """
        CREATE TRIGGER watch AFTER INSERT OR UPDATE OR DELETE ON \(table) FOR EACH ROW EXECUTE FUNCTION watch();
        CREATE TRIGGER early BEFORE INSERT OR UPDATE OR DELETE ON \(table) FOR EACH STATEMENT EXECUTE FUNCTION watch();
        CREATE TRIGGER late AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON \(table) FOR EACH STATEMENT EXECUTE FUNCTION watch();
        """
    }

    private static let audit = """
        CREATE SCHEMA app; CREATE SCHEMA log; CREATE TABLE log.audit (tab text, path text); GRANT USAGE ON SCHEMA app, log TO PUBLIC;
        GRANT INSERT ON log.audit TO PUBLIC;
        CREATE FUNCTION app.watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO audit VALUES (TG_TABLE_NAME, pg_catalog.current_setting('search_path')); RETURN NULL; END $$;
        SET search_path = app, log;
        """

    private func fixture(_ test: Case) throws -> Fixture {
        let tables = Set(test.writes.map(\.written)).filter { test.schema.contains("TABLE \($0) ") }
        let fixture = try Fixture(
            schema: "\(Self.audit) \(test.schema); \(tables.sorted().map(Self.watching).joined()) RESET search_path",
            plan: MovedColumnsTests.plan(test.change, acknowledge: "[user-triggers, old-action, created-rows]")
        )
        try fixture.sql(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, log', current_database()); END $$"
        )
        return fixture
    }

    @Test(arguments: cases)
    func `a trigger that a sync function sets off has the path of the statement, and the copy's that of other sessions`(
        _ test: Case
    ) async throws {
        let fixture = try fixture(test)
        // The copy fires them with the role's ordinary path.
        try await fixture.advance(through: .enforce)
        let ordinary = "SELECT coalesce(string_agg(DISTINCT path, ';'), 'app, log') FROM log.audit"
        #expect(try fixture.value(ordinary, as: String.self) == "app, log")
        let connection = try fixture.database.connect()
        for (written, statement) in test.writes {
            try connection.execute("SET search_path = app, log, public; TRUNCATE log.audit; \(statement)")
            let paths = try connection.query("SELECT DISTINCT path FROM log.audit WHERE tab = $1", [written]).map {
                try $0.decode("path", as: String.self)
            }
            // Of the tables that Crossfade made nobody has triggers yet.
            if test.schema.contains("TABLE \(written) ") { #expect(paths == ["app, log, public"], "\(statement)") }
            #expect(
                try connection.query("SHOW search_path").only().decode(at: 0, as: String.self) == "app, log, public",
                "\(statement)"
            )
        }
    }

    @Test(.asSuperuser("LANGUAGE internal"), arguments: cases)
    func `a sync function finds its own names and operators whatever path it is called with`(_ test: Case) async throws
    {
        let fixture = try fixture(test)
        try await fixture.advance(through: .expand)
        for phase in [Phase.expand, .enforce] {
            try await fixture.advance(through: phase)
            let connection = try fixture.database.connect()
            try connection.execute(Self.decoys)
            for (_, statement) in test.writes {
                try connection.execute(
                    "BEGIN; SET LOCAL search_path = app, log, evil, pg_catalog; \(Self.resolved(statement)); ROLLBACK"
                )
            }
            try connection.execute("DROP SCHEMA evil CASCADE")
        }
    }

    /// What pg_catalog has, of types and functions that templates name, and the operators on the keys: each raises an error.
    private static let decoys = """
        CREATE SCHEMA evil;
        CREATE FUNCTION evil.caught(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'an operator of another schema'; END $$;
        CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.caught);
        CREATE OPERATOR evil.<> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.caught);
        CREATE OPERATOR evil.> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.caught);
        CREATE FUNCTION evil.caught(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'an operator of another schema'; END $$;
        CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.caught);
        CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'a function of another schema'; END $$;
        CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'a function of another schema'; END $$;
        CREATE FUNCTION evil.num_nonnulls(VARIADIC "any") RETURNS int LANGUAGE internal AS 'pg_num_nulls';
        CREATE DOMAIN evil.text AS pg_catalog.text CHECK (false); CREATE DOMAIN evil.bool AS pg_catalog.bool CHECK (false);
        """

    /// The application's own statement, whose operators are not to be caught.
    private static func resolved(_ statement: String) -> String {
        statement.replacing(#/(WHERE \w+) = /#) { "\($0.output.1) OPERATOR(pg_catalog.=) " }
    }

    @Test(.asSuperuser("CREATE ROLE"))
    func `who may write one table does not become who ran expand by a trigger of the other`() async throws {
        let name = try ScratchDatabase.current.name
        let attacker = "\(name)_app"
        let test = Self.cases[0]
        let fixture = try fixture(test)
        try fixture.sql(
            "CREATE ROLE \(attacker) LOGIN; GRANT SELECT, UPDATE ON app.near TO \(attacker); CREATE SCHEMA theirs AUTHORIZATION \(attacker)"
        )
        for trigger in ["watch", "early", "late"] { try fixture.sql("DROP TRIGGER \(trigger) ON app.near") }
        defer {
            do { try fixture.sql("DROP OWNED BY \(attacker) CASCADE; DROP ROLE \(attacker)") } catch {
                Issue.record(error)
            }
        }
        try await fixture.advance(through: .enforce)
        let url = try ScratchDatabase.current.url.replacing("user=postgres", with: "user=\(attacker)")
        let session = try Connection.open(
            ConnectionTarget(url: url, environment: [:]),
            SessionOptions(applicationName: "attacker")
        )
        for (number, schema) in ["theirs", "pg_temp"].enumerated() {
            try session.execute(
                """
                CREATE TABLE \(schema).audit (tab text, path text);
                CREATE FUNCTION theirs.take_\(number)() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  EXECUTE 'ALTER ROLE \(attacker) SUPERUSER'; RETURN NEW; END $$;
                CREATE TRIGGER take BEFORE INSERT ON \(schema).audit FOR EACH ROW EXECUTE FUNCTION theirs.take_\(number)();
                GRANT ALL ON \(schema).audit TO PUBLIC; GRANT USAGE ON SCHEMA theirs TO PUBLIC;
                SET search_path = \(schema), app, log
                """
            )
            try session.execute("UPDATE app.near SET far = \(number + 1) WHERE id = \(number + 1)")
            #expect(try fixture.value("SELECT near FROM app.far WHERE id = \(number + 1)", as: Int.self) == number + 1)
        }
        #expect(try !fixture.value("SELECT rolsuper FROM pg_roles WHERE rolname = '\(attacker)'", as: Bool.self))
        // The trigger found the application's own table all the same.
        #expect(
            try fixture.value(
                "SELECT count(*) FROM log.audit WHERE tab = 'far' AND path LIKE 'pg_catalog, app, log%'",
                as: Int.self
            ) > 0
        )
    }

    @Test
    func `a copy of one table fires its triggers with the path of the role's other sessions, and so does a repair`()
        async throws
    {
        let fixture = try Fixture(
            schema: """
                \(Self.audit) CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 100) n;
                CREATE FUNCTION app.deferred() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES ('deferred', current_setting('search_path')); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER deferred AFTER UPDATE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deferred();
                \(Self.watching("t")) RESET search_path
                """,
            plan: Fixture.rename("app.t", "a", "b", extra: "acknowledge: [user-triggers]", retain: "7d")
        )
        try fixture.sql(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, log', current_database()); END $$"
        )
        try await fixture.advance(through: .backfill)
        func paths() throws -> [String] {
            try fixture.database.connect().query(
                "SELECT DISTINCT tab || ': ' || path AS path FROM log.audit ORDER BY 1"
            ).map { try $0.decode("path") }
        }
        #expect(try paths() == ["deferred: app, log", "t: app, log"])
        #expect(try fixture.value("SELECT count(*) FROM log.audit WHERE tab = 'deferred'", as: Int.self) == 100)
        try fixture.sql(
            """
            ALTER TABLE app.t DISABLE TRIGGER USER; UPDATE app.t SET b = 'y' WHERE id < 4;
            ALTER TABLE app.t ENABLE TRIGGER USER; ALTER TABLE app.t ENABLE ALWAYS TRIGGER "~crossfade_rename"; TRUNCATE log.audit
            """
        )
        #expect(try await fixture.engine().repair() == 3)
        #expect(
            try fixture.value("SELECT count(*) FROM log.audit WHERE tab = 't' AND path = 'app, log'", as: Int.self) >= 3
        )
    }
}
