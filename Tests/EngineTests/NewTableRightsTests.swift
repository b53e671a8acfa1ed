import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Default privileges open whatever is made; what Crossfade makes is open to those, and for that, as what it is made of was.
@Suite(.scratchDatabase, .asSuperuser("CREATE ROLE"), .timeLimit(.minutes(60)))
struct NewTableRightsTests {
    /// Roles of the server, which each case has for itself.
    private struct Roles {
        let all: String
        let some: String

        init() throws {
            let name = try ScratchDatabase.current.name
            (all, some) = ("\(name)_all", "\(name)_some")
        }
    }

    private func fixture(_ roles: Roles, _ schema: String, _ plan: String) throws -> Fixture {
        try Fixture(
            schema: """
                CREATE ROLE \(roles.all); CREATE ROLE \(roles.some);
                ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO \(roles.all), PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO \(roles.all);
                ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO \(roles.all); ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO \(roles.all);
                \(schema)
                """,
            plan: plan
        )
    }

    private func drop(_ roles: Roles, _ fixture: Fixture) {
        for role in [roles.all, roles.some] {
            do { try fixture.sql("DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)") } catch { Issue.record(error) }
        }
    }

    /// What others than the owners may do, of tables, columns, sequences, functions and the schema.
    private func rights(_ fixture: Fixture, of objects: String) throws -> [String] {
        let connection = try fixture.database.connect()
        return try connection.query(
            """
            SELECT opened FROM (SELECT object || ': ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE split_part(pg_get_userbyid(a.grantee)::text, '_', -1) END || ' ' || a.privilege_type AS opened
              FROM (SELECT c.relname::text AS object, c.relacl AS acl, c.relowner AS owner FROM pg_class c WHERE c.relnamespace = \(objects)
                    UNION ALL SELECT c.relname || '.' || t.attname, t.attacl, c.relowner FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid
                     WHERE c.relnamespace = \(objects)
                    -- A trigger's condition calls mappings as the writer; the closed schema keeps others from naming them.
                    UNION ALL SELECT proname, proacl, proowner FROM pg_proc
                     WHERE pronamespace = \(objects) AND (prorettype = 'trigger'::regtype OR proname NOT LIKE 'crossfade\\_%')
                    UNION ALL SELECT nspname, nspacl, nspowner FROM pg_namespace WHERE oid = \(objects) AND nspname = 'crossfade') o
              CROSS JOIN LATERAL aclexplode(acl) a
             WHERE a.grantee <> owner) others ORDER BY opened COLLATE "C"
            """
        ).map { try $0.decode("opened") }
    }

    @Test(arguments: KindCase.all + KindCase.placeholders)
    func `a kind opens none of its own objects to anybody`(_ test: KindCase) async throws {
        let roles = try Roles()
        let fixture = try fixture(roles, test.schema, test.plan())
        defer { drop(roles, fixture) }
        try fixture.sql(
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM \(roles.all), PUBLIC; REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM \(roles.all)"
        )
        try await fixture.advance(through: .expand)
        #expect(try rights(fixture, of: "'crossfade'::regnamespace") == [])
        #expect(try rights(fixture, of: "'public'::regnamespace") == [])
    }

