import Diagnostics
import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Evidence that could not be recorded closes gates until its path is restored, and counts from then on.
@Suite(.scratchDatabase, .asSuperuser("CREATE ROLE"), .timeLimit(.minutes(60)))
struct EvidencePathTests {
    private static let plan = """
        version: 1
        name: rename
        change: {rename_column: {table: t, from: a, to: b}}
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: 7d, requires: [{no_legacy_writes: 1h}]}
        """

    private func engine(_ roles: RightsRoles, _ fixture: Fixture, as role: String) throws -> PlanEngine {
        PlanEngine(plan: fixture.plan, workspace: try roles.workspace(as: role))
    }

    private func enforced(_ roles: RightsRoles) async throws -> (fixture: Fixture, engine: PlanEngine) {
        let fixture = try await roles.fixture(
            "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 50) n",
            Self.plan
        )
        try fixture.sql("GRANT ALL ON t TO \(roles.name("app"))")
        let engine = try engine(roles, fixture, as: "anna")
        let report = try await engine.advance(through: .enforce, waits: false, confirmation: .notGiven)
        #expect(report.outcome == .done, "\(report)")
        // Recorded for two hours already.
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '2 h' WHERE phase = 'expand'")
        #expect(try await engine.gate(.contract).verdict == .open)
        return (fixture, engine)
    }

    private func writes(_ roles: RightsRoles) throws -> Connection {
        try Connection.open(try roles.target(as: "app"), SessionOptions(applicationName: "old version"))
    }

    private func reason(_ name: String, _ gate: Gate) -> String {
        gate.requirements.first { $0.name == name }.map { "\($0.verdict): \($0.reason)" } ?? "none"
    }

    /// Acts that `crossfade init` sets right, each with who runs the plan afterwards.
    private static let acts: [(act: String, said: String, role: String)] = [
        (
            "REASSIGN OWNED BY anna TO owners; DROP OWNED BY anna; DROP ROLE anna", "--grant-to owners --as operator",
            "ben"
        ),
        ("REVOKE USAGE ON SCHEMA crossfade FROM anna, owners", "--grant-to anna --as operator", "anna"),
        ("DROP FUNCTION crossfade.note(text, text)", "--grant-to anna --as operator", "anna"),
        (
            "CREATE OR REPLACE FUNCTION crossfade.note(of_plan text, of_side text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$",
            "--grant-to anna --as operator", "anna"
        ),
        ("DROP TABLE crossfade.observation", "--grant-to anna --as operator", "anna"),
    ]

    @Test(arguments: acts)
    func `what keeps writes from being recorded is named with its command, and the time counts again after it`(
        _ act: (act: String, said: String, role: String)
    ) async throws {
        let roles = try RightsRoles()
        let (fixture, first) = try await enforced(roles)
        defer { roles.drop(in: fixture) }
        _ = try await LedgerInstallation(workspace: try roles.workspace(as: "dba")).install(
            granting: .operator,
            to: roles.name("ben")
        )
        // Another role's right, beside an unbroken path, changes nothing.
        #expect(try await first.gate(.contract).verdict == .open)
        let application = try writes(roles)
        try fixture.sql(roles.named(act.act))
        try application.execute(
            "UPDATE public.t SET a = 'late' WHERE id = 1; UPDATE public.t SET b = 'late' WHERE id = 2; INSERT INTO public.t (id, a) VALUES (99, 'x')"
        )
        #expect(try fixture.value("SELECT count(*) FROM t WHERE a IS DISTINCT FROM b", as: Int.self) == 0)

        let runner = try engine(roles, fixture, as: "ben")
        let command = "crossfade init " + roles.named(act.said)
        let findings = try await runner.check()
        #expect(findings.contains { $0.id == "evidence-rights" && $0.hint?.contains(command) == true }, "\(findings)")
        let gate = try await runner.gate(.contract)
        #expect(gate.verdict == .closed && reason("no_legacy_writes", gate).contains(command), "\(gate)")
        #expect(try await runner.status().gate?.obstacles.contains { $0.reason.contains(command) } == true)
        let report = try await runner.verify()
        #expect(report.verdict == .failed)
        #expect(
            report.checks.contains { $0.verdict == .failed && $0.samples.contains { $0.contains(command) } },
            "\(report)"
        )
        let refused = try await runner.advance(
            through: .contract,
            waits: false,
            confirmation: Confirmation(name: "rename")
        )
        #expect(refused.outcome != .done)

