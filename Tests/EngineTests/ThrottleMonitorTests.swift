import Cluster
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

@Suite(.load(.quiet), .scratchDatabase, .timeLimit(.minutes(60)))
struct ThrottleMonitorTests {
    private func monitor(
        _ settings: ThrottleSettings,
        window: TimeWindow? = nil,
        url: String? = nil,
        latency: @escaping @Sendable () -> Duration? = { nil },
        log: ThrottleLog = ThrottleLog()
    ) throws -> ThrottleMonitor {
        let database = try ScratchDatabase.current
        return ThrottleMonitor(
            Workspace(
                target: ConnectionTarget(url: url ?? database.url, environment: [:]),
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: 100_001)
            ),
            plan: "rename",
            table: try QualifiedName(parsing: "public.t"),
            settings: settings,
            window: window,
            minimumHold: .milliseconds(50),
            commitLatency: latency,
            onChange: log.add
        )
    }

    private func watching(_ monitor: ThrottleMonitor, _ body: () async throws -> Void) async throws {
        let watch = Task { await monitor.run() }
        do { try await body() } catch {
            watch.cancel()
            throw error
        }
        watch.cancel()
        await watch.value
    }

    @Test func `nothing that is on holds nothing, and opens no session`() async throws {
        let monitor = try monitor(.off)
        #expect(monitor.hold == nil)
        try await watching(monitor) {
            try await Task.sleep(for: .milliseconds(200))
            let sessions: Int = try ScratchDatabase.current.connect().query(
                "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name LIKE 'crossfade/rename/%' AND datname = current_database()"
            ).only().decode("n")
            #expect(sessions == 0)
        }
    }

    @Test func `the defaults let a quiet server go on in a moment, without a word`() async throws {
        try ScratchDatabase.current.connect().execute("CREATE TABLE public.t ()")
        var settings = ThrottleSettings()
        // Other cases share the server, and its sessions.
        settings.activeSessions = .count(390)
        let log = ThrottleLog()
        let monitor = try monitor(settings, log: log)
        #expect(monitor.hold?.isMeasuring == true)
        try await watching(monitor) {
            try await waitUntil("the first decision", deadline: .seconds(60)) { monitor.hold == nil }
            try await Task.sleep(for: .milliseconds(700))
            #expect(monitor.hold == nil)
            #expect(log.all == [])
        }
        let left: Int = try ScratchDatabase.current.connect().query(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name LIKE 'crossfade/rename/%' AND datname = current_database()"
        ).only().decode("n")
        #expect(left == 0)
    }

    @Test func `a pause is told when it begins, when its reason changes, and when it ends`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "flag-\(UUID().uuidString)").path()
        try ScratchDatabase.current.connect().execute("CREATE TABLE public.hold AS SELECT false AS holds")
        let log = ThrottleLog()
        let monitor = try monitor(
            .only {
                $0.flagFile = file
                $0.query = ThrottleQuery(sql: "SELECT bool_or(holds) FROM hold")
            },
            log: log
        )
        try await watching(monitor) {
            try await waitUntil("the first decision") { monitor.hold == nil }
            #expect(FileManager.default.createFile(atPath: file, contents: nil))
            try await waitUntil("the file to hold") { monitor.hold?.signal == .flagFile }
            let since = monitor.hold?.since
            try ScratchDatabase.current.connect().execute("UPDATE public.hold SET holds = true")
            try await Task.sleep(for: .milliseconds(1_300))
            #expect(monitor.hold?.signal == .flagFile)
            #expect(monitor.hold?.since == since)
            try FileManager.default.removeItem(atPath: file)
            try await waitUntil("the query to hold") { monitor.hold?.signal == .query }
            try ScratchDatabase.current.connect().execute("DROP TABLE public.hold")
            try await waitUntil("the query to fail") { monitor.hold?.isUnmeasurable == true }
            try ScratchDatabase.current.connect().execute("CREATE TABLE public.hold AS SELECT false AS holds")
            try await waitUntil("the copy to go on") { monitor.hold == nil }
            try await waitUntil("the end to be told") { log.all.count >= 4 }
            #expect(
                log.all == [
                    "nothing, then flag_file held", "flag_file held, then query held",
                    "query held, then query unmeasurable", "query unmeasurable, then nothing",
                ]
            )
        }
    }

    @Test func `limits change while the watch goes on`() async throws {
        let database = try ScratchDatabase.current
        let idle = try database.connect(as: "forgotten")
        try idle.execute("BEGIN")
        let monitor = try monitor(.only { $0.oldestTransaction = .seconds(600) })
        try await watching(monitor) {
            try await waitUntil("the first decision") { monitor.hold == nil }
            try await Task.sleep(for: .seconds(2))
            monitor.retune(.only { $0.oldestTransaction = .seconds(1) }, window: nil)
            #expect(monitor.hold?.signal == .oldestTransaction)
            monitor.retune(.off, window: nil)
            #expect(monitor.hold == nil)
            monitor.retune(.only { $0.lockWaits = 1 }, window: nil)
            #expect(monitor.hold?.isMeasuring == true)
        }
        idle.close()
    }

    @Test func `a table that is not there cannot be watched`() async throws {
        let monitor = try monitor(.only { $0.lockWaits = 1 })
        try await watching(monitor) {
            try await waitUntil("the error", deadline: .seconds(60)) { monitor.hold?.isUnmeasurable == true }
            #expect(monitor.hold?.text.contains("public.t") == true, "\(monitor.hold?.text ?? "")")
        }
    }

    @Test func `a server that is not there holds`() async throws {
        let monitor = try monitor(.only { $0.replicaLag = .seconds(1) }, url: "postgresql:///x?host=/nonexistent")
        try await watching(monitor) {
            try await waitUntil("the error", deadline: .seconds(60)) { monitor.hold?.isUnmeasurable == true }
            #expect(monitor.hold?.text.contains("cannot connect to the database") == true)
        }
    }

    @Test func `slow sources delay no others`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "flag-\(UUID().uuidString)").path()
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let monitor = try monitor(
            .only {
                $0.command = "sleep 4"
                $0.flagFile = file
                $0.oldestTransaction = .seconds(600)
            }
        )
        try await watching(monitor) {
            try await waitUntil("the file to hold", deadline: .seconds(60)) { monitor.hold?.signal == .flagFile }
        }
        try FileManager.default.removeItem(atPath: file)
    }

    @Test func `what somebody else measures is listened to`() async throws {
        let monitor = try monitor(.only { $0.commitLatency = .milliseconds(100) }, latency: { .milliseconds(250) })
        try await watching(monitor) {
            try await waitUntil("the latency to hold") { monitor.hold?.kind == .held }
            #expect(monitor.hold?.text == "a commit takes 250 ms (limit 100 ms)")
        }
    }
}