    @Test func `the new table of extract_table has the rights of the old one, of its columns those of theirs`()
        async throws
    {
        let roles = try Roles()
        let fixture = try fixture(
            roles,
            """
            CREATE TABLE salary (id serial PRIMARY KEY, name text, iban text, bank text); REVOKE ALL ON salary FROM \(roles.all), PUBLIC;
            GRANT SELECT (id, name) ON salary TO \(roles.all); GRANT SELECT, INSERT ON salary TO \(roles.some);
            INSERT INTO salary (name, iban) VALUES ('a', 'DE00')
            """,
            MovedColumnsTests.plan(
                "extract_table: {from: salary, columns: [iban, bank], into: account, key: {salary: id}, id: {name: id, type: bigserial}}"
            )
        )
        defer { drop(roles, fixture) }
        try await fixture.advance(through: .backfill)
        let opened = try rights(fixture, of: "'public'::regnamespace").filter { $0.hasPrefix("account") }
        #expect(
            opened == [
                "account.salary: all SELECT", "account: some INSERT", "account: some SELECT",
                "account_id_seq: some USAGE",
            ]
        )
    }

    @Test func `a table of links has the rights of the old table, of its columns those of theirs`() async throws {
        let roles = try Roles()
        let fixture = try fixture(
            roles,
            """
            CREATE TABLE dept (id serial PRIMARY KEY); CREATE TABLE emp (id serial PRIMARY KEY, dept int REFERENCES dept);
            REVOKE ALL ON dept, emp FROM \(roles.all), PUBLIC; GRANT SELECT (id, dept), UPDATE (dept) ON emp TO \(roles.all);
            GRANT SELECT, TRUNCATE ON emp TO \(roles.some)
            """,
            MovedColumnsTests.plan(
                "link_table: {from: {table: emp, column: dept, references: dept.id}, through: {table: emp_dept, columns: {dept: A, emp: B}}}",
                acknowledge: "[old-action]"
            )
        )
        defer { drop(roles, fixture) }
        try await fixture.advance(through: .expand)
        let opened = try rights(fixture, of: "'public'::regnamespace").filter { $0.hasPrefix("emp_dept") }
        #expect(
            opened == [
                "emp_dept.A: all SELECT", "emp_dept.A: all UPDATE", "emp_dept.B: all SELECT", "emp_dept: some SELECT",
            ]
        )
    }

    @Test(arguments: [
        ("extract_table: {from: doc, columns: [body], into: made, key: {doc: id}}", "id", "doc"),
        (
            "link_table: {from: {table: doc, column: folder, references: folder.id}, through: {table: made, columns: {folder: a, doc: b}}}",
            "id", "b"
        ),
    ])
    func `under row level security the new table shows no row, until the policies are written that check says`(
        _ change: String,
        _ key: String,
        _ column: String
    ) async throws {
        let roles = try Roles()
        let fixture = try fixture(
            roles,
            """
            CREATE TABLE folder (id int PRIMARY KEY); INSERT INTO folder VALUES (1);
            CREATE TABLE doc (id int PRIMARY KEY, tenant text, body text, folder int REFERENCES folder); ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
            CREATE POLICY "own ""rows" ON doc USING (tenant = current_setting('app.tenant', true));
            CREATE POLICY new ON doc AS RESTRICTIVE FOR INSERT TO \(roles.all) WITH CHECK (tenant = 'a');
            INSERT INTO doc VALUES (1, 'a', 'of a', 1), (2, 'b', 'of b', 1)
            """,
            MovedColumnsTests.plan(change, acknowledge: "[row-security, old-action]")
        )
        defer { drop(roles, fixture) }
        let finding = try #require(try await fixture.engine().check().first { $0.id == "row-security" })
        #expect(finding.weight == .acknowledge)
        try await fixture.advance(through: .backfill)
        func rows() throws -> Int {
            let rows = try fixture.sql(
                "SET row_security = on; SET ROLE \(roles.all); SET app.tenant = 'a'; SELECT count(*) FROM made"
            ).last?.rows
            return try #require(rows).only().decode(at: 0)
        }
        #expect(try fixture.value("SELECT count(*) FROM made", as: Int.self) == 2)
        #expect(try rows() == 0)
        let statements = try #require(finding.hint?.split(separator: ": ", maxSplits: 1).last)
        try fixture.sql(String(statements))
        #expect(try rows() == 1)
        let policies: String = try fixture.value(
            "SELECT string_agg(polname || polcmd::text || polpermissive, ', ' ORDER BY polname) FROM pg_policy WHERE polrelid = 'made'::regclass"
        )
        #expect(policies == #"newafalse, own "rows*true"#)
    }

    @Test(arguments: [
        "move_columns: {from: a, to: b, columns: [v], match: {a: id}}",
        "move_relation: {from: {table: a, column: b, references: b.id}, to: {table: b, column: new, references: a.id}, on_delete: set_null}",
    ])
    func `a table that is open to more roles than the one it takes a column of is named`(_ change: String) async throws
    {
        let roles = try Roles()
        let fixture = try fixture(
            roles,
            """
            CREATE TABLE b (id int PRIMARY KEY, a int UNIQUE); CREATE TABLE a (id int PRIMARY KEY, v text, b int UNIQUE REFERENCES b ON DELETE SET NULL);
            REVOKE ALL ON a, b FROM PUBLIC; REVOKE ALL ON a FROM \(roles.all); GRANT SELECT (id) ON a TO \(roles.all); GRANT SELECT ON a, b TO \(roles.some)
            """,
            MovedColumnsTests.plan(change)
        )
        defer { drop(roles, fixture) }
        let finding = try #require(try await fixture.engine().check().first { $0.id == "wider-rights" })
        #expect(finding.message.contains("\(roles.all) (INSERT, SELECT, UPDATE)"), "\(finding.message)")
        #expect(!finding.message.contains(roles.some), "\(finding.message)")
        try fixture.sql("REVOKE ALL ON b FROM \(roles.all)")
        #expect(try await !fixture.engine().check().contains { $0.id == "wider-rights" })
    }
}
