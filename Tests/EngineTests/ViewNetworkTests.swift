import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Views that are dropped and created as a column changes its type: those that read each other, and those that join by the column.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ViewNetworkTests {
    private func views(_ fixture: Fixture) throws -> [String] { try texts(ViewTests.everything, fixture) }

    private func texts(_ query: String, _ fixture: Fixture) throws -> [String] {
        let connection = try fixture.database.connect()
        return try connection.query(query).map { try $0.decode(at: 0) }
    }

    @Test(.asSuperuser("OWNER TO pg_read_all_stats"))
    func `views of a view whose column changes type are created anew with it`() async throws {
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
            plan: ViewTests.retype()
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
            plan: ViewTests.retype()
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
            plan: ViewTests.retype()
        )
        let findings = try await fixture.engine().check().filter { $0.id == "view" }
        #expect(findings.map(\.message) == ["view public.beside reads id", "view public.lower reads id"])
        #expect(findings.map(\.weight) == [.carried, .blocksContract])
        #expect(findings.last?.hint?.hasSuffix(reason) == true, "\(findings)")
    }

    /// To give it to its owner again takes the owner's right, too.
    @Test(
        .asSuperuser("CREATE ROLE"),
        arguments: [
            ("", "", "role %1 may not create objects in the schema reports"),
            ("GRANT CREATE ON SCHEMA reports TO %1", "", nil),
            (
                "GRANT CREATE ON SCHEMA reports TO %1", "ALTER VIEW reports.listed OWNER TO %2",
                "its owner may not create objects in the schema reports"
            ),
            (
                "GRANT CREATE ON SCHEMA reports TO %1, %2", "ALTER VIEW reports.listed OWNER TO %2", nil
            ),
        ] as [(String, String, String?)]
    )
    func `one that the role could not create again where it is keeps contract closed`(
        _ right: String,
        _ owner: String,
        reason: String?
    ) async throws {
        let roles = ["one", "two"].map { "r_\((try? ScratchDatabase.current.name) ?? "")_\($0)" }
        func named(_ text: String) -> String {
            text.replacing("%1", with: roles[0]).replacing("%2", with: roles[1])
        }
        let fixture = try Fixture(
            schema: """
                CREATE ROLE \(roles[0]); CREATE ROLE \(roles[1]); GRANT \(roles[1]) TO \(roles[0]);
                CREATE SCHEMA reports; GRANT USAGE ON SCHEMA reports TO \(roles[0]);
                DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO \(roles[0])', current_database()); END $$;
                CREATE TABLE account (id int PRIMARY KEY, name text);
                CREATE VIEW reports.listed AS SELECT id FROM account;
                ALTER TABLE account OWNER TO \(roles[0]); ALTER VIEW reports.listed OWNER TO \(roles[0]);
                \(named(right)); \(named(owner));
                """,
            plan: ViewTests.retype()
        )
        let connection = try fixture.database.connect()
        try connection.execute("SET ROLE \(roles[0])")
        let findings = try connection.rolledBack { connection in
            let table = try RelationLookup(connection).find(
                QualifiedName(schema: Identifier("public"), name: Identifier("account"))
            )
            let column = ViewReader.Replacement(
                old: try Identifier("id"),
                new: try Identifier("new"),
                type: "bigint",
                isThere: false
            )
            return try ViewReader(connection, table).read([column]).flatMap(\.findings)
        }
        #expect(findings.map(\.weight) == [reason == nil ? .carried : .blocksContract])
        if let reason { #expect(findings.first?.hint?.hasSuffix(named(reason)) == true, "\(findings)") }
        try connection.execute("RESET ROLE")
        for role in roles { try fixture.sql("DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)") }
    }
}
