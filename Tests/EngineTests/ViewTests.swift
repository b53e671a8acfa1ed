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
    static let everything = """
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

    static func retype(_ retain: String = "7d") -> String {
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

    @Test(.asSuperuser("OWNER TO pg_read_all_stats")) func `a rename ends with the views of a plain rename`()
        async throws
    {
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

    @Test(.asSuperuser("OWNER TO pg_read_all_stats"))
    func `a view whose column changes type is created anew with all that it had`() async throws {
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
