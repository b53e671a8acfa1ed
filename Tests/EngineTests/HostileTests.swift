import Diagnostics
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What people and other tools do around a run; each was once a defect.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct HostileTests {
    private func fixture(_ schema: String, _ table: String = "t", _ from: String = "a", _ to: String = "b") throws
        -> Fixture
    {
        try Fixture(schema: schema, plan: Fixture.rename(table, from, to, retain: "7d"))
    }

    private func plan(_ name: String, _ from: String, _ to: String) throws -> Plan {
        let text = Fixture.rename("t", from, to, retain: "7d").replacing("name: rename", with: "name: \(name)")
        return try #require(PlanReader.read(SourceText(name: "\(name).yaml", text: text)).0)
    }

    @Test func `rollback of contract rebuilds a unique constraint on partitions that came since`() async throws {
        let fixture = try fixture(
            """
            CREATE TABLE t (id int, a text NOT NULL, UNIQUE (id, a)) PARTITION BY RANGE (id);
            CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1000);
            INSERT INTO t SELECT g, 'a' FROM generate_series(0, 999) g
            """
        )
        try await fixture.advance(through: .contract)
        try fixture.sql("CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (1000) TO (2000)")
        try await fixture.rollBack()
        #expect(throws: PostgresError.self) { try fixture.sql("INSERT INTO t VALUES (1500, 'a'), (1500, 'a')") }
        #expect(try fixture.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid", as: Int.self) == 0)
    }

    @Test func `char under a collation that calls different values equal does not diverge`() async throws {
        let fixture = try fixture(
            """
            CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE t (id int PRIMARY KEY, a char(5) COLLATE ci); INSERT INTO t VALUES (1, 'abc')
            """
        )
        try await fixture.advance(through: .backfill)
        try fixture.sql("UPDATE t SET a = 'ABC'")
        #expect(try fixture.value("SELECT b::text COLLATE \"C\" FROM t", as: String.self) == "ABC")
        try fixture.sql(
            "ALTER TABLE t DISABLE TRIGGER USER; UPDATE t SET a = 'aBc'; ALTER TABLE t ENABLE ALWAYS TRIGGER \"~crossfade_rename\""
        )
        #expect(try await fixture.engine().verify().violations == 1)
    }

    @Test func `a second plan on a column of one under way is refused, on other columns it is not`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, a text, c text); INSERT INTO t VALUES (1, 'x', 'y')"
        )
        try await fixture.advance(through: .expand)
        let chain = try await fixture.engine(plan: try plan("chain", "b", "z")).check()
        #expect(chain.contains { $0.id == "another-plan" })
        let other = try fixture.engine(plan: try plan("aside", "c", "d"))
        let report = try await other.advance(through: .enforce, waits: false, confirmation: .notGiven)
        #expect(report.outcome == .done)
        try await fixture.advance(through: .enforce)
    }

    @Test func `a partition dropped while the backfill is unfinished does not stop it`() async throws {
        let fixture = try fixture(
            """
            CREATE TABLE t (id int, a text) PARTITION BY RANGE (id);
            CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
            CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
            INSERT INTO t SELECT g, 'a' FROM generate_series(0, 199) g
            """
        )
        try await fixture.advance(through: .expand)
        let run = try #require(try await fixture.record()?.id)
        let step = "copy \"a\" into \"b\""
        try fixture.sql(
            """
            INSERT INTO crossfade.pass (run, step, number, relation, filenode, bound)
            SELECT \(run), '\(step)', 1, r, pg_relation_filenode(r::regclass), 1 FROM (VALUES ('"public"."t1"'), ('"public"."t2"')) v(r);
            DROP TABLE t2
            """
        )
        try await fixture.advance(through: .backfill)
        #expect(try fixture.value("SELECT count(*) FROM t WHERE b IS DISTINCT FROM a", as: Int.self) == 0)
    }

    @Test func `a row held in a savepoint is waited for`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 100) n"
        )
        try await fixture.advance(through: .expand)
        let holder = try fixture.database.connect(as: "saver")
        try holder.execute("BEGIN; SAVEPOINT s; SELECT FROM public.t WHERE id = 5 FOR UPDATE")
        let advance = Task {
            try await fixture.engine().advance(through: .backfill, waits: false, confirmation: .notGiven)
        }
        // Longer than the tries after which a row that nobody holds is called stuck.
        try await waitUntil("seven sweeps", deadline: .seconds(400)) {
            fixture.remarks.all.count { if case .blocked = $0 { true } else { false } } > 6
        }
        try holder.execute("COMMIT")
        #expect(try await advance.value.outcome == .done)
    }

    @Test func `a statistics target of zero, quoted identifiers and a second advance through the same phase`()
        async throws
    {
        let fixture = try fixture(
            "CREATE TABLE t (id int, a text); ALTER TABLE t ALTER a SET STATISTICS 0; INSERT INTO t VALUES (1, 'x')"
        )
        try fixture.sql(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database()); END $$"
        )
        try await fixture.advance(through: .enforce)
        let again = try await fixture.advance(through: .enforce)
        #expect(again.status.phase == .contract)
    }

    @Test(arguments: [
        ("CREATE TABLE t (id int, a text, crossfade_old_a text)", "reserved-name"),
        ("CREATE TYPE pair AS (x text, y text); CREATE TABLE t (id int, a pair)", "composite-type"),
    ])
    func `what could only fail later is refused before expand`(_ schema: String, _ id: String) async throws {
        let fixture = try fixture(schema)
        let findings = try await fixture.engine().check()
        #expect(findings.contains { $0.id == id && $0.weight == .refused }, "\(findings)")
    }

    @Test func `a new column dropped by hand fails the check, durably`() async throws {
        let fixture = try fixture("CREATE TABLE t (id int, a text); INSERT INTO t VALUES (1, 'x')")
        try await fixture.advance(through: .backfill)
        try fixture.sql("ALTER TABLE t DROP COLUMN b CASCADE")
        #expect(try await fixture.engine().verify().verdict == .failed)
        #expect(try await fixture.record()?.run.isBlocked == true)
    }

    @Test func `a sync trigger dropped by hand can be rolled back`() async throws {
        let fixture = try fixture("CREATE TABLE t (id int, a text); INSERT INTO t VALUES (1, 'x')")
        let before = try await fixture.dump()
        try await fixture.advance(through: .backfill)
        try fixture.sql("DROP TRIGGER \"~crossfade_rename\" ON t")
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }

    @Test(arguments: [Phase.expand, .backfill, .dualWriteCheck, .enforce])
    func `a default that is changed while both columns live fails no check, and goes along with contract`(
        _ phase: Phase
    )
        async throws
    {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, bio text DEFAULT 'first'); INSERT INTO t SELECT n FROM generate_series(1, 9) n",
            plan: Fixture.rename("t", "bio", "biography", retain: "7d")
        )
        try await fixture.advance(through: phase)
        try fixture.sql("ALTER TABLE t ALTER COLUMN bio SET DEFAULT 'second'; INSERT INTO t (id) VALUES (11)")
        #expect(try await fixture.engine().verify().verdict == .passed)
        if phase == .enforce { #expect(try await fixture.engine().gate(.contract).obstacles == []) }
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO t (id) VALUES (12)")
        #expect(try fixture.value("SELECT biography FROM t WHERE id = 12", as: String.self) == "second")
        try await fixture.rollBack(to: .enforce)
        try fixture.sql("INSERT INTO t (id) VALUES (13)")
        #expect(try fixture.value("SELECT bio || biography FROM t WHERE id = 13", as: String.self) == "secondsecond")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a prepared transaction that holds the table is named before a phase waits for it`() async throws {
        try await ScratchDatabase.onServer(with: ["max_prepared_transactions": "4"]) {
            let fixture = try Fixture(
                schema: "CREATE TABLE t (id int PRIMARY KEY, bio text); CREATE TABLE other (id int)",
                plan: Fixture.rename("t", "bio", "biography")
            )
            for (gid, table) in [("it's lost", "t"), ("elsewhere", "other")] {
                let gid = gid.replacing("'", with: "''")
                try fixture.sql("BEGIN; INSERT INTO \(table) (id) VALUES (1); PREPARE TRANSACTION '\(gid)'")
            }
            let findings = { try await fixture.engine().check().filter { $0.id == "prepared-transaction" } }
            // A transaction manager ends its own within moments.
            #expect(try await findings().isEmpty)
            try await waitUntil("it is taken for forgotten") { try await !findings().isEmpty }
            let found = try await findings()
            #expect(found.count == 1)
            #expect(found.first?.weight == .refused)
            #expect(found.first?.message.contains("the transaction 'it''s lost', prepared by ") == true, "\(found)")
            #expect(found.first?.hint?.contains("ROLLBACK PREPARED 'it''s lost'") == true, "\(found)")
            #expect(try await fixture.engine().gate(.expand).verdict == .closed)
            let lock = RelationLock(relation: try QualifiedName(parsing: "public.t"), mode: .accessExclusive)
            let blockers = try Blocker.find([lock], on: fixture.database.connect())
            #expect(blockers.map(\.text).contains { $0.hasPrefix("prepared transaction it's lost") }, "\(blockers)")
            for gid in ["it''s lost", "elsewhere"] { try fixture.sql("ROLLBACK PREPARED '\(gid)'") }
            #expect(try await fixture.engine().gate(.expand).verdict == .open)
        }
    }
}
