import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// An index build that comes to no end: by the loss of its connection, or by a lock that is not to be had.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct CutOffBuildTests {
    private func fixture(deadline: String) async throws -> Fixture {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text); CREATE INDEX ON t (a);
                INSERT INTO t SELECT n, 'a' || n FROM generate_series(1, 20) n;
                """,
            plan: Fixture.rename("t", "a", "b").replacing("lock_deadline: 10m", with: "lock_deadline: \(deadline)")
        )
        try await fixture.advance(through: .dualWriteCheck)
        return fixture
    }

    /// A writer that the build waits for.
    private func writer(_ fixture: Fixture) throws -> Connection {
        let writer = try fixture.database.connect(as: "writer")
        try writer.execute("BEGIN; UPDATE public.t SET a = a WHERE id = 1")
        return writer
    }

    /// The server process that waits with a statement that begins so; 0: none does.
    private func waiting(_ beginning: String, _ fixture: Fixture) throws -> Int {
        try fixture.value(
            """
            SELECT coalesce((SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                       AND starts_with(query, '\(beginning)') LIMIT 1), 0)
            """,
            as: Int.self
        )
    }

    @Test func `one that was cut off is cleared away and done again`() async throws {
        let fixture = try await fixture(deadline: "10m")
        let writer = try writer(fixture)
        async let advance = fixture.advance(through: .enforce)
        try await waitUntil("the build to wait for the writer", deadline: .seconds(300)) {
            let pid = try waiting("CREATE INDEX CONCURRENTLY", fixture)
            return try pid != 0 && fixture.value("SELECT pg_terminate_backend(\(pid))")
        }
        try await waitUntil("what is left of it to be dropped", deadline: .seconds(300)) {
            try waiting("DROP INDEX CONCURRENTLY", fixture) != 0
        }
        try writer.execute("COMMIT")
        _ = try await advance
        #expect(try fixture.value("SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 't'::regclass"))
    }

    @Test func `one that was given up names the index that it leaves`() async throws {
        let fixture = try await fixture(deadline: "10s")
        // Another one that is INVALID is nobody's business here.
        #expect(throws: PostgresError.self) {
            try fixture.sql("CREATE UNIQUE INDEX CONCURRENTLY theirs ON public.t ((1))")
        }
        let writer = try writer(fixture)
        let failure = await #expect(throws: Failure.self) { try await fixture.advance(through: .enforce) }
        #expect(failure?.code == .tryAgain)
        #expect(failure?.hint?.hasPrefix("public.t_b_idx is left INVALID") == true, "\(failure?.hint ?? "")")
        try writer.execute("COMMIT")
        try await fixture.advance(through: .enforce)
        #expect(
            try fixture.value(
                "SELECT bool_and(indisvalid = (indexrelid <> 'theirs'::regclass)) FROM pg_index WHERE indrelid = 't'::regclass"
            )
        )
    }
}
