import Diagnostics
import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The copy of the rows: by blocks and by key, leaf by leaf, round locked rows, down to the row to blame.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct BackfillTests {
    private static func plan(_ table: String, backfill: String) -> String {
        """
        version: 1
        name: rename
        change:
          rename_column: {table: \(table), from: bio, to: biography}
        acknowledge: [user-triggers]
        phases:
          backfill: {\(backfill)}
          dual_write_check: {observe: 0s, min_writes: 0}
        """
    }

    /// Every copy of a row takes a millisecond.
    private static let slow = """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$;
        CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slow();
        """

    private func uncopied(_ fixture: Fixture, _ table: String) throws -> Int {
        try fixture.value("SELECT count(*) FROM \(table) WHERE biography IS DISTINCT FROM bio")
    }

    // MARK: - Order

    @Test(arguments: [
        ("\"id\" int, k text, PRIMARY KEY (id)", "n, 'k'"),
        ("\"a'b\" int, \"C\" text COLLATE \"C\", PRIMARY KEY (\"C\", \"a'b\")", "n % 50, E'x\\\\\"{' || n / 50"),
        ("id uuid PRIMARY KEY, k int", "md5(n::text)::uuid, 1"),
        (
            "id timestamptz, k numeric, PRIMARY KEY (k, id)",
            "'2024-01-01'::timestamptz + n * interval '1 us', n % 7 + 0.10"
        ),
    ])
    func `by key every row is copied once, whatever the key`(_ columns: String, _ values: String) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (\(columns), bio text);
                INSERT INTO t SELECT \(values), 'bio ' || n FROM generate_series(1, 20000) n; ANALYZE t;
                """,
            plan: Self.plan("t", backfill: "order: key, chunk_target: 10ms, workers: 3, latency_budget: off")
        )
        try await fixture.advance(through: .backfill)
        #expect(try uncopied(fixture, "t") == 0)
        #expect(try fixture.value("SELECT sum(rows) FROM crossfade.chunk", as: Int.self) == 20000)
        #expect(try fixture.value("SELECT count(*) > 3 FROM crossfade.chunk WHERE upto_key IS NOT NULL", as: Bool.self))
    }

    @Test func `by key without a key is refused before anything is done`() async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (bio text); INSERT INTO t SELECT 'x' FROM generate_series(1, 10)",
            plan: Self.plan("t", backfill: "order: key, latency_budget: off")
        )
        await #expect { try await fixture.advance(through: .backfill) } throws: { error in
            (error as? Failure)?.message.contains("has no primary key") == true
        }
    }

    /// One leaf keeps the worker that copies it, until the other leaf is copied.
    @Test(arguments: [("t0", "t1"), ("t1", "t0")])
    func `leaves of a partitioned table are copied side by side`(_ kept: String, _ other: String) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int, bio text) PARTITION BY HASH (id);
                CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
                CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1);
                INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 2000) n; ANALYZE t;
                CREATE TABLE kept (leaf name); INSERT INTO kept VALUES ('\(kept)');
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  WHILE EXISTS (SELECT FROM public.kept WHERE leaf = TG_TABLE_NAME) LOOP PERFORM pg_sleep(0.01); END LOOP;
                  RETURN NEW;
                END $$;
                CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION keep();
                """,
            plan: Self.plan("t", backfill: "chunk_target: 10ms, workers: 2, latency_budget: off")
        )
        async let advanced: Void = { _ = try await fixture.advance(through: .backfill) }()
        try await waitUntil("\(other) to be copied beside \(kept)", deadline: .seconds(120)) {
            // The column is there once expand is over.
            try fixture.value("SELECT to_regclass('crossfade.pass') IS NOT NULL", as: Bool.self)
                && fixture.value("SELECT count(*) > 0 FROM crossfade.pass", as: Bool.self)
                && uncopied(fixture, other) == 0
        }
        #expect(try uncopied(fixture, kept) == fixture.value("SELECT count(*) FROM \(kept)", as: Int.self))
        try fixture.sql("DELETE FROM kept")
        try await advanced
        #expect(try uncopied(fixture, "t") == 0)
    }

    // MARK: - Rows that turn the copy away

    private static let refused = """
        CREATE TABLE t (id int PRIMARY KEY, bio text, pad text DEFAULT repeat('x', 50));
        INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 5000) n;
        UPDATE t SET bio = 'bad' WHERE id IN (77, 4001);
        ALTER TABLE t ADD CONSTRAINT good CHECK (bio <> 'bad') NOT VALID; ANALYZE t;
        """

    @Test(arguments: ["blocks", "key"])
    func `a row that violates a constraint is found and named, and everything else is copied`(_ order: String)
        async throws
    {
        let fixture = try Fixture(
            schema: Self.refused,
            plan: Self.plan("t", backfill: "order: \(order), chunk_target: 50ms, workers: 2")
        )
        try await fixture.advance(through: .expand)
        await #expect { try await fixture.advance(through: .backfill) } throws: { error in
            guard let failure = error as? Failure else { return false }
            return failure.code == .closed && failure.message.contains("id=77") && failure.message.contains("id=4001")
                && failure.message.contains("23514") && failure.hint?.contains("crossfade advance rename") == true
        }
        #expect(try fixture.value("SELECT count(*) FROM t WHERE biography = bio", as: Int.self) == 4998)
        #expect(try fixture.value("SELECT sum(rows) FROM crossfade.chunk", as: Int.self) == 4998)
        #expect(
            try fixture.value("SELECT string_agg(DISTINCT key, ' ' ORDER BY key) FROM crossfade.rejection")
                == "id=4001 id=77"
        )
        let status = try await fixture.engine().status()
        #expect(status.backfill?.rejected == 2)

        try fixture.sql("UPDATE t SET bio = 'mended' WHERE id IN (77, 4001)")
        try await fixture.advance(through: .backfill)
        #expect(try uncopied(fixture, "t") == 0)
    }

    @Test func `when every row is wrong the copy is given up, with examples`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, bio text);
                INSERT INTO t SELECT n, 'bad' FROM generate_series(1, 3000) n;
                ALTER TABLE t ADD CONSTRAINT good CHECK (bio <> 'bad') NOT VALID; ANALYZE t;
                """,
            plan: Self.plan("t", backfill: "chunk_target: 50ms")
        )
        await #expect { try await fixture.advance(through: .backfill) } throws: { error in
            (error as? Failure)?.code == .closed
        }
        let rejected = try fixture.value("SELECT count(*) FROM crossfade.rejection", as: Int.self)
        #expect(rejected >= ChunkCopier.rejectionLimit && rejected < 2000)
    }

    // MARK: - Locked rows

    @Test func `a row held throughout delays nobody, and is copied when it is free`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, bio text, n int DEFAULT 0);
                INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 20000) n; ANALYZE t;
                """,
            plan: Self.plan("t", backfill: "chunk_target: 10ms")
        )
        try await fixture.advance(through: .expand)
        let holder = try fixture.database.connect(as: "holder")
        try holder.execute("BEGIN; UPDATE public.t SET n = 1 WHERE id = 500")
        let running = Task { try await fixture.advance(through: .backfill) }
        try await waitUntil("all other rows to be copied", deadline: .seconds(90)) {
            try fixture.value("SELECT count(*) FROM t WHERE biography IS NULL", as: Int.self) == 1
        }
        let writer = try fixture.database.connect(as: "writer")
        try writer.execute("SET lock_timeout = '500ms'; UPDATE public.t SET n = 2 WHERE id <> 500")
        try await waitUntil("the holder to be named", deadline: .seconds(90)) {
            fixture.remarks.all.contains {
                if case .blocked(_, let who, _) = $0 { "\(who)".contains("holder") } else { false }
            }
        }
        try holder.execute("COMMIT")
        _ = try await running.value
        #expect(try uncopied(fixture, "t") == 0)
    }

    // MARK: - Pace

    @Test func `the pace may be edited while it runs, and the change is in the event log`() async throws {
        let text = { (workers: Int) in Self.plan("t", backfill: "chunk_target: 10ms, workers: \(workers)") }
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, bio text, pad text DEFAULT repeat('x', 1500));
                INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 6000) n; ANALYZE t;
                -- Rows enough are left for the fourth worker, however long the machine takes to begin it.
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  PERFORM pg_sleep(CASE WHEN (SELECT count(DISTINCT worker) FROM crossfade.chunk) < 4 THEN 0.02 ELSE 0 END);
                  RETURN NEW;
                END $$;
                CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slow();
                """,
            plan: text(1)
        )
        try await fixture.advance(through: .expand)
        let edited = PlanReader.read(SourceText(name: fixture.plan.source.name, text: text(4))).0
        var engine = try fixture.engine()
        engine = PlanEngine(plan: engine.plan, workspace: engine.workspace.rereading { edited })
        _ = try await engine.advance(through: .backfill, waits: false, confirmation: .notGiven)
        let workers = try fixture.value("SELECT count(DISTINCT worker) FROM crossfade.chunk", as: Int.self)
        #expect(workers == 4)
        let event = try fixture.value(
            "SELECT message FROM crossfade.event WHERE kind = 'pace changed'",
            as: String.self
        )
        #expect(event == "workers 1 -> 4")
    }

    @Test(arguments: [("blocks", "key"), ("key", "blocks")])
    func `a pass that was stopped goes on in another order, when the plan asks for that now`(
        _ first: String,
        _ second: String
    )
        async throws
    {
        let text = { (order: String) in Self.plan("t", backfill: "chunk_target: 10ms, workers: 2, order: \(order)") }
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, bio text, pad text DEFAULT repeat('x', 1500));
                INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 3000) n; ANALYZE t;
                \(Self.slow)
                """,
            plan: text(first)
        )
        try await fixture.advance(through: .expand)
        let stopped = try fixture.engine()
        let running = Task { try await stopped.advance(through: .backfill, waits: false, confirmation: .notGiven) }
        try await waitUntil("some chunks", deadline: .seconds(90)) {
            try fixture.value("SELECT count(*) > 2 FROM crossfade.chunk WHERE status = 'done'", as: Bool.self)
        }
        stopped.workspace.interruption.request()
        await #expect { _ = try await running.value } throws: { ($0 as? Failure)?.code == .interrupted }
        let edited = try #require(PlanReader.read(SourceText(name: fixture.plan.source.name, text: text(second))).0)
        let report = try await fixture.engine(plan: edited)
            .advance(through: .backfill, waits: false, confirmation: .notGiven)
        #expect(report.outcome == .done)
        #expect(try uncopied(fixture, "t") == 0)
    }

    @Test func `who takes a plan waits for what former holders have under way, and says so when it takes too long`()
        async throws
    {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, bio text); INSERT INTO t VALUES (1, 'x')",
            plan: Self.plan("t", backfill: "workers: 1")
        )
        try await fixture.advance(through: .expand)
        let token: String = try fixture.value("SELECT token FROM crossfade.lease")
        // An assistant's transaction under the lease that was given back.
        let assistant = try fixture.database.connect(as: "assistant")
        try assistant.execute(
            "BEGIN; SELECT pg_advisory_xact_lock_shared(hashtext('crossfade.lease'), hashtext('\(token)'))"
        )
        for _ in 1...2 {
            await #expect { try await fixture.advance(through: .backfill) } throws: {
                ($0 as? Failure)?.code == .tryAgain
            }
        }
        try assistant.execute("COMMIT")
        try await fixture.advance(through: .backfill)
    }

    // MARK: - Partitions that go

    @Test(arguments: ["blocks", "key"])
    func `a partition dropped while its rows are copied does not stop the backfill`(_ order: String) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, bio text) PARTITION BY RANGE (id);
                CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1000);
                CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (1000) TO (9000);
                INSERT INTO t SELECT n, repeat('bio ', 50) || n FROM generate_series(1, 8000) n;
                \(Self.slow)
                """,
            plan: Self.plan(
                "t",
                backfill: "chunk_target: 20ms, workers: 1, vacuum: off, latency_budget: off, order: \(order)"
            )
        )
        try await fixture.advance(through: .expand)
        let detached = "ALTER TABLE public.t DETACH PARTITION public.t2"
        let running = Task { try await fixture.advance(through: .backfill, changed: [detached]) }
        let watcher = try fixture.database.connect()
        let begun = """
            SELECT coalesce(sum(c.rows), 0) > 50 AS begun FROM crossfade.chunk c JOIN crossfade.pass p ON p.id = c.pass
             WHERE p.relation LIKE '%t2%'
            """
        try await waitUntil("rows of the partition to be copied", deadline: .seconds(240)) {
            try await Task.sleep(for: .milliseconds(50))
            return try watcher.query(begun).only().decode("begun")
        }
        try fixture.sql("ALTER TABLE t DETACH PARTITION t2; DROP TABLE t2")
        _ = try await running.value
        #expect(try uncopied(fixture, "t") == 0)
        #expect(try fixture.value("SELECT count(*) FROM t") == 999)
    }

    // MARK: - Room for sessions

    @Test(
        .asSuperuser("CREATE ROLE"),
        .enabled(if: ProcessInfo.processInfo.environment["CROSSFADE_TEST_DATABASE"] ?? "" == "", "makes a role")
    )
    func `more workers than the role may have sessions: those that have one copy every row`() async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, bio text); INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 3000) n;"
                + Self.slow,
            plan: Self.plan("t", backfill: "chunk_target: 50ms, workers: 16, vacuum: off, latency_budget: off")
        )
        let role = "\(fixture.database.name)_role"
        try fixture.sql(
            """
            CREATE ROLE \(role) LOGIN CONNECTION LIMIT 8; ALTER TABLE t OWNER TO \(role);
            GRANT CREATE ON DATABASE \(fixture.database.name) TO \(role); GRANT CREATE ON SCHEMA public TO \(role);
            """
        )
        let url = fixture.database.url.replacing("user=postgres", with: "user=\(role)")
        try #require(url != fixture.database.url)
        let engine = PlanEngine(
            plan: fixture.plan,
            workspace: Workspace(
                target: ConnectionTarget(url: url, environment: [:]),
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: 1),
                remark: fixture.remarks.append
            )
        )
        let report = try await engine.advance(through: .backfill, waits: false, confirmation: .notGiven)
        #expect(report.outcome == .done)
        #expect(try uncopied(fixture, "t") == 0)
        #expect(
            fixture.remarks.all.contains {
                if case .notice(let text) = $0 { text.contains("has no connection") } else { false }
            }
        )
        try fixture.sql("REASSIGN OWNED BY \(role) TO CURRENT_USER; DROP OWNED BY \(role); DROP ROLE \(role)")
    }
}

extension Workspace {
    /// The same, with another answer when the plan is read again.
    func rereading(_ read: @escaping @Sendable () throws -> Plan?) -> Workspace {
        var copy = self
        copy.rereadPlan = read
        return copy
    }
}
