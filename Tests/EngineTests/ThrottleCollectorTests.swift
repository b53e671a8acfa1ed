import Cluster
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Sees a scratch database as a monitor does, as the superuser or as a role that may see nothing of others.
private struct Outlook {
    let place: Watchpoint
    let role: String?

    /// With `role: true` as a role that was made for the case.
    init(table: String = "public.t", role isOrdinary: Bool = false) throws {
        let database = try ScratchDatabase.current
        var url = database.url
        var role: String?
        if isOrdinary {
            let name = "\(database.name)_role"
            try database.connect().execute("CREATE ROLE \(name) LOGIN")
            url = url.contains("user=postgres") ? url.replacing("user=postgres", with: "user=\(name)") : url
            role = name
        }
        self.role = role
        let target = ConnectionTarget(url: url, environment: [:])
        place = Watchpoint(
            session: MonitorSession {
                try await Session.open(target, SessionOptions(applicationName: "crossfade/rename/monitor"))
            },
            plan: "rename",
            table: TableTree(try QualifiedName(parsing: table))
        )
    }

    func close() async throws {
        await place.session.close()
        if let role { try ScratchDatabase.current.connect().execute("DROP ROLE \(role)") }
    }
}

private let isOwnServer = ProcessInfo.processInfo.environment["CROSSFADE_TEST_DATABASE"] ?? "" == ""

@Suite(
    .load(.quiet),
    .scratchDatabase,
    .asSuperuser("CREATE ROLE, replication slots"),
    .timeLimit(.minutes(60)),
    .enabled(if: isOwnServer)
)
struct ThrottleCollectorTests {
    private func sql(_ script: String) throws {
        let connection = try ScratchDatabase.current.connect()
        try connection.execute("SET search_path = public")
        try connection.execute(script)
    }

    private func reading(_ collector: some SignalCollector, _ settings: ThrottleSettings = .off) async throws
        -> SignalReading
    {
        var collector = collector
        return try #require(try await collector.read(settings))
    }

    // MARK: - Sessions

    @Test func `sessions that work count as active, and the plan's own do not`() async throws {
        let outlook = try Outlook()
        let database = try ScratchDatabase.current
        let before = try #require(try await reading(ActiveSessionCollector(place: outlook.place)).value)
        let theirs = try await database.session(as: "application")
        let ours = try await database.session(as: "crossfade/rename/backfill-1")
        let work = [theirs, ours].map { session in
            Task { _ = try await session.run { try $0.query("SELECT pg_sleep(3)") } }
        }
        try await waitUntil("a session to be active") {
            try await reading(ActiveSessionCollector(place: outlook.place)).text != "0 active sessions"
        }
        // Other cases of this process share the server.
        #expect(try await reading(ActiveSessionCollector(place: outlook.place)).value != nil)
        #expect(before >= 0)
        let mine: Int = try database.connect().query(
            """
            SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
              AND application_name IN ('application', 'crossfade/rename/backfill-1')
            """
        ).only().decode("count")
        #expect(mine == 2)
        for task in work { task.cancel() }
        try await outlook.close()
    }

    @Test func `without privileges the number of active sessions has bounds`() async throws {
        let outlook = try Outlook(role: true)
        let database = try ScratchDatabase.current
        let theirs = try database.connect(as: "application")
        guard case .measured(let found) = try await reading(ActiveSessionCollector(place: outlook.place)) else {
            Issue.record("no measurement")
            return
        }
        #expect(found.most >= found.least + 1)
        #expect(found.total == 800)
        #expect(found.hidden.contains("does not see"))
        theirs.close()
        try await outlook.close()
    }

