import Diagnostics
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What roles may do that are not the superuser: least privileges, tried out.
@Suite(.scratchDatabase, .asSuperuser("CREATE ROLE"), .timeLimit(.minutes(60)))
struct LedgerRightTests {
    /// Roles are the server's and not the database's: each case has names of its own.
    private struct Roles {
        let prefix: String

        init() throws { prefix = "r_\(try ScratchDatabase.current.name)" }

        var owner: String { "\(prefix)_owner" }
        var application: String { "\(prefix)_app" }
        var approver: String { "\(prefix)_Approver\"x" }
        var observer: String { "\(prefix)_observer" }

        func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    }

    private static let plan = """
        version: 1
        name: rename
        change:
          rename_column: {table: Profile, from: bio, to: biography}
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: 0s, requires: [{approval: {not_author: true}}]}
        """

    private func fixture(_ roles: Roles, _ plan: String = Self.plan) throws -> Fixture {
        try Fixture(
            schema: """
                CREATE ROLE \(roles.owner) LOGIN; CREATE ROLE \(roles.application) LOGIN; CREATE ROLE \(roles.observer) LOGIN;
                CREATE ROLE \(roles.quoted(roles.approver)) LOGIN;
                GRANT CREATE ON SCHEMA public TO \(roles.owner);
                SET ROLE \(roles.owner);
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text);
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 300) n;
                CREATE INDEX ON "Profile" (bio);
                GRANT SELECT, INSERT, UPDATE, DELETE ON "Profile" TO \(roles.application);
                RESET ROLE
                """,
            plan: plan
        )
    }

    private func drop(_ roles: Roles, in fixture: Fixture) {
        for name in [roles.owner, roles.application, roles.observer, roles.approver] {
            _ = try? fixture.sql("DROP OWNED BY \(roles.quoted(name)) CASCADE; DROP ROLE \(roles.quoted(name))")
        }
    }

    private func engine(_ fixture: Fixture, as role: String, user: String) throws -> PlanEngine {
        PlanEngine(
            plan: fixture.plan,
            workspace: Workspace(
                target: try target(as: role),
                templates: try Fixture.templates(),
                actor: Actor(user: user, host: "test", pid: 4242)
            )
        )
    }

    private func target(as role: String) throws -> ConnectionTarget {
        let name = role.replacing("\"", with: "%22")
        let url = try ScratchDatabase.current.url.replacing("user=postgres", with: "user=\(name)")
        return ConnectionTarget(url: url, environment: [:])
    }

    private func install(_ right: LedgerRight, to role: String, _ fixture: Fixture) async throws {
        let workspace = Workspace(
            target: fixture.database.target,
            templates: try Fixture.templates(),
            actor: Actor(user: "dba", host: "test", pid: 1)
        )
        // Twice: to grant again changes nothing.
        for _ in 1...2 { _ = try await LedgerInstallation(workspace: workspace).install(granting: right, to: role) }
    }

    private func refusal(_ role: String, _ statement: String) throws -> SQLState? {
        let connection = try Connection.open(try target(as: role), SessionOptions(applicationName: "tests"))
        do {
            try connection.execute(statement)
            return nil
        } catch { return error.sqlState }
    }