@Suite(
    .load(.quiet),
    .timeLimit(.minutes(60)),
    .enabled(if: ProcessInfo.processInfo.environment["CROSSFADE_TEST_DATABASE"] ?? "" == "")
)
struct ThrottleRestartTests {
    @Test func `the watch survives a restart of the server`() async throws {
        let cluster = try await Cluster.start()
        let monitor = ThrottleMonitor(
            Workspace(
                target: ConnectionTarget(url: cluster.url, environment: [:]),
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: 100_001)
            ),
            plan: "rename",
            table: try QualifiedName(parsing: "public.t"),
            settings: .only { $0.oldestTransaction = .seconds(600) },
            window: nil,
            commitLatency: { nil },
            onChange: { _, _ in }
        )
        let watch = Task { await monitor.run() }
        try await waitUntil("the first decision") { monitor.hold == nil }
        try await cluster.restart()
        try await waitUntil("the watch to go on", deadline: .seconds(60)) { monitor.hold == nil }
        let connection = try ReplicatedCluster.connection(cluster)
        try connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'crossfade/%'"
        )
        try await waitUntil("a new session", deadline: .seconds(60)) {
            try !connection.query("SELECT FROM pg_stat_activity WHERE application_name LIKE 'crossfade/%'").isEmpty
        }
        try await waitUntil("the watch to go on", deadline: .seconds(60)) { monitor.hold == nil }
        connection.close()
        watch.cancel()
        await watch.value
        await cluster.stop()
    }
}