    @Test(arguments: [false, true])
    func `a request that waits for the table or a row of a partition is counted`(isOrdinary: Bool) async throws {
        try sql(
            """
            CREATE TABLE t (id int, n int) PARTITION BY LIST (id);
            CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 1); CREATE TABLE other ()
            """
        )
        let outlook = try Outlook(role: isOrdinary)
        let collector = LockWaitCollector(place: outlook.place)
        let database = try ScratchDatabase.current
        #expect(try await reading(collector).value == 0)
        let holder = try database.connect()
        try holder.execute("BEGIN; UPDATE public.t SET n = 2; LOCK TABLE public.other")
        var waiting: [Task<Void, any Error>] = []
        func wait(_ script: String, as name: String = "application") async throws {
            let session = try await database.session(as: name)
            waiting.append(Task { _ = try await session.run { try $0.execute(script) } })
        }
        try await wait("UPDATE public.t SET n = 3")
        try await wait("BEGIN; LOCK TABLE public.t1 IN ACCESS EXCLUSIVE MODE; ROLLBACK")
        try await wait("BEGIN; LOCK TABLE public.other; ROLLBACK")
        try await wait("BEGIN; LOCK TABLE public.t1 IN SHARE MODE; ROLLBACK", as: "crossfade/rename/backfill-1")
        try await waitUntil("four requests to wait") {
            try database.connect().query(
                """
                SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT granted AND datname = current_database()
                   AND waitstart < clock_timestamp() - interval '400 ms'
                """
            ).count == 4
        }
        let found = try await reading(collector)
        #expect(found.value == 2)
        #expect(found.text == "2 lock requests waiting on the table")
        try holder.execute("ROLLBACK")
        holder.close()
        try await waitUntil("none to wait") { try await reading(collector).value == 0 }
        for task in waiting { task.cancel() }
        try await outlook.close()
    }

    // MARK: - Transactions

    @Test func `the oldest transaction is found, with its age`() async throws {
        let outlook = try Outlook()
        let database = try ScratchDatabase.current
        #expect(try await reading(OldestTransactionCollector(outlook.place)).value == 0)
        let idle = try database.connect(as: "forgotten")
        try idle.execute("BEGIN")
        let ours = try database.connect(as: "crossfade/rename/backfill-1")
        try ours.execute("BEGIN")
        try await Task.sleep(for: .milliseconds(300))
        let found = try await reading(OldestTransactionCollector(outlook.place))
        #expect(try #require(found.value) >= 0.3)
        #expect(found.text.hasPrefix("the transaction of process \(idle.processID) (forgotten) is "))
        try idle.execute("ROLLBACK")
        #expect(try await reading(OldestTransactionCollector(outlook.place)).value == 0)
        idle.close()
        ours.close()
        try await outlook.close()
    }

    @Test func `a hidden transaction is as old as it has been seen, though it has neither snapshot nor number`()
        async throws
    {
        let outlook = try Outlook(role: true)
        let database = try ScratchDatabase.current
        let idle = try database.connect(as: "forgotten")
        try idle.execute("BEGIN")
        var collector = OldestTransactionCollector(outlook.place)
        #expect(try await collector.read(.off)?.value == 0)
        try await Task.sleep(for: .milliseconds(300))
        let found = try #require(try await collector.read(.off))
        #expect(try #require(found.value) >= 0.3)
        #expect(found.text.contains("(forgotten) is at least"))
        // Another transaction of the same session is another one.
        try idle.execute("COMMIT")
        try idle.execute("BEGIN")
        #expect(try #require(try await collector.read(.off)?.value) < 0.2)
        idle.close()
        try await outlook.close()
    }

    @Test(arguments: [false, true])
    func `a snapshot reaches back as many transactions as there were since`(isOrdinary: Bool) async throws {
        let outlook = try Outlook(role: isOrdinary)
        let database = try ScratchDatabase.current
        let reader = try database.connect(as: "report")
        try reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        let writer = try database.connect()
        for _ in 0..<50 { try writer.execute("SELECT pg_current_xact_id()") }
        let found = try await reading(XminCollector(place: outlook.place))
        #expect(try #require(found.value) >= 50)
        #expect(found.text.hasPrefix("process \(reader.processID) (report) reaches "))
        reader.close()
        try await waitUntil("the snapshot to go") {
            !(try await reading(XminCollector(place: outlook.place)).text.contains("(report)"))
        }
        writer.close()
        try await outlook.close()
    }