        _ = try await LedgerInstallation(workspace: try roles.workspace(as: "dba")).install(
            granting: .operator,
            to: roles.name(act.role == "ben" ? "owners" : "anna")
        )
        let restored = try await runner.verify()
        #expect(restored.verdict == .passed, "\(restored)")
        #expect(try await runner.check().contains { $0.id == "evidence-rights" } == false)
        // What was written meanwhile is not known: nobody has been recorded, and the hour begins again.
        let again = try await runner.gate(.contract)
        #expect(reason("no_legacy_writes", again).contains("recorded for too short a time"), "\(again)")
        // A new session, which notes once a minute what it writes.
        try writes(roles).execute("UPDATE public.t SET a = 'later' WHERE id = 1")
        #expect(try fixture.value("SELECT count(*) > 0 FROM crossfade.observation WHERE side = 'old'", as: Bool.self))
        #expect(try await reason("no_legacy_writes", runner.gate(.contract)).contains("old version"))
    }

    @Test func `rights that were gone between two looks leave no gap that counts`() async throws {
        let roles = try RightsRoles()
        let (fixture, engine) = try await enforced(roles)
        defer { roles.drop(in: fixture) }
        try fixture.sql(roles.named("REVOKE EXECUTE ON FUNCTION crossfade.note(text, text) FROM anna"))
        try writes(roles).execute("UPDATE public.t SET a = 'unseen' WHERE id = 1")
        try fixture.sql(roles.named("GRANT EXECUTE ON FUNCTION crossfade.note(text, text) TO anna"))
        let gate = try await engine.gate(.contract)
        #expect(reason("no_legacy_writes", gate).contains("crossfade verify"), "\(gate)")
        #expect(try await engine.verify().verdict == .passed)
        let again = try await engine.gate(.contract)
        #expect(reason("no_legacy_writes", again).contains("recorded for too short a time"), "\(again)")
    }

    @Test func `the time of observation begins again where writes could not be recorded for a while`() async throws {
        let roles = try RightsRoles()
        let fixture = try await roles.fixture(
            "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 50) n",
            Self.plan.replacing("observe: 0s", with: "observe: 1h")
        )
        defer { roles.drop(in: fixture) }
        let engine = try engine(roles, fixture, as: "anna")
        _ = try await engine.advance(through: .dualWriteCheck, waits: false, confirmation: .notGiven)
        // All of it began two hours ago.
        try fixture.sql(
            """
            UPDATE crossfade.phase SET applied_at = applied_at - interval '2 h',
                   baseline = jsonb_set(baseline, '{startedAt}', to_jsonb((baseline->>'startedAt')::float8 - 7200)) WHERE phase = 'dual_write_check'
            """
        )
        #expect(try await engine.status().gate?.verdict == .open)
        let function = "FUNCTION crossfade.note(text, text)"
        try fixture.sql(roles.named("REVOKE EXECUTE ON \(function) FROM anna; GRANT EXECUTE ON \(function) TO anna"))
        let restored = try #require(try await engine.status().gate)
        #expect(
            restored.verdict == .waiting && reason("observe", restored).contains("could be recorded again"),
            "\(restored)"
        )
        _ = try await engine.verify()
        let looked = try #require(try await engine.status().gate)
        #expect(
            looked.verdict == .waiting && reason("observe", looked).contains("could be recorded again"),
            "\(looked)"
        )
        let report = try await engine.advance(through: .dualWriteCheck, waits: false, confirmation: .notGiven)
        #expect(report.outcome != .done, "\(report)")
    }

    @Test func `a ledger whose schema was renamed is named, and no other is made beside it`() async throws {
        let roles = try RightsRoles()
        let (fixture, engine) = try await enforced(roles)
        defer { roles.drop(in: fixture) }
        try fixture.sql("ALTER SCHEMA crossfade RENAME TO elsewhere")
        try writes(roles).execute("UPDATE public.t SET a = 'x' WHERE id = 1; UPDATE public.t SET b = 'y' WHERE id = 2")
        #expect(try fixture.value("SELECT count(*) FROM t WHERE a IS DISTINCT FROM b", as: Int.self) == 0)
        let command = "ALTER SCHEMA elsewhere RENAME TO crossfade"
        func failure(_ work: () async throws -> Void) async throws -> Failure {
            try #require(await #expect(throws: Failure.self) { try await work() })
        }
        #expect(try await failure { _ = try await engine.verify() }.hint?.contains(command) == true)
        #expect(try await failure { _ = try await engine.status() }.hint?.contains(command) == true)
        #expect(try await failure { _ = try await engine.check() }.hint?.contains(command) == true)
        let advanced = try await failure {
            _ = try await engine.advance(through: .contract, waits: false, confirmation: Confirmation(name: "rename"))
        }
        #expect(advanced.hint?.contains(command) == true, "\(advanced)")
        #expect(try fixture.value("SELECT to_regnamespace('crossfade') IS NULL", as: Bool.self))
        try fixture.sql(command)
        #expect(try await engine.verify().verdict == .passed)
    }
}
