import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The record of a run, read back from the ledger.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct RunReportTests {
    private func fixture() throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text NOT NULL);
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 5000) n;
                CREATE INDEX ON "Profile" (bio);
                """,
            plan: """
                version: 1
                name: rename
                description: a clearer name
                change:
                  rename_column: {table: Profile, from: bio, to: biography}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d, requires: [{approval: {}}]}
                """
        )
    }

    @Test func `a plan that has not begun has no record`() async throws {
        let failure = try await #require(throws: Failure.self) { try await fixture().engine().report() }
        #expect(failure.code == .refused)
        #expect(failure.hint == "crossfade advance rename")
    }

    @Test func `everything the ledger knows is in it, and every step's text is the one that ran`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        let writer = try fixture.database.connect(as: "billing")
        try writer.execute("UPDATE public.\"Profile\" SET bio = 'new' WHERE id = 3")
        try await fixture.engine(user: "berta").approve(.contract, reason: "seen")
        let before = try await fixture.engine().report()
        try await fixture.advance(through: .contract)
        let report = try await fixture.engine().report()
        #expect(report.head.plan == "rename" && report.head.description == "a clearer name")
        #expect(report.head.author == "anna" && report.head.authorRole != nil)
        #expect(report.phases.map(\.status) == [.verified, .verified, .verified, .verified, .verified])
        let digests: String = try fixture.value("SELECT string_agg(sql_digest, ',' ORDER BY id) FROM crossfade.step")
        #expect(report.steps.map(\.sqlDigest).joined(separator: ",") == digests)
        // Each step's text, as it is rendered for the record, is that whose digest was written when it ran.
        for step in report.steps {
            let text = (before.texts + report.texts).first { $0.sqlDigest == step.sqlDigest }
            #expect(text?.title == step.title, "\(step)")
        }
        let aside = try #require(report.texts.first { $0.title.hasPrefix("set \"bio\" aside") })
        #expect(aside.locks.first == "ACCESS EXCLUSIVE on public.Profile")
        #expect(report.passes.map(\.rows).reduce(0, +) == 5000)
        #expect(report.throughput?.rows.reduce(0, +) == 5000)
        let checks: Int64 = try fixture.value("SELECT count(*) FROM crossfade.verification")
        #expect(report.checks.count == Int(checks) && report.checks.allSatisfy { $0.verdict == .passed })
        #expect(report.writers.map(\.side) == ["old"])
        #expect(report.writers.first?.writer.applicationName == "billing")
        #expect(report.approvals.map(\.approval.approver) == ["berta"])
        #expect(report.approvals.first?.approval.reason == "seen" && report.approvals.first?.isOfThisChange == true)
        let events: Int64 = try fixture.value("SELECT count(*) FROM crossfade.event WHERE run IS NOT NULL")
        #expect(report.events.count == Int(events))
    }

    @Test func `a run that was rolled back, and one that is completed, have their record`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .backfill)
        try await fixture.rollBack()
        let back = try await fixture.engine().report()
        #expect(back.head.state == .rolledBack && back.head.finishedAt != nil)
        #expect(back.steps.contains { $0.file.hasSuffix("expand.undo") })
        try await fixture.advance(through: .enforce)
        // The record is of the newest run alone.
        #expect(try await fixture.engine().report().events.contains { $0.kind == "rollback begun" } == false)
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        try await fixture.advance(through: .contract)
        try fixture.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '8 d'")
        _ = try await fixture.engine().purge(confirmation: Confirmation(name: "rename"))
        let completed = try await fixture.engine().report()
        #expect(completed.head.state == .completed)
        #expect(completed.events.last?.kind == "purged")
    }
}