    // MARK: - WAL

    @Test func `the rate of WAL is that of what is written meanwhile`() async throws {
        try sql("CREATE TABLE t AS SELECT ''::text AS pad WHERE false")
        let outlook = try Outlook(role: true)
        var collector = WALRateCollector(outlook.place)
        #expect(try await collector.read(.off) == nil)
        try sql("INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 20000)")
        try await Task.sleep(for: .milliseconds(250))
        #expect(try #require(try await collector.read(.off)?.value) > 1_000_000)
        try await outlook.close()
    }

    @Test func `nothing waits for an archive that is off`() async throws {
        let outlook = try Outlook(role: true)
        #expect(try await reading(BacklogCollector(place: outlook.place)).value == 0)
        try await outlook.close()
    }

    @Test(arguments: [false, true])
    func `a slot keeps the WAL since its restart`(isOrdinary: Bool) async throws {
        let outlook = try Outlook(role: isOrdinary)
        let slot = try ScratchDatabase.current.name
        try sql("SELECT pg_create_physical_replication_slot('\(slot)', true)")
        try sql("CREATE TABLE t AS SELECT repeat('x', 1000) AS pad FROM generate_series(1, 3000)")
        let found = try await reading(SlotCollector(place: outlook.place))
        #expect(try #require(found.value) > 1_000_000)
        #expect(found.text.contains("kept by replication slot"))
        try sql("SELECT pg_drop_replication_slot('\(slot)')")
        try await outlook.close()
    }

    // MARK: - The plan's own

    @Test(
        arguments: [
            ("SELECT true", nil, true, "the query gives true"),
            ("SELECT count(*) > 5 FROM jobs", nil, false, "the query gives false"),
            ("SELECT count(*) FROM jobs", 2, true, "the query gives 3, the limit is 2"),
            ("SELECT count(*) FROM jobs", 3, false, "the query gives 3, the limit is 3"),
            ("SELECT count(*) FROM jobs", nil, nil, "the query gives neither true nor false"),
            ("SELECT NULL::boolean", nil, nil, "the query gives NULL"),
            ("SELECT 'NaN'::float8", 1, nil, "the query gives no number"),
            ("SELECT true WHERE false", nil, nil, "the query gives 0 rows of 1 columns, where one of one is wanted"),
            ("SELECT id FROM jobs", 1, nil, "the query gives 3 rows of 1 columns, where one of one is wanted"),
        ] as [(String, Double?, Bool?, String)]
    )
    func `a query gives`(sql: String, above: Double?, holds: Bool?, text: String) async throws {
        try self.sql("CREATE TABLE jobs (id int); INSERT INTO jobs VALUES (1), (2), (3)")
        let outlook = try Outlook()
        let settings = ThrottleSettings.only { $0.query = ThrottleQuery(sql: sql, above: above) }
        let found = try await reading(QueryCollector(place: outlook.place), settings)
        #expect(found.holds == holds)
        #expect(found.text == text)
        try await outlook.close()
    }

    @Test(arguments: [
        ("SELECT count(*) > 1 FROM nothing", "nothing"), ("SELECT pg_sleep(5) IS NULL", "timeout"),
        ("SELECT write()", "read-only transaction"),
    ])
    func `a query that fails, takes long or writes says nothing`(sql: String, word: String) async throws {
        try self.sql(
            """
            CREATE TABLE jobs (id int);
            CREATE FUNCTION write() RETURNS boolean LANGUAGE sql AS 'INSERT INTO jobs VALUES (1) RETURNING false'
            """
        )
        let outlook = try Outlook()
        let settings = ThrottleSettings.only { $0.query = ThrottleQuery(sql: sql) }
        let error = await #expect(throws: PostgresError.self) {
            try await reading(QueryCollector(place: outlook.place), settings)
        }
        #expect("\(try #require(error))".contains(word))
        #expect(SignalReading(error: try #require(error)).isUnmeasurable)
        try await outlook.close()
    }
}