    @Test
    func `an operator that owns the table runs a plan to its end, an approver approves, and no superuser is needed`()
        async throws
    {
        let roles = try Roles()
        let fixture = try fixture(roles)
        defer { drop(roles, in: fixture) }
        try await install(.operator, to: roles.owner, fixture)
        try await install(.approver, to: roles.approver, fixture)
        let runner = try engine(fixture, as: roles.owner, user: "anna")
        let confirmation = Confirmation(name: "rename")
        let enforced = try await runner.advance(through: .enforce, waits: false, confirmation: confirmation)
        #expect(enforced.outcome == .done, "\(enforced)")
        #expect(try await runner.repair() == 0)
        #expect(try await runner.verify().verdict == .passed)
        // The application triggers evidence, and reads none of it.
        #expect(try refusal(roles.application, "UPDATE public.\"Profile\" SET bio = 'x' WHERE id = 3") == nil)
        let seen: String = try fixture.value("SELECT string_agg(side || ' ' || role, ',') FROM crossfade.observation")
        #expect(seen == "old \(roles.application)")
        for statement in [
            "SELECT FROM crossfade.observation", "SELECT crossfade.note('rename', 'old')",
            "INSERT INTO crossfade.observation VALUES ('rename', 'old', 'x', 'x', NULL, now())",
        ] { #expect(try refusal(roles.application, statement) == .insufficientPrivilege, "\(statement)") }
        // Who runs plans does not approve them.
        await #expect(throws: Failure.self) { try await runner.approve(.contract, reason: nil) }
        let approved = try await engine(fixture, as: roles.approver, user: "berta").approve(.contract, reason: "seen")
        #expect(approved.verdict == .open, "\(approved)")
        let role: String = try fixture.value("SELECT role FROM crossfade.approval")
        #expect(role == roles.approver)
        let done = try await runner.advance(through: .contract, waits: false, confirmation: confirmation)
        #expect(done.outcome == .done, "\(done)")
        #expect(try await fixture.record()?.run.state == .completed)
    }

    @Test func `an approver can approve and nothing else`() async throws {
        let roles = try Roles()
        let fixture = try fixture(roles)
        defer { drop(roles, in: fixture) }
        try await fixture.advance(through: .enforce)
        try await install(.approver, to: roles.approver, fixture)
        try await install(.observer, to: roles.observer, fixture)
        for role in [roles.approver, roles.observer] {
            let engine = try engine(fixture, as: role, user: "berta")
            #expect(try await engine.status().state == .active)
            #expect(try await engine.history().isEmpty == false)
            #expect(try await engine.report(showsValues: false).head.plan == "rename")
            await #expect(throws: Failure.self) { try await engine.report(showsValues: true) }
            for statement in [
                "UPDATE crossfade.run SET blocked = false",
                "INSERT INTO crossfade.approval (run, phase) VALUES (1, 'contract')",
                "INSERT INTO crossfade.event (plan, actor, pid, kind, message) VALUES ('rename', 'x', 1, 'phase verified', 'x')",
                "SELECT before FROM crossfade.repaired", "SELECT bio FROM public.\"Profile\"",
                "CREATE TABLE crossfade.t ()",
                "SELECT crossfade.note('rename', 'old')", "DELETE FROM crossfade.observation",
            ] { #expect(try refusal(role, statement) == .insufficientPrivilege, "\(role): \(statement)") }
            await #expect(throws: Failure.self) { try await engine.pause() }
            await #expect(throws: Failure.self) { try await engine.repair() }
        }
        await #expect(throws: Failure.self) {
            try await engine(fixture, as: roles.observer, user: "berta").approve(.contract, reason: nil)
        }
        let approver = try engine(fixture, as: roles.approver, user: "berta")
        #expect(try await approver.approve(.contract, reason: nil).verdict == .open)
        #expect(try await approver.withdrawApproval(.contract, reason: nil).verdict == .waiting)
    }

    @Test func `a role that is not there, and a role that may not grant, are told`() async throws {
        let roles = try Roles()
        let fixture = try fixture(roles)
        defer { drop(roles, in: fixture) }
        await #expect(throws: Failure.self) { try await install(.observer, to: "nobody at all", fixture) }
        let workspace = Workspace(
            target: try target(as: roles.application),
            templates: try Fixture.templates(),
            actor: Actor(user: "x", host: "test", pid: 1)
        )
        let failure = await #expect(throws: Failure.self) {
            _ = try await LedgerInstallation(workspace: workspace).install(granting: .observer, to: roles.observer)
        }
        #expect(failure?.code == .refused)
        #expect(failure?.hint?.contains("as the ledger's owner") == true, "\(String(describing: failure))")
    }

    private static let watched = plan.replacing("phases:", with: "dual_write: {by: application}\nphases:")

    @Test func `a role whose sync function could not note writers is refused before anything changes`() async throws {
        let roles = try Roles()
        let fixture = try fixture(roles, Self.watched)
        defer { drop(roles, in: fixture) }
        try await install(.operator, to: roles.owner, fixture)
        try fixture.sql("REVOKE EXECUTE ON FUNCTION crossfade.note_row(text, text, text) FROM \(roles.owner)")
        let engine = try engine(fixture, as: roles.owner, user: "anna")
        let failure = await #expect(throws: Failure.self) {
            try await engine.advance(through: .expand, waits: false, confirmation: .notGiven)
        }
        #expect(failure?.code == .refused)
        let hint = failure?.hint ?? ""
        #expect(hint.contains("--grant-to \(roles.owner) --as operator"), "\(hint)")
        let columns = """
            SELECT count(*) FROM pg_attribute
             WHERE attrelid = 'public."Profile"'::regclass AND attname = 'biography'
            """
        #expect(try fixture.value(columns, as: Int64.self) == 0)
    }
}
