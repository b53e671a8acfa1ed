import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A role that may only look, or not even that: it is told each right that it lacks, as what gives it, and can then look.
@Suite(.scratchDatabase, .asSuperuser("CREATE ROLE"), .timeLimit(.minutes(60)))
struct MissingRightTests {
    enum Look: String, CaseIterable, Sendable {
        case status, history, report, gate, check, verify

        func run(_ engine: PlanEngine) async throws {
            switch self {
            case .status: _ = try await engine.status()
            case .history: _ = try await engine.history()
            case .report: _ = try await engine.report(showsValues: false)
            case .gate: _ = try await engine.gate(.contract)
            case .check: _ = try await engine.check()
            case .verify: _ = try await engine.verify()
            }
        }
    }

    /// In `app`, a schema that other roles may not use.
    private func enforced(_ roles: RightsRoles) async throws -> Fixture {
        let fixture = try await roles.fixture(
            """
            RESET ROLE; CREATE SCHEMA "s 1" AUTHORIZATION owners; SET ROLE owners;
            CREATE TABLE "s 1".t (id int PRIMARY KEY, a text); INSERT INTO "s 1".t SELECT n, 'x' FROM generate_series(1, 5) n
            """.replacing("owners", with: roles.name("owners")),
            Fixture.rename("s 1.t", "a", "b", retain: "7d")
        )
        let database = try ScratchDatabase.current.name
        try fixture.sql("GRANT CREATE ON DATABASE \(database) TO \(roles.name("dba")) WITH GRANT OPTION")
        let engine = PlanEngine(plan: fixture.plan, workspace: try roles.workspace(as: "anna"))
        let report = try await engine.advance(through: .enforce, waits: false, confirmation: .notGiven)
        try #require(report.outcome == .done, "\(report)")
        return fixture
    }

    /// Does what a hint says, as who may do it.
    private func obey(_ hint: String, _ roles: RightsRoles, _ fixture: Fixture) async throws {
        for remedy in hint.split(separator: "; ").map(String.init) {
            if let command = remedy.firstMatch(
                of: /as (\S+), who owns the ledger: crossfade init --grant-to (\S+) --as (\S+)$/
            ) {
                #expect(command.1 == roles.name("dba"))
                let right = try #require(LedgerRight(rawValue: String(command.3)))
                _ = try await LedgerInstallation(workspace: try roles.workspace(as: "dba")).install(
                    granting: right,
                    to: String(command.2)
                )
            } else {
                try #require(remedy.hasPrefix("GRANT "), "\(hint)")
                try fixture.sql("SET ROLE \(roles.name("owners")); \(remedy)")
            }
        }
    }

    @Test(arguments: Look.allCases)
    func `each command is refused with what gives the right, and then answers`(_ look: Look) async throws {
        let roles = try RightsRoles()
        let fixture = try await enforced(roles)
        defer { roles.drop(in: fixture) }
        let engine = PlanEngine(plan: fixture.plan, workspace: try roles.workspace(as: "app"))
        var refusals = 0
        while true {
            do {
                try await look.run(engine)
                break
            } catch let failure as Failure {
                refusals += 1
                try #require(refusals < 5, "\(look) comes to no answer: \(failure)")
                #expect(failure.code == .refused, "\(failure)")
                #expect(failure.message.contains(roles.name("app")), "\(failure)")
                try await obey(try #require(failure.hint), roles, fixture)
            }
        }
        #expect(refusals > 0)
        // DROP OWNED takes away only what the table's owner has granted.
        let database = try ScratchDatabase.current.name
        try fixture.sql(
            "SET ROLE \(roles.name("dba")); REVOKE CREATE ON DATABASE \(database) FROM \(roles.name("app"))"
        )
    }

    @Test func `who may only look is told what running takes, and nothing is changed`() async throws {
        let roles = try RightsRoles()
        let fixture = try await enforced(roles)
        defer { roles.drop(in: fixture) }
        let engine = PlanEngine(plan: fixture.plan, workspace: try roles.workspace(as: "app"))
        for act in [
            { _ = try await engine.advance(through: nil, waits: false, confirmation: Confirmation(name: "rename")) },
            { _ = try await engine.rollBack(to: nil, confirmation: Confirmation(name: "rename")) },
            { _ = try await engine.pause() }, { _ = try await engine.repair() },
        ] as [() async throws -> Void] {
            let failure = try #require(await #expect(throws: Failure.self) { try await act() })
            #expect(failure.code == .refused, "\(failure)")
            let command =
                "as \(roles.name("dba")), who owns the ledger: crossfade init --grant-to \(roles.name("app")) --as"
            #expect(failure.hint?.contains(command) == true, "\(failure)")
        }
        let state = "SELECT state FROM crossfade.run"
        #expect(try fixture.value(state, as: String.self) == "active")
    }
}
