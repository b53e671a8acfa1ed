import Diagnostics
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Approvals as the ledger keeps them, and what takes them back.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ApprovalLedgerTests {
    private static func plan(_ requires: String, from: String = "bio") -> String {
        """
        version: 1
        name: rename
        change:
          rename_column: {table: Profile, from: \(from), to: biography}
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {requires: [\(requires)]}
        """
    }

    private func fixture(_ requires: String) async throws -> Fixture {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text);
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 100) n;
                """,
            plan: Self.plan(requires)
        )
        try await fixture.advance(through: .enforce)
        return fixture
    }

    private func approval(_ fixture: Fixture, plan: Plan? = nil, _ name: String = "approval") async throws
        -> RequirementResult
    {
        let gate = try await fixture.engine(plan: plan).gate(.contract)
        return try #require(gate.requirements.first { $0.name == name })
    }

    private func read(_ text: String) throws -> Plan {
        try #require(PlanReader.read(SourceText(name: "plan.yaml", text: text)).0)
    }

    @Test func `a failed check takes approvals back, and a clean one does not give them again`() async throws {
        let fixture = try await fixture("{approval: {}}")
        #expect(try await fixture.engine(user: "berta").approve(.contract, reason: nil).verdict == .open)
        #expect(try await approval(fixture).verdict == .open)
        let corruption =
            "ALTER TABLE \"Profile\" DISABLE TRIGGER ALL; UPDATE \"Profile\" SET biography = 'x' WHERE id = 7;"
        let enable = "ALTER TABLE \"Profile\" ENABLE ALWAYS TRIGGER \"~crossfade_rename\";"
        let trigger: String = try fixture.value("SELECT tgname::text FROM pg_trigger WHERE tgname LIKE '%crossfade%'")
        let again = enable.replacing("~crossfade_rename", with: trigger)
        try fixture.sql(corruption + again)
        #expect(try await fixture.engine().verify().verdict == .failed)
        try fixture.sql("UPDATE \"Profile\" SET bio = bio || '!', biography = bio || '!' WHERE id = 7")
        #expect(try await fixture.engine().verify().verdict == .passed)
        let taken = try await approval(fixture)
        #expect(taken.verdict == .waiting)
        #expect(taken.reason.contains("was given before a check failed"), "\(taken.reason)")
        #expect(try await fixture.engine(user: "berta").approve(.contract, reason: nil).verdict == .open)
    }

    @Test func `a repair takes approvals back`() async throws {
        let fixture = try await fixture("{approval: {}}")
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        #expect(try await fixture.engine().repair() == 0)
        #expect(try await approval(fixture).verdict == .waiting)
    }

    @Test func `another assertion is another check, and another change another plan`() async throws {
        let assertion = "{assertion: {name: none, sql: 'SELECT 1 WHERE false'}}"
        let fixture = try await fixture("{approval: {}}, \(assertion)")
        try await fixture.engine(user: "berta").approve(.contract, reason: "seen")
        #expect(try await approval(fixture).verdict == .open)
        let other = try read(Self.plan("{approval: {}}, {assertion: {name: none, sql: 'SELECT 2 WHERE false'}}"))
        let changed = try await approval(fixture, plan: other)
        #expect(changed.verdict == .waiting)
        #expect(changed.reason.contains("was given on other checks than those of now"), "\(changed.reason)")
        // A requirement that is no check, such as a window, may change.
        let windowed = try read(Self.plan("{approval: {}}, \(assertion), {soak: 1s}"))
        #expect(try await approval(fixture, plan: windowed).verdict == .open)
        let renamed = try read(Self.plan("{approval: {}}", from: "id"))
        await #expect(throws: Failure.self) { try await fixture.engine(plan: renamed).approve(.contract, reason: nil) }
    }

    @Test(.asSuperuser("CREATE ROLE")) func `only members of the role count, by the session's own role`() async throws {
        let role = "managers_\(try ScratchDatabase.current.name)"
        let fixture = try await fixture("{approval: {role: \(role)}}")
        await #expect(throws: Failure.self) { try await fixture.engine(user: "berta").approve(.contract, reason: nil) }
        #expect(try fixture.value("SELECT count(*) FROM crossfade.approval", as: Int.self) == 0)
        let user: String = try fixture.value("SELECT session_user::text")
        // Through a role between them, as teams are granted.
        try fixture.sql(
            "CREATE ROLE \(role); CREATE ROLE \(role)_team IN ROLE \(role); GRANT \(role)_team TO \"\(user)\""
        )
        defer { _ = try? fixture.sql("DROP ROLE \(role)_team; DROP ROLE \(role)") }
        #expect(try await fixture.engine(user: "berta").approve(.contract, reason: nil).verdict == .open)
        #expect(try await approval(fixture, "approval \(role)").reason == "approved by \(user)")
        // Membership is looked at when the gate is.
        try fixture.sql("REVOKE \(role)_team FROM \"\(user)\"")
        #expect(try await approval(fixture, "approval \(role)").verdict == .waiting)
    }

    @Test func `an approval can be taken back by who gave it, and by nobody else`() async throws {
        let fixture = try await fixture("{approval: {}}")
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        await #expect(throws: Failure.self) {
            try await fixture.engine(user: "carl").withdrawApproval(.contract, reason: nil)
        }
        #expect(try await approval(fixture).verdict == .open)
        let gate = try await fixture.engine(user: "berta").withdrawApproval(.contract, reason: "not yet")
        #expect(gate.verdict == .waiting)
        #expect(try await approval(fixture).reason.contains("was withdrawn at"))
        let kinds = try await fixture.engine().history().map(\.kind)
        #expect(kinds.filter { $0.hasPrefix("approv") } == ["approved", "approval withdrawn"])
        #expect(try await fixture.engine(user: "berta").approve(.contract, reason: nil).verdict == .open)
    }
}
