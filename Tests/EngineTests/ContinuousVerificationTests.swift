import Postgres
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Checks that are made again and again while a plan waits.
@Suite(.load(.quiet), .ledgerDatabase, .timeLimit(.minutes(60)))
struct ContinuousVerificationTests {
    private func fixture(_ phases: String = "contract: {requires: []}") async throws -> Fixture {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text);
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 100) n;
                """,
            plan: """
                version: 1
                name: rename
                change:
                  rename_column: {table: Profile, from: bio, to: biography}
                phases:
                  backfill: {throttle: {active_sessions: off, oldest_transaction: off, replica_lag: off, wal_backlog: off}}
                  dual_write_check: {observe: 0s, min_writes: 0}
                  \(phases)
                """
        )
        try await fixture.advance(through: .enforce)
        return fixture
    }

    /// Writes past the trigger, as nobody should.
    private func corrupt(_ fixture: Fixture) throws {
        let trigger: String = try fixture.value(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%crossfade%'"
        )
        try fixture.sql(
            """
            ALTER TABLE "Profile" DISABLE TRIGGER \(trigger); UPDATE "Profile" SET biography = 'x' WHERE id = 9;
            ALTER TABLE "Profile" ENABLE ALWAYS TRIGGER \(trigger)
            """
        )
    }

    @Test func `nothing is read while nothing is written, and what goes wrong stops the run for good`() async throws {
        let fixture = try await fixture()
        let turns = Mutex<[VerificationTurn]>([])
        let engine = try fixture.engine()
        let watch = Task {
            try await engine.verify(every: .seconds(1)) { turn in turns.withLock { $0.append(turn) } }
        }
        try await waitUntil("a check finds nothing to read") { turns.withLock { $0.last } == .unchanged }
        let count = "SELECT count(*) FROM crossfade.verification"
        let before: Int64 = try fixture.value(count)
        let reached = turns.withLock { $0.count }
        try await waitUntil("another one does") { turns.withLock { $0.count } > reached }
        #expect(try fixture.value(count, as: Int64.self) == before)
        try corrupt(fixture)
        try await waitUntil("the wrong row is found") {
            turns.withLock { turns in
                turns.contains { if case .checked(let report) = $0 { report.verdict == .failed } else { false } }
            }
        }
        #expect(try await fixture.record()?.run.isBlocked == true)
        // A failed check is made again, though nothing has been written: somebody may have mended what is no row.
        let failed = turns.withLock { $0.count }
        try await waitUntil("the next check") { turns.withLock { $0.count } > failed }
        #expect(turns.withLock { $0.last } != .unchanged)
        watch.cancel()
        await #expect(throws: CancellationError.self) { try await watch.value }
    }

    @Test func `a watch ends with the run`() async throws {
        let fixture = try await fixture("contract: {retain: 0s, requires: []}")
        let engine = try fixture.engine()
        let watch = Task { try await engine.verify(every: .seconds(1)) { _ in } }
        try await fixture.advance(through: .contract)
        #expect(try await watch.value)
    }

    @Test func `while a gate waits every row is checked when it is time, and a failure ends the waiting`() async throws
    {
        let fixture = try await fixture("verify_every: 1m\n  contract: {requires: [{soak: 1h}]}")
        try corrupt(fixture)
        // The last check was long enough ago.
        try fixture.sql("UPDATE crossfade.verification SET finished_at = finished_at - interval '2 min'")
        let engine = try fixture.engine()
        let count = "SELECT count(*) FROM crossfade.verification"
        let before: Int64 = try fixture.value(count)
        let report = try await engine.advance(through: nil, waits: true, confirmation: Confirmation(name: "rename"))
        guard case .failedCheck(let check) = report.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(check.checks.flatMap(\.samples).contains("id=9"))
        // One check, by the clock: contract's own is not made while anything else is in the way.
        #expect(try fixture.value(count, as: Int64.self) == before + 1)
        #expect(try await fixture.record()?.run.isBlocked == true)
    }
}
