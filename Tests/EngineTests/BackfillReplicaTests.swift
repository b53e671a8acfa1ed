import Cluster
import Diagnostics
import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A backfill beside a real streaming replica.
@Suite(.load(.quiet), .timeLimit(.minutes(60)), .enabled(if: ReplicatedCluster.isPossible))
struct BackfillReplicaTests {
    private static let plan = """
        version: 1
        name: rename
        change:
          rename_column: {table: t, from: bio, to: biography}
        acknowledge: [user-triggers]
        phases:
          backfill: {chunk_target: 20ms, workers: 1, throttle: {replica_lag: 1s}}
        """

    /// A table whose rows take their time.
    private static let schema = """
        CREATE TABLE public.t (id int PRIMARY KEY, bio text, pad text DEFAULT repeat('x', 500));
        INSERT INTO public.t SELECT n, 'bio ' || n FROM generate_series(1, 12000) n;
        CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.0005); RETURN NEW; END $$;
        CREATE TRIGGER slow BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.slow();
        ANALYZE public.t;
        """

    private func engine(_ servers: ReplicatedCluster) throws -> PlanEngine {
        let source = SourceText(name: "\(NSTemporaryDirectory())plans-\(UUID().uuidString)/plan.yaml", text: Self.plan)
        let (plan, diagnostics) = PlanReader.read(source)
        return PlanEngine(
            plan: try #require(plan, "\(diagnostics)"),
            workspace: Workspace(
                target: ConnectionTarget(url: servers.primary.url, environment: [:]),
                templates: try Fixture.templates(),
                actor: Actor(user: "anna", host: "test", pid: Int32.random(in: 100_000...200_000))
            )
        )
    }

    private func value<T: ColumnDecodable>(_ query: String, _ servers: ReplicatedCluster) throws -> T {
        let target = ConnectionTarget(url: servers.primary.url, environment: [:])
        return try Connection.open(target, SessionOptions(applicationName: "test")).query(query).only().decode(at: 0)
    }

    private func chunks(_ servers: ReplicatedCluster) throws -> Int {
        try value("SELECT count(*) FROM crossfade.chunk WHERE status = 'done'", servers)
    }

    /// Runs a backfill, and lets the body at it once some chunks are copied.
    private func backfilling(_ servers: ReplicatedCluster, _ body: (PlanEngine) async throws -> Void) async throws
        -> Task<
            AdvanceReport, any Error
        >
    {
        try servers.onPrimary(Self.schema)
        try await servers.catchUp()
        let engine = try engine(servers)
        _ = try await engine.advance(through: .expand, waits: false, confirmation: .notGiven)
        let running = Task { try await engine.advance(through: .backfill, waits: false, confirmation: .notGiven) }
        try await waitUntil("some chunks", deadline: .seconds(60)) { try chunks(servers) > 3 }
        try await body(engine)
        return running
    }

    @Test func `a replica that does not replay stops the backfill with the reason, and it goes on once caught up`()
        async throws
    {
        let servers = try await ReplicatedCluster.start()
        let running = try await backfilling(servers) { engine in
            try servers.onReplica("SELECT pg_wal_replay_pause()")
            try await waitUntil("the backfill to stop", deadline: .seconds(30)) {
                try await engine.status().backfill?.throttledBy?.hasPrefix("replica_lag: ") == true
            }
            // The chunk under way is the last.
            try await Task.sleep(for: .milliseconds(300))
            let stopped = try chunks(servers)
            try await Task.sleep(for: .seconds(2))
            #expect(try chunks(servers) == stopped)
            try servers.onReplica("SELECT pg_wal_replay_resume()")
        }
        #expect(try await running.value.outcome == .done)
        #expect(try value("SELECT count(*) FROM public.t WHERE biography IS DISTINCT FROM bio", servers) == 0)
        let events: String = try value(
            "SELECT string_agg(kind, ', ' ORDER BY id) FROM crossfade.event WHERE kind LIKE 'throttle%'",
            servers
        )
        #expect(events == "throttled, throttle ended")
        let reason: String = try value("SELECT message FROM crossfade.event WHERE kind = 'throttled'", servers)
        #expect(reason.hasPrefix("replica_lag: "), "\(reason)")
        await servers.stop()
    }

    @Test func `a replica that is gone cannot be measured, and stops it too`() async throws {
        let servers = try await ReplicatedCluster.start()
        var interruption: Interruption?
        let running = try await backfilling(servers) { engine in
            interruption = engine.workspace.interruption
            await servers.replica.stop()
            try await waitUntil("the backfill to stop", deadline: .seconds(30)) {
                try await engine.status().backfill?.throttledBy?.contains("cannot be measured") == true
            }
            let stopped = try chunks(servers)
            try await Task.sleep(for: .seconds(2))
            #expect(try chunks(servers) <= stopped + 1)
        }
        // A person who asks it to stop is heard all the same.
        interruption?.request()
        await #expect { _ = try await running.value } throws: { ($0 as? Failure)?.code == .interrupted }
        await servers.stop()
    }
}
