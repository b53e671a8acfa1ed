import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What names a column outside of indexes, checks and views: triggers, policies, statistics, marks, single foreign keys.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RedefinitionTests {
    @Test(arguments: KindCase.around + [KindCase.mapped])
    func `it goes along, and comes back with each phase`(_ test: KindCase) async throws {
        try await Fixture(schema: test.schema, plan: test.plan()).walk(
            // What the triggers wrote into a table of their own stays there.
            Walk(
                undoesContractAlone: !test.about.contains("primary key"),
                restoresRows: test.restoresRows,
                isVerified: true
            )
        )
    }

    @Test(arguments: KindCase.around + [KindCase.mapped])
    func `it ends as after a plain migration`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan(retain: "0s"))
        try await fixture.advance(through: .contract)
        try await fixture.expectSchemaOfPlainMigration(test)
    }

    /// Who writes which column fires the same triggers, in each phase and after each way back.
    @Test func `triggers fire as often as before, whichever name is written`() async throws {
        let test = try #require(KindCase.around.first)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        func fired(by column: String, _ value: String) throws -> String? {
            try fixture.sql("DELETE FROM log; UPDATE \"S.1\".\"My T\" SET \(column) = '\(value)' WHERE id = 1")
            return try fixture.value("SELECT string_agg(line, ', ' ORDER BY line) FROM log")
        }
        let (old, new) = (#""st.ate""#, #""new ""one""#)
        let changed = try fired(by: old, "x")
        #expect(changed == "t1 UPDATE, t2 UPDATE, t3 UPDATE, t4 UPDATE")
        #expect(try fired(by: old, "x") == "t3 UPDATE, t4 UPDATE", "nothing is distinct")
        for (number, phase) in Phase.allCases.enumerated() {
            try await fixture.advance(through: phase)
            if phase != .contract {
                _ = try fired(by: old, "a\(number)")
                #expect(try fired(by: old, "x") == changed, "\(phase.rawValue), the old name")
            }
            _ = try fired(by: new, "b\(number)")
            #expect(try fired(by: new, "x") == changed, "\(phase.rawValue), the new name")
        }
        try await fixture.rollBack(to: .enforce)
        for column in [old, new] {
            _ = try fired(by: column, "c")
            #expect(try fired(by: column, "x") == changed, "contract undone, \(column)")
        }
        try await fixture.rollBack()
        _ = try fired(by: old, "d")
        #expect(try fired(by: old, "x") == changed, "all undone")
    }

    /// It lists the new column from expand on, which is what the copy writes.
    @Test func `a trigger that lists the column fires for a row that is copied, which is told`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, c text NOT NULL);
                INSERT INTO t SELECT n, 'c' FROM generate_series(1, 10) n;
                CREATE TABLE log (line text);
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (TG_OP); RETURN NULL; END';
                CREATE TRIGGER g AFTER UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f();
                """,
            plan: """
                version: 1
                name: kind
                change: {rename_column: {table: t, from: c, to: d}}
                acknowledge: [user-triggers]
                """
        )
        #expect(try await fixture.engine().check().contains { $0.id == "user-triggers" })
        try await fixture.advance(through: .backfill)
        #expect(try fixture.value("SELECT count(*) FROM log", as: Int.self) == 10)
    }

    @Test func `each is told, with the phase that makes it anew`() async throws {
        let test = try #require(KindCase.around.first)
        let findings = try await Fixture(schema: test.schema, plan: test.plan()).engine().check()
        let told = findings.filter { $0.weight == .carried }.map(\.message).sorted()
        #expect(
            told == [
                "policy mine reads st.ate", "policy theirs reads st.ate", "statistics object beside contains st.ate",
                "statistics object st.ate contains st.ate", "trigger t1 lists st.ate and has a WHEN",
                "trigger t2 names st.ate in its WHEN", "trigger t3 lists st.ate and is a constraint trigger",
                "trigger t4 lists st.ate and is not simply enabled", "trigger t5 names st.ate in its WHEN",
            ]
        )
        #expect(findings.allSatisfy { $0.weight == .carried || $0.weight == .acknowledge }, "\(findings)")
    }

    /// Read by the old value, which the plan's expression makes of the new one.
    @Test(.asSuperuser("CREATE ROLE"))
    func `what reads values that change means the same, in each phase and after each way back`() async throws {
        let test = KindCase.mapped
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try fixture.sql(
            """
            CREATE ROLE \(Self.reader); GRANT SELECT, UPDATE ON sale TO \(Self.reader); GRANT SELECT ON log TO \(Self.reader);
            ALTER TABLE sale ENABLE ROW LEVEL SECURITY
            """
        )
        defer { _ = try? fixture.sql("DROP OWNED BY \(Self.reader); DROP ROLE \(Self.reader)") }
        func read() throws -> [String] {
            let views = try fixture.value(
                "SELECT (SELECT string_agg(shop || ' ' || amount || ' ' || n, ',' ORDER BY amount) FROM dear_sales) || (SELECT amount FROM over)",
                as: String.self
            )
            let connection = try fixture.database.connect(as: "reader")
            try connection.execute("SET ROLE \(Self.reader); SET row_security = on")
            let seen: String = try connection.query("SELECT string_agg(id::text, ',' ORDER BY id) FROM public.sale")
                .only()
                .decode(at: 0)
            return [views, seen]
        }
        let before = try read()
        for phase in Phase.allCases {
            try await fixture.advance(through: phase)
            #expect(try read() == before, "\(phase.rawValue)")
        }
        try fixture.sql(
            "TRUNCATE log; UPDATE sale SET amount = 3.55 WHERE id = 1; UPDATE sale SET amount = 3.65 WHERE id = 2"
        )
        #expect(
            try fixture.value("SELECT string_agg(line, ',' ORDER BY line) FROM log", as: String.self)
                == "t1 1,t1 2,t2 2"
        )
        #expect(throws: PostgresError.self) { try fixture.sql("UPDATE sale SET amount = 0.99 WHERE id = 3") }
        try fixture.sql("UPDATE sale SET amount = 1.01 WHERE id = 1; UPDATE sale SET amount = 1.02 WHERE id = 2")
        try await fixture.rollBack(to: .enforce)
        #expect(try read() == before)
        try await fixture.rollBack()
        #expect(try read() == before)
    }

    private static let reader = "crossfade_test_reader_\(UInt32.random(in: 0...UInt32.max))"

    /// Without an expression the server can read, a person has to say what it means.
    @Test func `what fails for a value that the old type cannot hold has to be acknowledged`() async throws {
        let test = KindCase.mapped
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let told = try await fixture.engine().check().filter { $0.id == "unconvertible" }.map(\.message)
        #expect(
            told.contains { $0.hasPrefix("least, dear, high, trigger t1, policy few, view public.dear_sales") },
            "\(told)"
        )
    }

    /// Contract goes by the table as it is, and not by what enforce read.
    @Test func `what people change after enforce goes along as they changed it`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, owner text NOT NULL, kind text);
                INSERT INTO t VALUES (1, 'a', 'k');
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                CREATE POLICY kept ON t USING (owner = current_user);
                CREATE TRIGGER gone AFTER UPDATE ON t FOR EACH ROW WHEN (old.owner <> new.owner) EXECUTE FUNCTION f();
                """,
            plan: """
                version: 1
                name: kind
                change: {rename_column: {table: t, from: owner, to: holder}}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            """
            ALTER POLICY kept ON t USING (owner = session_user);
            CREATE POLICY come ON t FOR SELECT USING (owner <> 'x');
            DROP TRIGGER gone ON t;
            CREATE TRIGGER come AFTER UPDATE ON t FOR EACH ROW WHEN (old.owner <> new.owner AND new.kind = 'k') EXECUTE FUNCTION f();
            """
        )
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        let conditions = """
            SELECT string_agg(text, ' | ' ORDER BY text COLLATE "C") FROM (
              SELECT polname || pg_get_expr(polqual, polrelid) AS text FROM pg_policy
              UNION ALL SELECT tgname || substring(pg_get_triggerdef(oid) FROM 'WHEN (.*) EXECUTE') FROM pg_trigger WHERE NOT tgisinternal) c
            """
        #expect(
            try fixture.value(conditions, as: String.self)
                == "come(((old.holder <> new.holder) AND (new.kind = 'k'::text))) | come(holder <> 'x'::text) | kept(holder = SESSION_USER)"
        )
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.dump() == before)
    }

    @Test func `what changes while contract waits for its lock ends it, and goes along the next time`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, owner text NOT NULL);
                INSERT INTO t VALUES (1, 'a');
                CREATE POLICY p ON t USING (owner = current_user);
                """,
            plan: """
                version: 1
                name: kind
                change: {rename_column: {table: t, from: owner, to: holder}}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        try await fixture.advance(through: .enforce)
        let holder = try fixture.database.connect(as: "holder")
        try holder.execute("BEGIN; UPDATE public.t SET id = id")
        let engine = try fixture.engine()
        let advance = Task {
            try await engine.advance(through: .contract, waits: false, confirmation: Confirmation(name: "kind"))
        }
        try await waitUntil("contract waits for its lock") {
            fixture.remarks.all.contains { if case .blocked = $0 { true } else { false } }
        }
        try holder.execute("ALTER POLICY p ON public.t USING (owner = session_user); COMMIT")
        let failure = await #expect(throws: Failure.self) { try await advance.value }
        #expect(failure?.message.contains("policy p has just been changed") == true, "\(String(describing: failure))")
        try await fixture.advance(through: .contract)
        let policy = "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy"
        #expect(try fixture.value(policy, as: String.self) == "(holder = SESSION_USER)")
    }

    /// What people make of a policy or trigger after contract is theirs.
    @Test(arguments: [
        ("ALTER POLICY kept ON t USING (holder = session_user)", "policy kept"),
        ("DROP POLICY kept ON t", "policy kept"),
        ("DROP TRIGGER asks ON t", "trigger asks"), ("ALTER TABLE t DISABLE TRIGGER asks", "trigger asks"),
    ])
    func `what changes after contract is not overwritten by a rollback`(_ change: String, object: String) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, owner text NOT NULL);
                INSERT INTO t VALUES (1, 'a');
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                CREATE POLICY kept ON t USING (owner = current_user);
                CREATE TRIGGER asks AFTER UPDATE ON t FOR EACH ROW WHEN (old.owner <> new.owner) EXECUTE FUNCTION f();
                """,
            plan: """
                version: 1
                name: kind
                change: {rename_column: {table: t, from: owner, to: holder}}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        try fixture.sql(change)
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(
            failure?.message.contains("\(object) of public.t is not as contract made it") == true,
            "\(String(describing: failure))"
        )
        try fixture.sql(
            """
            DROP POLICY IF EXISTS kept ON t; DROP TRIGGER IF EXISTS asks ON t;
            CREATE POLICY kept ON t USING (holder = current_user);
            CREATE TRIGGER asks AFTER UPDATE ON t FOR EACH ROW WHEN (old.holder <> new.holder) EXECUTE FUNCTION f();
            """
        )
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }

    /// Each change would write it anew with its own new name alone.
    @Test(arguments: [
        "CREATE POLICY p ON t USING (a = b)", "CREATE STATISTICS s ON a, b FROM t",
        "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW WHEN (new.a > new.b) EXECUTE FUNCTION f()",
    ])
    func `one of columns of two changes of a plan is refused`(_ statement: String) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text, b text);
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                \(statement);
                """,
            plan: """
                version: 1
                name: kind
                changes:
                  - rename_column: {table: t, from: a, to: x}
                  - rename_column: {table: t, from: b, to: y}
                acknowledge: [user-triggers]
                """
        )
        let finding = try #require(await fixture.engine().check().first { $0.id == "one-column" })
        #expect(finding.weight == .refused)
    }

    @Test func `a policy that reads its table in a sub-select keeps contract closed`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, boss int, owner int);
                CREATE POLICY p ON t USING (owner = 1 OR EXISTS (SELECT FROM t u WHERE u.boss = t.id AND u.owner = 2));
                """,
            plan: "version: 1\nname: kind\nchange: {change_type: {table: t, column: owner, type: bigint}}\n"
        )
        let finding = try #require(await fixture.engine().check().first { $0.id == "policy" })
        #expect(finding.weight == .blocksContract)
        #expect(finding.hint?.contains("sub-select") == true, "\(finding)")
    }

    @Test(arguments: [
        ("old.a IS DISTINCT FROM new.a", true), ("old.* IS DISTINCT FROM new.*", false), ("new.a > 1", false),
        ("old.a IS DISTINCT FROM new.a OR new.b IS DISTINCT FROM old.b", true),
        ("old.a IS DISTINCT FROM new.a OR new.b > 1", false), ("old.a IS DISTINCT FROM new.b", false),
        ("new.b > 1 AND old.a IS DISTINCT FROM new.a", true), ("NOT old.a IS DISTINCT FROM new.a", false),
        ("old.a <> new.a", true), ("old.a = new.a", false), ("old.a IS NOT DISTINCT FROM new.a", false),
        ("new.a IS DISTINCT FROM new.a", false),
    ])
    func `a trigger that asks for a change does not fire for a row that is copied`(_ condition: String, asks: Bool)
        async throws
    {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text NOT NULL);
                INSERT INTO t SELECT n, 2, 2, 'c' FROM generate_series(1, 10) n;
                CREATE TABLE log (line text);
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (TG_OP); RETURN NULL; END';
                CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW WHEN (\(condition)) EXECUTE FUNCTION f();
                """,
            plan: """
                version: 1
                name: kind
                change: {rename_column: {table: t, from: c, to: d}}
                acknowledge: [user-triggers]
                """
        )
        #expect(try await fixture.engine().check().contains { $0.id == "user-triggers" } != asks)
        if asks {
            try await fixture.advance(through: .backfill)
            #expect(try fixture.value("SELECT count(*) FROM log", as: Int.self) == 0)
        }
    }
}
