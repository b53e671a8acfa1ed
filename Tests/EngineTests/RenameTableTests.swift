import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A table under two names: whatever an application does, by either of them.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RenameTableTests {
    private func fixture(extra: String = "", retain: String = "7d") throws -> Fixture {
        let test = try #require(KindCase.all.first { $0.kind == "rename_table" })
        return try Fixture(schema: test.schema + extra, plan: test.plan(retain: retain))
    }

    /// The phases after which both names are there.
    static let between: [Phase] = [.expand, .backfill, .dualWriteCheck, .enforce]

    @Test(arguments: between)
    func `each kind of statement works by either name`(_ phase: Phase) async throws {
        let fixture = try fixture()
        try await fixture.advance(through: phase)
        for name in [#""Profile""#, #""UserProfile""#] {
            try fixture.sql(
                """
                INSERT INTO "User" VALUES (1001), (1002);
                INSERT INTO \(name) (bio, "userId") VALUES ('one', 1001) RETURNING id, bio;
                INSERT INTO \(name) ("userId") VALUES (1002);
                SELECT crossfade.require(currval('"Profile_id_seq"') = (SELECT max(id) FROM \(name)), 'currval');
                INSERT INTO \(name) (bio, "userId") VALUES ('again', 1001) ON CONFLICT ("userId") DO UPDATE SET bio = excluded.bio;
                INSERT INTO \(name) (bio, "userId") VALUES ('never', 1001) ON CONFLICT DO NOTHING;
                UPDATE \(name) SET bio = DEFAULT WHERE "userId" = 1001;
                SELECT crossfade.require((SELECT bio FROM \(name) WHERE "userId" = 1001) = 'none', 'DEFAULT through \(phase.rawValue)');
                SELECT crossfade.require((SELECT bio FROM \(name) WHERE "userId" = 1002) = 'none', 'an omitted column');
                UPDATE \(name) p SET bio = 'u ' || u.id FROM "User" u WHERE u.id = p."userId" AND u.id = 1001;
                WITH gone AS (DELETE FROM \(name) WHERE "userId" = 1002 RETURNING id) SELECT count(*) FROM gone;
                SELECT * FROM \(name) WHERE "userId" = 1001 FOR UPDATE;
                DELETE FROM \(name) p USING "User" u WHERE u.id = p."userId" AND u.id = 1001;
                DELETE FROM "User" WHERE id > 1000;
                """
            )
        }
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    /// Updatable all the same, so that nothing but its definition tells.
    @Test(arguments: [Phase.expand, .enforce], ["WHERE id > 0", "ORDER BY id", "OFFSET 0"])
    func `a view that a person has made another query of is told`(_ phase: Phase, _ clause: String) async throws {
        let fixture = try fixture()
        try await fixture.advance(through: phase)
        let names = phase == .expand ? (view: "UserProfile", table: "Profile") : (view: "Profile", table: "UserProfile")
        try fixture.sql("CREATE OR REPLACE VIEW \"\(names.view)\" AS SELECT * FROM \"\(names.table)\" \(clause)")
        let report = try await fixture.engine().verify()
        let samples = report.checks.filter { $0.verdict == .failed }.flatMap(\.samples)
        #expect(
            report.verdict == .failed && samples.contains { $0.contains("the view is another query") },
            "\(samples)"
        )
    }

    @Test(.asSuperuser("SET ROLE"), arguments: between)
    func `the same roles have the same rights by either name`(_ phase: Phase) async throws {
        let fixture = try fixture(
            extra: """
                ;GRANT SELECT ON "Profile" TO pg_monitor; GRANT UPDATE (bio) ON "Profile" TO pg_monitor;
                ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;
                """
        )
        try await fixture.advance(through: phase)
        for name in [#""Profile""#, #""UserProfile""#] {
            try fixture.sql("SET ROLE pg_monitor; SELECT bio FROM \(name); UPDATE \(name) SET bio = 'x' WHERE id = 1")
            for refused in [
                "DELETE FROM \(name)", "UPDATE \(name) SET \"userId\" = 1", "INSERT INTO \(name) DEFAULT VALUES",
            ] {
                let error = #expect(throws: PostgresError.self) { try fixture.sql("SET ROLE pg_monitor; \(refused)") }
                #expect(error?.sqlState == .insufficientPrivilege, "\(refused): \(String(describing: error))")
            }
        }
    }

    @Test func `verify sees a view that lost a right, a default or a column`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        for (damage, repair) in [
            (#"GRANT SELECT ON "Profile" TO PUBLIC"#, #"REVOKE SELECT ON "Profile" FROM PUBLIC"#),
            (
                #"ALTER VIEW "Profile" ALTER bio DROP DEFAULT"#,
                #"ALTER VIEW "Profile" ALTER bio SET DEFAULT 'none'::text"#
            ),
            (#"ALTER TABLE "UserProfile" ADD x int"#, #"ALTER TABLE "UserProfile" DROP x"#),
            (#"CREATE RULE r AS ON DELETE TO "Profile" DO INSTEAD NOTHING"#, #"DROP RULE r ON "Profile""#),
        ] {
            try fixture.sql(damage)
            #expect(try await fixture.engine().verify().verdict == .failed, "\(damage)")
            try fixture.sql(repair)
            #expect(try await fixture.engine().verify().verdict == .passed, "\(repair)")
        }
    }

    /// After which phase, and whether the run goes on before it is rolled back.
    static let saidOfView: [(Phase, Bool)] =
        [(.expand, true), (.enforce, false)] + (TestTier.isExhaustive ? [(.expand, false), (.enforce, true)] : [])

    /// What a role is given, or loses, by the name that is the view is the table's, whichever way the run ends.
    @Test(arguments: saidOfView)
    func `what is said of the view is done to the table`(_ phase: Phase, _ goesOn: Bool) async throws {
        let fixture = try fixture(
            extra:
                #";GRANT SELECT, DELETE ON "Profile" TO pg_monitor; GRANT UPDATE ON "Profile" TO pg_monitor WITH GRANT OPTION;"#
        )
        try await fixture.advance(through: phase)
        let view = phase == .expand ? #""UserProfile""# : #""Profile""#
        try fixture.sql(
            """
            REVOKE DELETE ON \(view) FROM pg_monitor; REVOKE GRANT OPTION FOR UPDATE ON \(view) FROM pg_monitor;
            GRANT INSERT ON \(view) TO pg_monitor; GRANT SELECT ON \(view) TO PUBLIC;
            ALTER TABLE \(view) ALTER bio DROP DEFAULT; COMMENT ON VIEW \(view) IS 'people';
            """
        )
        #expect(try await fixture.engine().verify().verdict == .failed)
        // The check that failed does not keep it from being carried over.
        if goesOn { try await fixture.advance(through: phase == .expand ? .backfill : .contract) }
        try await fixture.rollBack()
        let rights = try fixture.value(
            """
            SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END || ' ' || x.privilege_type
                     || ' ' || x.is_grantable, ', ')
              FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) x WHERE c.oid = '"Profile"'::regclass AND x.grantee <> c.relowner
            """,
            as: String.self
        )
        let expected = [
            "PUBLIC SELECT false", "pg_monitor INSERT false", "pg_monitor SELECT false", "pg_monitor UPDATE false",
        ]
        #expect(rights.split(separator: ", ").map(String.init).sorted() == expected)
        let rest = try fixture.value(
            """
            SELECT obj_description('"Profile"'::regclass, 'pg_class') || ' ' || atthasdef FROM pg_attribute
             WHERE attrelid = '"Profile"'::regclass AND attname = 'bio'
            """,
            as: String.self
        )
        #expect(rest == "people false")
    }

    /// PostgreSQL would refuse to drop the view half-way, or drop them with it.
    @Test func `what is made on the view, and another name of either, is told with its statement`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        let shape = try CatalogShape(fixture.database)
        let enforced = try shape.read()
        for (act, remedy) in [
            (#"CREATE VIEW over AS SELECT id FROM "Profile""#, "DROP VIEW public.over"),
            (#"CREATE MATERIALIZED VIEW kept AS SELECT id FROM "Profile""#, "DROP MATERIALIZED VIEW public.kept"),
            (
                #"CREATE FUNCTION rows() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM "Profile"; END"#,
                "DROP FUNCTION public.rows()"
            ),
            (#"CREATE RULE loud AS ON DELETE TO "Profile" DO ALSO NOTHING"#, #"DROP RULE loud on public."Profile""#),
        ] {
            try fixture.sql(act)
            let findings = try await fixture.engine().check()
            #expect(findings.contains { $0.weight == .refused && $0.hint?.contains(remedy) == true }, "\(findings)")
            let refusal = await #expect(throws: Failure.self) { try await fixture.rollBack() }
            #expect(refusal?.code == .refused)
            #expect(refusal?.hint?.contains(remedy) == true, "\(String(describing: refusal))")
            try fixture.sql(remedy)
        }
        for (act, remedy) in [
            (#"ALTER TABLE "UserProfile" RENAME TO other"#, #"ALTER TABLE "public"."other" RENAME TO "UserProfile""#),
            (#"ALTER VIEW "Profile" RENAME TO other"#, #"ALTER TABLE "public"."other" RENAME TO "Profile""#),
        ] {
            try fixture.sql(act)
            let advance = await #expect(throws: Failure.self) { try await fixture.advance(through: .contract) }
            #expect(advance?.hint == remedy, "\(String(describing: advance))")
            let refusal = await #expect(throws: Failure.self) { try await fixture.rollBack() }
            #expect(refusal?.code == .refused)
            #expect(refusal?.hint?.contains(remedy) == true, "\(String(describing: refusal))")
            try fixture.sql(remedy)
        }
        #expect(try shape.read() == enforced)
        try await fixture.rollBack()
    }

    @Test(arguments: [
        (
            #"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 -- Profile'"#, "f()",
            Finding.Weight.blocksContract
        ),
        (#"CREATE TABLE "UserProfile" ()"#, "UserProfile is needed", .refused),
        (#"CREATE INDEX "UserProfile_pkey" ON note (id)"#, "UserProfile_pkey is needed", .refused),
        (#"CREATE RULE r AS ON DELETE TO "Profile" DO ALSO NOTHING"#, "rule r", .refused),
        (#"CREATE PUBLICATION p FOR TABLE "Profile""#, "published by p", .acknowledge),
        (
            #"ALTER TABLE "Profile" ENABLE ROW LEVEL SECURITY; GRANT SELECT (id) ON "Profile" TO pg_monitor"#,
            "single columns", .refused
        ),
    ])
    func `what stands against it is named`(_ sql: String, _ message: String, _ weight: Finding.Weight) async throws {
        let findings = try await fixture(extra: ";" + sql + ";").engine().check()
        #expect(findings.contains { $0.weight == weight && $0.message.contains(message) }, "\(findings.map(\.message))")
    }

    @Test func `clients of both versions work through all phases and back: nothing fails, no row is lost`() async throws
    {
        let fixture = try fixture()
        let old = (0..<3).map { TableClient(slot: $0, table: #"public."Profile""#, database: fixture.database) }
        var running = old.map { client in Task { try await client.run() } }
        try await fixture.advance(through: .expand)
        let new = (3..<6).map { TableClient(slot: $0, table: #"public."UserProfile""#, database: fixture.database) }
        running += new.map { client in Task { try await client.run() } }
        try await fixture.advance(through: .enforce)
        try await Task.sleep(for: .seconds(1))
        try await fixture.rollBack(to: .expand)
        try await fixture.advance(through: .enforce)
        old.forEach { $0.stop() }
        for task in running.prefix(3) { #expect(try await task.value.failures == []) }
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .milliseconds(500))
        try await fixture.rollBack(to: .enforce)
        try await Task.sleep(for: .milliseconds(500))
        new.forEach { $0.stop() }
        var rows: Set<Int> = []
        for task in running {
            let account = try await task.value
            #expect(account.failures == [])
            #expect(account.statements > 20)
            rows.formUnion(account.rows)
        }
        let found = try fixture.database.connect().query(#"SELECT id FROM public."Profile" WHERE "userId" > 1000"#).map
        {
            try $0.decode("id", as: Int.self)
        }
        #expect(Set(found) == rows)
    }
}

/// An application that adds, changes and deletes rows of a table by one of its names.
final private class TableClient: Sendable {
    struct Account: Sendable {
        var statements = 0
        var failures: [String] = []
        var rows: Set<Int> = []
    }

    private let slot: Int
    private let table: String
    private let database: ScratchDatabase
    private let end = StopSwitch()

    init(slot: Int, table: String, database: ScratchDatabase) {
        self.slot = slot
        self.table = table
        self.database = database
    }

    func stop() { end.turnOff() }

    func run() async throws -> Account {
        let session = try await database.session(as: "client")
        var account = Account()
        var turn = 0
        while !end.isOff {
            turn += 1
            let (table, user, row) = (table, (slot + 1) * 100_000 + turn, account.rows.randomElement())
            do {
                let id: Int? = try await session.run { connection in
                    if let row, user % 3 == 0 {
                        guard try connection.query("DELETE FROM \(table) WHERE id = $1", [row]).affected == 1 else {
                            throw Failure(.failed, "row \(row) was not deleted", hint: nil)
                        }
                        return nil
                    }
                    if let row, user % 3 == 1 {
                        let found = try connection.query(
                            "UPDATE \(table) SET bio = $2 WHERE id = $1 RETURNING bio",
                            [row, "bio \(user)"]
                        ).only().decode(at: 0, as: String.self)
                        guard found == "bio \(user)" else { throw Failure(.failed, "read \(found)", hint: nil) }
                        return row
                    }
                    _ = try connection.query("INSERT INTO public.\"User\" VALUES ($1)", [user])
                    return try connection.query("INSERT INTO \(table) (\"userId\") VALUES ($1) RETURNING id", [user])
                        .only().decode("id")
                }
                if let id { account.rows.insert(id) } else if let row { account.rows.remove(row) }
            } catch {
                account.failures.append("\(table): \(error)")
                return account
            }
            account.statements += 1
            try await Task.sleep(for: .milliseconds(2))
        }
        await session.close()
        return account
    }
}
