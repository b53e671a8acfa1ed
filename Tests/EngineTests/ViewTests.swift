import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Views of a column that is renamed or gets another type: enforce lets them read the new one.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ViewTests {
    /// Every view with its definition, options, owner, rights, comments and rows.
    private static let everything = """
        SELECT c.relname || ': ' || concat_ws(' | ', pg_get_viewdef(c.oid), c.reloptions::text, pg_get_userbyid(c.relowner),
                 (SELECT string_agg(x::text, ',' ORDER BY x::text) FROM unnest(c.relacl) x), obj_description(c.oid, 'pg_class'),
                 (SELECT string_agg(concat_ws(' ', attname, attacl::text, col_description(attrelid, attnum)), ',' ORDER BY attnum)
                    FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0),
                 query_to_xml(format('SELECT * FROM %I.%I ORDER BY 1', n.nspname, c.relname), true, true, '')::text) AS view
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crossfade') ORDER BY 1
        """

    private func views(_ fixture: Fixture) throws -> [String] { try texts(Self.everything, fixture) }

    private func texts(_ query: String, _ fixture: Fixture) throws -> [String] {
        let connection = try fixture.database.connect()
        return try connection.query(query).map { try $0.decode(at: 0) }
    }

    private static func retype(_ retain: String = "7d") -> String {
        """
        version: 1
        name: retype
        change:
          change_type: {table: account, column: id, type: bigint}
        acknowledge: [unconvertible]
        phases:
          lock_deadline: 10m
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: \(retain)}
        """
    }

    @Test func `a rename ends with the views of a plain rename`() async throws {
        let test = LifecycleTests.views
        let fixture = try Fixture(
            schema: test.schema,
            plan: Fixture.rename(test.table, test.from, test.to, extra: "acknowledge: [user-triggers, function-bodies]")
        )
        let change = try #require(fixture.plan.change.of(RenameColumn.self))
        let rename = "ALTER TABLE \"Profile\" RENAME \(change.from.quoted) TO \(change.to.quoted)"
        try fixture.sql(rename)
        let plain = try views(fixture)
        try fixture.sql("ALTER TABLE \"Profile\" RENAME \(change.to.quoted) TO \(change.from.quoted)")
        #expect(
            try await fixture.engine().check().filter { $0.id == "view" }.map(\.weight)
                == Array(repeating: .carried, count: 5)
        )
        try await fixture.advance(through: .enforce)
        #expect(try views(fixture) == plain)
        try await fixture.advance(through: .contract)
        #expect(try views(fixture) == plain)
    }

    @Test func `a view whose column changes type is created anew with all that it had`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE account (id int PRIMARY KEY, name text);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_read_all_settings;
                CREATE VIEW "Some.accounts" WITH (security_barrier = true) AS SELECT id, id + 1 AS next, name FROM account WHERE id > 3;
                REVOKE ALL ON "Some.accounts" FROM pg_read_all_settings;
                COMMENT ON VIEW "Some.accounts" IS 'it''s some'; COMMENT ON COLUMN "Some.accounts".next IS 'the next';
                GRANT SELECT, UPDATE ON "Some.accounts" TO pg_monitor WITH GRANT OPTION; GRANT SELECT ON "Some.accounts" TO PUBLIC;
                GRANT SELECT ON account TO pg_read_all_stats;
                ALTER VIEW "Some.accounts" OWNER TO pg_read_all_stats;
                CREATE VIEW names AS SELECT name FROM account WHERE id < 10;
                """,
            plan: Self.retype()
        )
        let (before, dump) = (try views(fixture), try await fixture.dump())
        try await fixture.advance(through: .enforce)
        let types =
            "SELECT string_agg(format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'public.\"Some.accounts\"'::regclass"
        #expect(try texts(types, fixture) == ["bigint,bigint,text"])
        try await fixture.advance(through: .contract)
        #expect(try views(fixture) == before, "definition, owner, rights and comments as before")
        try await fixture.rollBack()
        // A right may stand at another place in the list of rights, and so in the dump.
        let restored = try await fixture.dump()
        #expect(restored.split(separator: "\n").sorted() == dump.split(separator: "\n").sorted())
    }

    @Test func `views of a view whose column changes type are created anew with it`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE SCHEMA reports;
                CREATE TABLE account (id int PRIMARY KEY, name text);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                CREATE VIEW listed AS SELECT id, name FROM account;
                CREATE VIEW reports.listed WITH (security_barrier = true) AS SELECT l.id * 2 AS twice, a.name FROM public.listed l JOIN account a USING (id);
                CREATE VIEW reports.most AS SELECT max(twice) AS most FROM reports.listed;
                CREATE VIEW names AS SELECT name FROM listed;
                COMMENT ON VIEW reports.most IS 'the most'; COMMENT ON COLUMN reports.listed.twice IS 'two of it';
                GRANT USAGE ON SCHEMA reports TO pg_read_all_stats;
                GRANT SELECT ON listed, account, reports.listed TO pg_read_all_stats;
                GRANT SELECT (twice), UPDATE (name) ON reports.listed TO pg_monitor WITH GRANT OPTION;
                GRANT SELECT (most) ON reports.most TO PUBLIC;
                ALTER VIEW reports.most OWNER TO pg_read_all_stats;
                """,
            plan: Self.retype()
        )
        let (before, dump) = (try views(fixture), try await fixture.dump())
        let findings = try await fixture.engine().check().filter { $0.id == "view" }
        #expect(findings.map(\.message) == ["view public.listed reads id", "view reports.listed reads id"])
        #expect(findings.allSatisfy { $0.weight == .carried }, "\(findings)")
        #expect(
            findings.first?.hint
                == "enforce creates it anew to read crossfade_new_id, together with view public.names, view reports.listed, view reports.most"
        )
        try await fixture.advance(through: .enforce)
        let types =
            "SELECT string_agg(format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'reports.listed'::regclass"
        #expect(try texts(types, fixture) == ["bigint,text"])
        try await fixture.advance(through: .contract)
        #expect(try views(fixture) == before, "definitions, owners, rights and comments as before")
        try await fixture.rollBack()
        let restored = try await fixture.dump()
        #expect(restored.split(separator: "\n").sorted() == dump.split(separator: "\n").sorted())
    }

    /// Such a view joins by the column without naming it.
    @Test(arguments: [
        "SELECT * FROM account JOIN other USING (id)", "SELECT a.name FROM account a NATURAL LEFT JOIN other b",
        "SELECT o.id, sum(o.x) FROM other o FULL JOIN account USING (id) GROUP BY 1",
        "SELECT * FROM (account a JOIN account b USING (id, name)) JOIN other USING (id)",
    ])
    func `a view that joins by the column joins by the new one, and ends with the text it had`(_ query: String)
        async throws
    {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE account (id int PRIMARY KEY, name text);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                CREATE TABLE other (x int, id int);
                INSERT INTO other SELECT n, n FROM generate_series(200, 400) n;
                CREATE VIEW joined AS \(query);
                COMMENT ON VIEW joined IS 'joined'; GRANT SELECT ON joined TO pg_monitor;
                """,
            plan: Self.retype()
        )
        let (before, dump) = (try views(fixture), try await fixture.dump())
        let rows = "SELECT string_agg(j::text, ',' ORDER BY j::text) FROM public.joined j"
        let content = try texts(rows, fixture)
        #expect(try await fixture.engine().check().filter { $0.id == "view" }.map(\.weight) == [.carried])
        try await fixture.advance(through: .enforce)
        #expect(try texts(rows, fixture) == content)
        try await fixture.advance(through: .contract)
        #expect(try views(fixture) == before)
        try await fixture.rollBack()
        #expect(try await fixture.dump() == dump)
    }

    /// What cannot be created anew over a view that changes keeps contract closed for the view that reads the column.
    @Test(arguments: [
        ("CREATE MATERIALIZED VIEW m AS SELECT id FROM upper", "a materialized view would have to be filled anew"),
        ("CREATE RULE r AS ON INSERT TO upper DO INSTEAD NOTHING", "it cannot be created anew: it has rules"),
        (
            "CREATE TRIGGER g INSTEAD OF INSERT ON upper FOR EACH ROW EXECUTE FUNCTION f()",
            "it cannot be created anew: it has triggers"
        ),
        ("ALTER VIEW upper ALTER id SET DEFAULT 1", "it cannot be created anew: it has defaults"),
        (
            "CREATE FUNCTION g() RETURNS bigint BEGIN ATOMIC SELECT max(id) FROM upper; END",
            "it cannot be created anew: other objects need it"
        ),
        ("CREATE TABLE typed (u upper)", "it cannot be created anew: other objects need it"),
        ("CREATE VIEW more AS SELECT NULL::upper AS u", "it cannot be created anew: other objects need it"),
        (
            "CREATE RULE r AS ON INSERT TO log DO ALSO SELECT id FROM upper",
            "it cannot be created anew: other objects need it"
        ),
    ])
    func `what hangs on a view of the view is named, and keeps contract closed`(_ statement: String, reason: String)
        async throws
    {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE account (id int PRIMARY KEY, name text);
                CREATE TABLE log (id int);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE VIEW lower AS SELECT id FROM account;
                CREATE VIEW upper AS SELECT id FROM lower;
                CREATE VIEW beside AS SELECT name FROM account WHERE id > 3;
                \(statement);
                """,
            plan: Self.retype()
        )
        let findings = try await fixture.engine().check().filter { $0.id == "view" }
        #expect(findings.map(\.message) == ["view public.beside reads id", "view public.lower reads id"])
        #expect(findings.map(\.weight) == [.carried, .blocksContract])
        #expect(findings.last?.hint?.hasSuffix(reason) == true, "\(findings)")
    }

    @Test func `what cannot be switched is named, and keeps contract closed`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE account (id int PRIMARY KEY, name text);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                CREATE VIEW lower AS SELECT id FROM account;
                CREATE MATERIALIZED VIEW upper AS SELECT id FROM lower;
                CREATE MATERIALIZED VIEW filled AS SELECT id FROM account;
                CREATE VIEW listed AS SELECT one FROM account AS a (one, two);
                """,
            plan: Self.retype()
        )
        let findings = try await fixture.engine().check().filter { $0.id == "view" }
        #expect(
            findings.map(\.message)
                == ["materialized view public.filled", "view public.listed", "view public.lower"].map {
                    "\($0) reads id"
                }
        )
        #expect(findings.allSatisfy { $0.weight == .blocksContract })
        #expect(
            findings.first?.hint
                == #"after enforce fill another one beside it: CREATE MATERIALIZED VIEW "public"."crossfade_filled" AS its query with "#
                + "crossfade_new_id in place of id, with its indexes and rights; then BEGIN; "
                + #"DROP MATERIALIZED VIEW "public"."filled"; ALTER MATERIALIZED VIEW "public"."crossfade_filled" RENAME TO "filled"; COMMIT. "#
                + "Before a rollback of enforce, the same with id"
        )
        #expect(
            findings.last?.hint
                == "let it read crossfade_new_id, or drop it: it is created anew together with materialized view public.upper, and of that "
                + "one: a materialized view would have to be filled anew"
        )
        let report = try await fixture.engine().advance(
            through: .contract,
            waits: false,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
        guard case .closed(let gate) = report.outcome else {
            Issue.record("contract was not closed: \(report.outcome)")
            return
        }
        #expect(gate.verdict == .closed)
        #expect("\(gate)".contains("materialized view public.filled reads id"))
    }

    @Test func `a view of a partition is named before contract, and not found out by purge`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE place (id int, region text, name int) PARTITION BY LIST (region);
                CREATE TABLE place_a PARTITION OF place FOR VALUES IN ('a');
                INSERT INTO place SELECT n, 'a', n FROM generate_series(1, 100) n;
                CREATE VIEW whole AS SELECT id, name FROM place;
                CREATE VIEW part AS SELECT id, name FROM place_a;
                """,
            plan: """
                version: 1
                name: kind
                change: {change_type: {table: place, column: name, type: bigint, as: title}}
                phases: {dual_write_check: {observe: 0s, min_writes: 0}}
                acknowledge: [unconvertible]
                """
        )
        let findings = try await fixture.engine().check().filter { $0.id == "view" }
        #expect(findings.map(\.message) == ["view public.part reads name", "view public.whole reads name"])
        #expect(findings.map(\.weight) == [.blocksContract, .carried])
        #expect(findings.first?.hint?.hasSuffix("it reads a partition by its name") == true)
        try await fixture.advance(through: .enforce)
        let report = try await fixture.engine().advance(
            through: .contract,
            waits: false,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
        #expect(report.outcome != .done)
        try fixture.sql("DROP VIEW part; CREATE VIEW part AS SELECT id, title AS name FROM place_a")
        try await fixture.advance(through: .contract)
    }

    @Test func `a view that reads both columns is set back, also by an undo that is run again`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE account (id int PRIMARY KEY, bio text);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                """,
            plan: Fixture.rename("account", "bio", "biography")
        )
        try await fixture.advance(through: .backfill)
        try fixture.sql("CREATE VIEW pair AS SELECT id, bio, biography FROM account")
        let before = try views(fixture)
        try await fixture.advance(through: .enforce)
        let record = try #require(await fixture.record())
        let undo = try #require(try fixture.engine().files(record.blueprint).load(.undo(.enforce)))
        let step = try #require(undo.steps.first { $0.title.contains("pair") })
        #expect(try fixture.value(step.done, as: Bool.self) == false)
        try await fixture.rollBack(to: .dualWriteCheck)
        #expect(try views(fixture) == before)
        // As a step would ask, with names that are all qualified.
        let connection = try fixture.database.connect()
        #expect(try connection.query(step.done).only().decode(at: 0, as: Bool.self))
    }

    @Test func `what somebody made of a view since enforce is not overwritten`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE account (id int PRIMARY KEY, bio text);
                INSERT INTO account SELECT n, 'n' || n FROM generate_series(1, 300) n;
                CREATE VIEW listed AS SELECT id, bio FROM account;
                """,
            plan: Fixture.rename("account", "bio", "biography")
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("CREATE OR REPLACE VIEW listed AS SELECT id, upper(biography) AS bio FROM account")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(
            failure?.message.contains("the view public.listed was changed since enforce: let it read bio yourself")
                == true
        )
        try fixture.sql("CREATE OR REPLACE VIEW listed AS SELECT id, upper(bio) AS bio FROM account")
        try await fixture.rollBack()
        #expect(
            try texts("SELECT pg_get_viewdef('public.listed'::regclass)", fixture).first?.contains("upper(account.bio)")
                == true
        )
    }
}
