import Cluster
import Foundation
import Postgres
import TestSupport
import Testing

/// The program through PgBouncer in transaction mode, with a single connection to the server.
@Suite(.scratchDatabase, .timeLimit(.minutes(60))) struct PoolerTests {
    /// What another client of the pool finds in the server's session.
    private func session(behind pooler: TransactionPooler, _ program: Program) async throws -> String {
        let binaries = try PostgresBinaries.find(environment: ProcessInfo.processInfo.environment)
        let script = """
            DO $$ BEGIN END $$;
            SHOW ALL;
            SELECT coalesce(current_setting('crossfade.session', true), ''), coalesce(current_setting('crossfade.backfill', true), '');
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
            SELECT count(*) FROM pg_prepared_statements;
            SELECT pg_listening_channels();
            SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema();
            """
        let result = try await program.shell("'\(binaries.path("psql"))' -XAt '\(pooler.url)' <<'END'\n\(script)\nEND")
        try #require(result.status == 0, "\(result.errors)")
        return result.output
    }

    private static let plan = """
        version: 1
        name: rename
        change:
          rename_column: {table: Profile, from: bio, to: biography}
        phases:
          lock_deadline: 10s
          backfill: {chunk_target: 10ms, workers: 2}
          dual_write_check: {observe: 0s, min_writes: 0}
          contract:
            retain: 1s
            requires:
              - approval: {count: 1, not_author: true}

        """

    /// Every command that moves no run, in each phase.
    private static let looks = [
        ["check", "rename"], ["check", "rename", "--data"], ["preview", "rename"], ["status", "rename"],
        ["gate", "rename", "contract"], ["history", "rename"], ["report", "rename"], ["generate", "rename"],
        ["verify", "rename"], ["work", "rename"], ["init"],
    ]

    @Test func `every command works in every phase, and leaves the pool's session as it was`() async throws {
        let program = try Program(plan: Self.plan)
        try program.load(rows: 500)
        let direct = try ScratchDatabase.current.url
        try await TransactionPooler.with { pooler in
            let before = try await session(behind: pooler, program)
            func run(_ arguments: [String], expecting statuses: Set<Int32> = [0]) async throws {
                let result = try await program.run(
                    arguments,
                    environment: ["DATABASE_URL": pooler.url, "CROSSFADE_DIRECT_URL": direct],
                    // Nobody approves what he began himself.
                    user: arguments[0] == "approve" ? "bea" : "anna"
                )
                #expect(statuses.contains(result.status), "\(arguments): \(result.errors)\(result.output)")
                let after = try await session(behind: pooler, program)
                #expect(after == before, "\(arguments) changed the server's session")
            }
            // What each of them says at this point is another test's matter: the program or the connection fails in none.
            func look() async throws {
                for command in Self.looks { try await run(command, expecting: [0, 2, 3, 4]) }
            }
            try await look()
            for phase in ["expand", "backfill", "dual_write_check", "enforce"] {
                try await run(["advance", "rename", "--through", phase])
                try await look()
                try await run(["pause", "rename"])
                try await run(["resume", "rename"])
            }
            try await run(["repair", "rename"])
            try await run(["verify", "rename"])
            try await run(["approve", "rename", "contract"])
            try await run(["approve", "rename", "contract", "--withdraw"])
            try await run(["approve", "rename", "contract"])
            try await run(["brownout", "rename", "--for", "1s", "--confirm", "rename"], expecting: [0, 3])
            try await run(["approve", "rename", "contract"])
            try await run(["advance", "rename", "--confirm", "rename"])
            try await look()
            try await run(["rollback", "rename", "--to", "backfill", "--confirm", "rename"])
            try await run(["advance", "rename", "--through", "enforce"])
            try await run(["approve", "rename", "contract"])
            try await run(["advance", "rename", "--confirm", "rename"])
            // Until the plan no longer retains what contract set aside.
            try await Task.sleep(for: .seconds(1))
            try await run(["purge", "rename", "--confirm", "rename"])
            try await look()
        }
    }

    @Test(arguments: KindCase.all)
    func `every kind goes there and back`(_ kind: KindCase) async throws {
        let program = try Program(plan: kind.plan(), name: "kind")
        try program.sql(kind.schema)
        let schema = try await program.dump()
        let direct = try ScratchDatabase.current.url
        try await TransactionPooler.with { pooler in
            let before = try await session(behind: pooler, program)
            for command in [["advance", "kind", "--through", kind.furthest], ["rollback", "kind"]] {
                let result = try await program.run(
                    command + ["--confirm", "kind"],
                    environment: ["DATABASE_URL": pooler.url, "CROSSFADE_DIRECT_URL": direct]
                )
                #expect(result.status == 0, "\(command): \(result.errors)\(result.output)")
                #expect(try await session(behind: pooler, program) == before, "\(command)")
            }
        }
        #expect(try await program.dump() == schema)
    }

    @Test func `a statement that a pooler cannot carry is named, and --direct goes on from there`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        let direct = try ScratchDatabase.current.url
        try await TransactionPooler.with { pooler in
            let pooled = ["DATABASE_URL": pooler.url]
            let stopped = try await program.run(["advance", "rename", "--through", "enforce"], environment: pooled)
            #expect(stopped.status == 4, "\(stopped.errors)")
            #expect(stopped.errors.contains("CREATE UNIQUE INDEX CONCURRENTLY"))
            #expect(stopped.errors.contains("crossfade advance rename --direct URL"))
            let wrong = try await program.run(
                ["advance", "rename", "--through", "enforce", "--direct", pooler.url],
                environment: pooled
            )
            #expect(wrong.status == 4)
            #expect(wrong.errors.contains("the URL of --direct leads to a pooler"), "\(wrong.errors)")
            let through = ["advance", "rename", "--through", "enforce", "--direct", direct]
            let result = try await program.run(through, environment: pooled)
            #expect(result.status == 0, "\(result.errors)\(result.output)")
        }
    }

    @Test func `two processes behind a pooler do not run one plan`() async throws {
        let program = try Program(plan: Program.plan())
        try program.load(rows: 100)
        try await TransactionPooler.with(size: 2) { pooler in
            let pooled = ["DATABASE_URL": pooler.url]
            #expect(
                try await program.run(["advance", "rename", "--through", "expand"], environment: pooled).status == 0
            )
            try program.sql(
                """
                UPDATE crossfade.lease SET token = 'other', host = 'elsewhere', pid = 7, started_at = now(),
                       expires_at = now() + interval '1 hour'
                """
            )
            let second = try await program.run(["advance", "rename"], environment: pooled)
            #expect(second.status == 75)
            #expect(second.errors.contains("process 7 on elsewhere"), "\(second.errors)")
        }
    }
}
