import Cluster
import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

@Suite(.load(.quiet), .timeLimit(.minutes(60)), .enabled(if: ReplicatedCluster.isPossible))
struct ThrottleReplicaTests {
    private func monitor(
        _ cluster: Cluster,
        _ settings: ThrottleSettings,
        user: String = "postgres",
        environment: [String: String] = [:],
        log: ThrottleLog = ThrottleLog()
    ) throws -> ThrottleMonitor {
        let url = cluster.url.replacing("user=postgres", with: "user=\(user)")
        return ThrottleMonitor(
            Workspace(
                target: ConnectionTarget(url: url, environment: [:]),
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: 100_001)
            ),
            plan: "rename",
            table: try QualifiedName(parsing: "public.t"),
            settings: settings,
            window: nil,
            minimumHold: .milliseconds(100),
            environment: environment,
            commitLatency: { nil },
            onChange: log.add
        )
    }

    private func watching(_ monitor: ThrottleMonitor, _ body: () async throws -> Void) async throws {
        let watch = Task { await monitor.run() }
        do {
            try await waitUntil("the first decision", deadline: .seconds(60)) { monitor.hold == nil }
            try await body()
        } catch {
            watch.cancel()
            await watch.value
            throw error
        }
        watch.cancel()
        await watch.value
    }

    /// Writes a little, all the time, as applications do.
    private func writing(_ cluster: Cluster, _ body: () async throws -> Void) async throws {
        let session = try await Session.open(
            ConnectionTarget(url: cluster.url, environment: [:]),
            SessionOptions(applicationName: "application")
        )
        let writer = Task {
            while !Task.isCancelled {
                _ = try? await session.run { try $0.execute("INSERT INTO public.t VALUES (1)") }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        do {
            try await body()
        } catch {
            writer.cancel()
            throw error
        }
        writer.cancel()
        await writer.value
        await session.close()
    }

    @Test func `a replica whose replay is paused holds within two seconds, and lets go once it has caught up`()
        async throws
    {
        let servers = try await ReplicatedCluster.start()
        try servers.onPrimary("CREATE TABLE public.t (n int)")
        try await servers.catchUp()
        let log = ThrottleLog()
        let monitor = try monitor(servers.primary, .only { $0.replicaLag = .seconds(1) }, log: log)
        try await writing(servers.primary) {
            try await watching(monitor) {
                try await Task.sleep(for: .milliseconds(600))
                #expect(monitor.hold == nil)
                try servers.onReplica("SELECT pg_wal_replay_pause()")
                let pause = ContinuousClock.now
                try await waitUntil("the pause to hold", deadline: .seconds(60)) { monitor.hold != nil }
                let noticed = ContinuousClock.now - pause
                #expect(noticed < .seconds(2), "\(noticed)")
                let reason = try #require(monitor.hold)
                #expect(reason.signal == .replicaLag)
                #expect(reason.kind == .held)
                #expect(reason.text.contains("behind on standby1 (limit 1 s)"))
                try servers.onReplica("SELECT pg_wal_replay_resume()")
                try await waitUntil("the copy to go on", deadline: .seconds(60)) { monitor.hold == nil }
                try await waitUntil("the changes to be told") { log.all.count == 2 }
            }
        }
        #expect(log.all == ["nothing, then replica_lag held", "replica_lag held, then nothing"])
        await servers.stop()
    }

    @Test func `a replica that is asked itself tells of a pause too`() async throws {
        let servers = try await ReplicatedCluster.start()
        try servers.onPrimary("CREATE TABLE public.t (n int); CREATE ROLE bob LOGIN")
        try await servers.catchUp()
        let url = servers.primary.url.replacing("user=postgres", with: "user=bob")
        let place = Watchpoint(
            session: MonitorSession {
                try await Session.open(
                    ConnectionTarget(url: url, environment: [:]),
                    SessionOptions(applicationName: "crossfade/rename/monitor")
                )
            },
            plan: "rename",
            table: TableTree(try QualifiedName(parsing: "public.t"))
        )
        let replica = servers.replica.url.replacing("user=postgres", with: "user=bob")
        var collector = ReplicaURLCollector(place, environment: ["REPLICA": replica])
        let settings = ThrottleSettings.only { $0.replicaURLs = ["$REPLICA"] }
        try await writing(servers.primary) {
            try await waitUntil("the first reading") { try await (collector.read(settings)?.value ?? 10) < 0.5 }
            try servers.onReplica("SELECT pg_wal_replay_pause()")
            let pause = ContinuousClock.now
            try await waitUntil("the lag to grow") { try await (collector.read(settings)?.value ?? 0) >= 1 }
            #expect(ContinuousClock.now - pause < .seconds(2))
            #expect(try await collector.read(settings)?.text.hasSuffix(" behind on $REPLICA") == true)
            try servers.onReplica("SELECT pg_wal_replay_resume()")
            try await waitUntil("it to catch up") { try await (collector.read(settings)?.value ?? 10) < 0.5 }
        }
        await collector.close()
        await place.session.close()
        await servers.stop()
    }

    @Test func `bytes tell of a paused replay too, on a primary that has gone quiet`() async throws {
        let servers = try await ReplicatedCluster.start()
        try servers.onPrimary("CREATE TABLE public.t (n int)")
        try await servers.catchUp()
        let monitor = try monitor(
            servers.primary,
            .only {
                $0.replicaLag = .seconds(1)
                $0.replicaLagBytes = ByteSize(bytes: 1 << 20)
            }
        )
        try await watching(monitor) {
            try servers.onReplica("SELECT pg_wal_replay_pause()")
            try servers.onPrimary("INSERT INTO public.t SELECT generate_series(1, 100000)")
            try await waitUntil("the bytes to hold", deadline: .seconds(60)) {
                monitor.hold?.text.contains("MB behind on standby1 (limit 1 MB)") == true
            }
            // All is quiet now, but what was written is not there.
            monitor.retune(.only { $0.replicaLag = .seconds(1) }, window: nil)
            try await waitUntil("the time to hold", deadline: .seconds(60)) { monitor.hold?.signal == .replicaLag }
            try servers.onReplica("SELECT pg_wal_replay_resume()")
            try await waitUntil("the copy to go on", deadline: .seconds(60)) { monitor.hold == nil }
        }
        await servers.stop()
    }

    @Test func `a replica that was behind before the watch began holds as unmeasurable, and then by its lag`()
        async throws
    {
        let servers = try await ReplicatedCluster.start()
        try servers.onPrimary("CREATE TABLE public.t (n int)")
        try await servers.catchUp()
        try servers.onReplica("SELECT pg_wal_replay_pause()")
        // What is not flushed yet is nowhere to be replayed.
        try servers.onPrimary("SET synchronous_commit = on; INSERT INTO public.t SELECT generate_series(1, 1000)")
        let monitor = try monitor(servers.primary, .only { $0.replicaLag = .seconds(2) })
        let watch = Task { await monitor.run() }
        try await waitUntil("it to be unmeasurable", deadline: .seconds(60)) {
            let hold = try #require(monitor.hold)
            return hold.isUnmeasurable
        }
        #expect(monitor.hold?.text.contains("behind on standby1 since before the watch began") == true)
        try await waitUntil("it to hold", deadline: .seconds(60)) { monitor.hold?.kind == .held }
        try servers.onReplica("SELECT pg_wal_replay_resume()")
        try await waitUntil("the copy to go on", deadline: .seconds(60)) { monitor.hold == nil }
        watch.cancel()
        await watch.value
        await servers.stop()
    }

    @Test func `a replica that is gone is not one without lag`() async throws {
        let servers = try await ReplicatedCluster.start()
        try servers.onPrimary("CREATE TABLE public.t (n int)")
        let monitor = try monitor(servers.primary, .only { $0.replicaLag = .seconds(1) })
        try await watching(monitor) {
            await servers.replica.stop()
            try await waitUntil("its absence to hold", deadline: .seconds(60)) { monitor.hold?.isUnmeasurable == true }
            #expect(
                monitor.hold?.text
                    == "replica_lag cannot be measured: standby1 gone: 0 of 1 replicas are connected; "
                    + "replica_lag: off does without it"
            )
        }
        await servers.stop()
    }

    @Test func `a role without privileges does not see replicas, but may ask them`() async throws {
        let servers = try await ReplicatedCluster.start()
        try servers.onPrimary("CREATE TABLE public.t (n int); CREATE ROLE bob LOGIN")
        try await servers.catchUp()
        let url = servers.replica.url.replacing("user=postgres", with: "user=bob")
        let monitor = try monitor(
            servers.primary,
            .only { $0.replicaURLs = [url] },
            user: "bob"
        )
        try await watching(monitor) {
            monitor.retune(.only { $0.replicaLag = .seconds(1) }, window: nil)
            try await waitUntil("the lag to be unmeasurable", deadline: .seconds(60)) {
                monitor.hold?.isUnmeasurable == true
            }
            #expect(
                monitor.hold?.text
                    == "replica_lag cannot be measured: the role does not see how far replicas are; "
                    + "grant pg_monitor to the role or set replica_lag: off"
            )
            try servers.onPrimary("GRANT pg_monitor TO bob")
            try await waitUntil("the lag to be seen", deadline: .seconds(60)) { monitor.hold == nil }
            monitor.retune(.only { $0.replicaURLs = [servers.primary.url] }, window: nil)
            try await waitUntil("the primary to be refused", deadline: .seconds(60)) {
                monitor.hold?.text.contains("is no replica: it is not in recovery") == true
            }
            monitor.retune(.only { $0.replicaURLs = ["$NO_SUCH"] }, window: nil)
            try await waitUntil("the variable to be missed", deadline: .seconds(60)) {
                monitor.hold?.text.contains("the environment variable NO_SUCH is not set") == true
            }
        }
        await servers.stop()
    }

    @Test func `an archive that takes nothing holds by what waits for it`() async throws {
        let cluster = try await Cluster.start(
            configuration: ["archive_mode": "on", "archive_command": "false", "wal_level": "replica"]
        )
        let connection = try ReplicatedCluster.connection(cluster)
        try connection.execute("CREATE TABLE public.t (n int); CREATE ROLE bob LOGIN")
        let settings = ThrottleSettings.only { $0.walBacklog = ByteSize(bytes: 20 << 20) }
        let monitor = try monitor(cluster, settings)
        try await watching(monitor) {
            for _ in 0..<2 { try connection.execute("INSERT INTO public.t VALUES (1); SELECT pg_switch_wal()") }
            try await waitUntil("the backlog to hold", deadline: .seconds(60)) { monitor.hold != nil }
            #expect(monitor.hold?.text == "32 MB of WAL wait for the archive (limit 20 MB)")
        }
        let bob = try self.monitor(cluster, settings, user: "bob")
        let watch = Task { await bob.run() }
        try await waitUntil("it to be unmeasurable", deadline: .seconds(60)) { bob.hold?.isUnmeasurable == true }
        try connection.execute("ALTER SYSTEM SET archive_command = 'true'")
        try connection.execute("SELECT pg_reload_conf()")
        try await waitUntil("the archive to have taken it", deadline: .seconds(90)) { bob.hold == nil }
        // What waits can now be counted from what was archived last.
        try connection.execute("ALTER SYSTEM SET archive_command = 'false'")
        try connection.execute("SELECT pg_reload_conf()")
        try await Task.sleep(for: .milliseconds(300))
        for _ in 0..<3 { try connection.execute("INSERT INTO public.t VALUES (1); SELECT pg_switch_wal()") }
        try await waitUntil("the backlog to hold for bob", deadline: .seconds(60)) { bob.hold?.kind == .held }
        watch.cancel()
        await watch.value
        connection.close()
        await cluster.stop()
    }

    @Test(arguments: ["postgres", "bob"])
    func `an autovacuum that prevents wraparound holds, seen or not`(user: String) async throws {
        let cluster = try await Cluster.start(configuration: ["autovacuum_naptime": "1s"])
        let connection = try ReplicatedCluster.connection(cluster)
        try connection.execute(
            """
            CREATE ROLE bob LOGIN;
            CREATE TABLE public.t AS SELECT n, repeat('x', 500) AS pad FROM generate_series(1, 20000) n;
            """
        )
        let monitor = try monitor(cluster, .only { $0.wraparoundVacuum = .hold }, user: user)
        try await watching(monitor) {
            try connection.execute(
                """
                ALTER TABLE public.t SET (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100,
                  autovacuum_vacuum_cost_limit = 1);
                CREATE PROCEDURE public.burn() LANGUAGE plpgsql AS
                  $$ BEGIN FOR n IN 1..100100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
                """
            )
            try connection.execute("CALL public.burn()")
            try await waitUntil("the vacuum to hold", deadline: .seconds(60)) { monitor.hold != nil }
            let text = try #require(monitor.hold?.text)
            if user == "postgres" {
                #expect(text == "autovacuum prevents wraparound on public.t")
            } else {
                #expect(text.contains("does not see whether the autovacuum on public.t prevents wraparound"))
            }
        }
        connection.close()
        await cluster.stop()
    }

    @Test func `a prepared transaction is as old as its preparation`() async throws {
        let cluster = try await Cluster.start(configuration: ["max_prepared_transactions": "5"])
        let connection = try ReplicatedCluster.connection(cluster)
        try connection.execute("CREATE TABLE public.t (n int); CREATE ROLE bob LOGIN")
        try connection.execute("BEGIN; INSERT INTO public.t VALUES (1); PREPARE TRANSACTION 'forgotten'")
        for user in ["postgres", "bob"] {
            let monitor = try monitor(
                cluster,
                .only {
                    $0.oldestTransaction = .seconds(1)
                    $0.xminAge = 1_000_000
                },
                user: user
            )
            let watch = Task { await monitor.run() }
            try await waitUntil("it to hold", deadline: .seconds(60)) { monitor.hold?.kind == .held }
            #expect(monitor.hold?.text.hasPrefix("the prepared transaction forgotten is ") == true)
            watch.cancel()
            await watch.value
        }
        connection.close()
        await cluster.stop()
    }
}
