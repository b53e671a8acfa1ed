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

extension SignalReading {
    fileprivate var value: Double? {
        if case .measured(let found) = self, found.least == found.most { found.least } else { nil }
    }

    fileprivate var text: String {
        switch self {
        case .measured(let found): found.text
        case .judged(_, let text): text
        case .unmeasurable(let blindness): blindness.reason
        }
    }

    fileprivate var holds: Bool? {
        if case .judged(let holds, _) = self { holds } else { nil }
    }

    fileprivate var isUnmeasurable: Bool {
        if case .unmeasurable = self { true } else { false }
    }
}

private let isOwnServer = ProcessInfo.processInfo.environment["CROSSFADE_TEST_DATABASE"] ?? "" == ""

@Suite(.scratchDatabase, .timeLimit(.minutes(2)), .enabled(if: isOwnServer))
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
        #expect(found.total == 400)
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

    @Test func `the oldest transaction is found, with its age, and so is a prepared one`() async throws {
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

@Suite(.timeLimit(.minutes(2)))
struct ThrottleSourceTests {
    @Test func `a flag file holds while it exists`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "flag-\(UUID().uuidString)").path()
        let settings = ThrottleSettings.only { $0.flagFile = file }
        let collector = FlagFileCollector(signal: .flagFile) { $0.flagFile }
        #expect(try await collector.read(settings)?.holds == false)
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        #expect(try await collector.read(settings) == .judged(holds: true, "the file \(file) exists"))
        try FileManager.default.removeItem(atPath: file)
        #expect(try await collector.read(settings)?.holds == false)
    }

    @Test func `a flag file behind something that is no folder says nothing`() async throws {
        let settings = ThrottleSettings.only { $0.flagFile = "/dev/null/flag" }
        await #expect(throws: CocoaError.self) {
            try await FlagFileCollector(signal: .flagFile) { $0.flagFile }.read(settings)
        }
    }

    @Test(arguments: [
        ("true", false, "the command exits with 0"), ("exit 3", true, "the command exits with 3"),
        ("echo a long story >&2; false", true, "the command exits with 1"),
        ("no-such-command-at-all", true, "the command exits with 127"),
        ("kill -9 $$", true, "the command was ended by signal 9"),
    ])
    func `a command`(command: String, holds: Bool, text: String) async throws {
        let settings = ThrottleSettings.only { $0.command = command }
        #expect(try await CommandCollector().read(settings) == .judged(holds: holds, text))
    }

    @Test func `a command that takes too long is ended with what it has started, and says nothing`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "pid-\(UUID().uuidString)").path()
        let settings = ThrottleSettings.only { $0.command = "sleep 60 & echo $! >\(file); wait" }
        let start = ContinuousClock.now
        let found = try await CommandCollector(timeout: .milliseconds(300)).read(settings)
        #expect(found == .unmeasurable("the command did not end within 300 ms"))
        #expect(ContinuousClock.now - start < .seconds(5))
        let pid = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8).dropLast()))
        try await waitUntil("its child to end") { kill(pid, 0) != 0 }
        try FileManager.default.removeItem(atPath: file)
    }

    @Test(arguments: [(200, false), (204, false), (404, true), (503, true)])
    func `an address answers`(code: Int, holds: Bool) async throws {
        let server = try Listener(answer: "HTTP/1.1 \(code) Word\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        let settings = ThrottleSettings.only { $0.url = server.url }
        #expect(
            try await URLCollector(timeout: .seconds(10)).read(settings)
                == .judged(holds: holds, "127.0.0.1 answers with \(code)")
        )
        server.stop()
    }

    @Test func `an address that is silent, or not there, says nothing`() async throws {
        let server = try Listener(answer: nil)
        let settings = ThrottleSettings.only { $0.url = server.url }
        let silent = try await URLCollector(timeout: .milliseconds(300)).read(settings)
        #expect(silent == .unmeasurable("127.0.0.1 did not answer within 300 ms"))
        server.stop()
        let gone = try await URLCollector(timeout: .seconds(10)).read(settings)
        #expect(gone == .unmeasurable("127.0.0.1 does not answer (cannot connect)"))
    }

    @Test func `commits take as long as somebody else has measured`() async throws {
        #expect(try await LatencyCollector { nil }.read(.off) == nil)
        let found = try await LatencyCollector { .milliseconds(500) }.read(.off)
        #expect(found == .measured(0.5, "a commit takes 500 ms"))
    }
}

extension ThrottleSettings {
    /// Only what is set here is on.
    static func only(_ change: (inout ThrottleSettings) -> Void) -> ThrottleSettings {
        var settings = ThrottleSettings.off
        change(&settings)
        return settings
    }
}

/// A server for one address of this machine that gives every request the same answer, or none.
private final class Listener: Sendable {
    let url: String
    private let socket: Int32

    init(answer: String?) throws {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket, pointer, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(isBound)
        self.socket = socket
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/health?token=secret"
        Thread.detachNewThread {
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { return }
                var request = [UInt8](repeating: 0, count: 4_096)
                _ = unsafe read(connection, &request, request.count)
                guard let answer else { continue }
                let bytes = Array(answer.utf8)
                _ = unsafe write(connection, bytes, bytes.count)
                close(connection)
            }
        }
    }

    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }
}
