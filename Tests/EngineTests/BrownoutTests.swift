import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Contract for a time, and back.
@Suite(.load(.quiet), .ledgerDatabase, .timeLimit(.minutes(60)))
struct BrownoutTests {
    private static let schema = """
        CREATE TABLE "Profile" (id int PRIMARY KEY, bio text NOT NULL DEFAULT 'none' UNIQUE);
        INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 200) n;
        """

    private func fixture(_ requires: String = "[]") async throws -> Fixture {
        let fixture = try Fixture(
            schema: Self.schema,
            plan: """
                version: 1
                name: rename
                change:
                  rename_column: {table: Profile, from: bio, to: biography}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d, requires: \(requires)}
                """
        )
        try await fixture.advance(through: .enforce)
        return fixture
    }

    @discardableResult
    private func brownOut(
        _ fixture: Fixture,
        for duration: Duration = .seconds(1),
        settling: Duration = .zero,
        interruption: Interruption = Interruption()
    ) async throws -> Brownout {
        let workspace = try fixture.engine().workspace
        let engine = PlanEngine(
            plan: fixture.plan,
            workspace: Workspace(
                target: workspace.target,
                templates: workspace.templates,
                actor: workspace.actor,
                interruption: interruption,
                remark: workspace.remark
            )
        )
        let report = try await engine.brownOut(
            for: duration,
            settling: settling,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
        guard case .brownout(let brownout) = report.outcome else {
            throw Failure(.failed, "no brownout: \(report)", hint: nil)
        }
        return brownout
    }

    /// Waits until the old column is away.
    private func waitUntilAway(_ fixture: Fixture) async throws {
        try await waitUntil("the old column is away") {
            try fixture.value(
                "SELECT count(*) = 1 FROM crossfade.brownout WHERE retired_at IS NOT NULL AND ended_at IS NULL",
                as: Bool.self
            )
        }
    }

    /// What a session says while the old column is away; it stays open afterwards, as one of a pool does.
    private func say(_ statement: String, _ fixture: Fixture, as name: String) throws -> Connection {
        let connection = try fixture.database.connect(as: name)
        try connection.execute("SET search_path = public")
        do { try connection.execute(statement) } catch let error as PostgresError { #expect(error.sqlState != nil) }
        return connection
    }

    @Test func `one that nobody misses ends with the schema and values before, and opens contract`() async throws {
        let fixture = try await fixture("[{brownout: 1s}]")
        let before = try await fixture.dump()
        let engine = try fixture.engine()
        #expect(try await engine.gate(.contract).verdict == .waiting)
        let other = Task { try await brownOut(fixture) }
        try await waitUntilAway(fixture)
        let client = try fixture.database.connect(as: "new version")
        try client.execute(#"UPDATE public."Profile" SET biography = 'written meanwhile' WHERE id = 7"#)
        try client.execute(#"INSERT INTO public."Profile" (id, biography) VALUES (1000, 'born meanwhile')"#)
        // Neither names the old column: the first is another's, the second is `*`.
        try client.execute(
            #"CREATE TABLE public."Draft" (bio text); SELECT bio FROM public."Draft"; SELECT * FROM public."Profile""#
        )
        try client.execute(#"DROP TABLE public."Draft""#)
        let brownout = try await other.value
        #expect(brownout.outcome == .held)
        #expect(brownout.sightings.isEmpty)
        #expect(try await fixture.dump() == before)
        #expect(
            try fixture.value(
                #"SELECT string_agg(bio, ',' ORDER BY id) FROM "Profile" WHERE id IN (7, 1000)"#,
                as: String.self
            )
                == "written meanwhile,born meanwhile"
        )
        #expect(try await engine.gate(.contract).verdict == .open)
        #expect(try await engine.verify().verdict == .passed)
        try await fixture.advance(through: .contract)
    }

    @Test(arguments: [
        #"SELECT bio FROM "Profile" WHERE id = 4711"#,
        #"INSERT INTO "Profile" (id, bio) VALUES (2000, 'secret of a row')"#,
    ])
    func `who names the old column ends it, is named, and keeps contract closed`(_ statement: String) async throws {
        let fixture = try await fixture("[{brownout: 1s}]")
        let other = Task { try await brownOut(fixture, for: .seconds(600)) }
        try await waitUntilAway(fixture)
        let client = try say(statement, fixture, as: "old worker")
        let brownout = try await other.value
        #expect(brownout.outcome == .named)
        let sighting = try #require(brownout.sightings.first)
        #expect(sighting.applicationName == "old worker")
        #expect(sighting.query.hasPrefix(String(statement.prefix(20))))
        #expect(!sighting.query.contains("4711") && !sighting.query.contains("secret"), "values stay where they are")
        // The old version goes on as if nothing had been.
        try client.execute(statement)
        let gate = try await fixture.engine().gate(.contract)
        #expect(gate.verdict == .closed)
        #expect(gate.obstacles.first?.reason.contains("'old worker' as role") == true, "\(gate)")
        try await brownOut(fixture)
        #expect(try await fixture.engine().gate(.contract).verdict == .open)
    }

    /// What no look can see: a session that connects, fails and goes, and one that goes on at once.
    @Test(arguments: [true, false])
    func `a statement that failed unseen makes it inconclusive`(_ isGone: Bool) async throws {
        let fixture = try await fixture("[{brownout: 2s}]")
        let other = Task { try await brownOut(fixture, for: .seconds(2), settling: Brownout.statisticsDelay) }
        try await waitUntilAway(fixture)
        // The text of this one is not what tells it: it is a function that reads the old column.
        let client = try fixture.database.connect(as: "cron")
        try client.execute(
            """
            CREATE FUNCTION public.stale() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT bio FROM public."Profile" LIMIT 1); END $$
            """
        )
        #expect(throws: PostgresError.self) { try client.execute("SELECT public.stale()") }
        if isGone { client.close() } else { try client.execute("SELECT 1") }
        let brownout = try await other.value
        #expect(brownout.outcome == .inconclusive, "\(brownout)")
        #expect(brownout.rollbacks == 1)
        try fixture.sql("DROP FUNCTION public.stale()")
        let gate = try await fixture.engine().gate(.contract)
        #expect(gate.verdict == .waiting)
        let reason = "in the last one 1 transaction of the database rolled back for an unknown reason"
        #expect(gate.obstacles.first?.reason.contains(reason) == true, "\(gate)")
    }

    @Test func `what Crossfade itself rolls back counts for nothing`() async throws {
        let fixture = try await fixture("[{brownout: 2s}]")
        let before: Int64 = try fixture.value(
            "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        )
        // A lock that is not to be had at once makes contract try again and again.
        let locker = try fixture.database.connect(as: "locker")
        try locker.execute(#"BEGIN; LOCK TABLE public."Profile" IN ACCESS SHARE MODE"#)
        let other = Task { try await brownOut(fixture, for: .seconds(2)) }
        try await waitUntil("contract has tried for its lock") {
            fixture.remarks.all.contains { if case .blocked = $0 { true } else { false } }
        }
        try locker.execute("COMMIT")
        try await waitUntilAway(fixture)
        _ = try await fixture.engine().status()
        let brownout = try await other.value
        #expect(brownout.outcome == .held, "\(brownout)")
        #expect(brownout.rollbacks == 0)
        let after: Int64 = try fixture.value(
            "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        )
        #expect(after > before, "there was something to leave out")
    }

    @Test func `a person ends it early, and it proves nothing`() async throws {
        let fixture = try await fixture("[{brownout: 1s}]")
        let before = try await fixture.dump()
        let interruption = Interruption()
        let other = Task { try await brownOut(fixture, for: .seconds(600), interruption: interruption) }
        try await waitUntilAway(fixture)
        interruption.request()
        #expect(try await other.value.outcome == .ended)
        #expect(try await fixture.dump() == before)
        #expect(try await fixture.engine().gate(.contract).verdict == .waiting)
    }

    @Test func `what was approved stays approved when nobody missed it, and not when somebody did`() async throws {
        let fixture = try await fixture("[{approval: {count: 1, not_author: true}}]")
        let engine = try fixture.engine()
        let shut = try await engine.brownOut(for: .seconds(1), confirmation: Confirmation(name: "rename"))
        guard case .waiting = shut.outcome else {
            Issue.record("a brownout is let in without the approval that contract asks for: \(shut)")
            return
        }
        _ = try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        try await brownOut(fixture)
        #expect(try await engine.gate(.contract).verdict == .open)
        let other = Task { try await brownOut(fixture, for: .seconds(600)) }
        try await waitUntilAway(fixture)
        let client = try say(#"SELECT bio FROM "Profile""#, fixture, as: "old worker")
        #expect(try await other.value.outcome == .named)
        #expect(client.isUsable)
        #expect(try await engine.gate(.contract).verdict == .waiting)
    }

    /// As after a crash: the process is gone, the old column is away, and the ledger knows.
    private func leaveBehind(_ fixture: Fixture) async throws {
        let other = Task { try await brownOut(fixture, for: .seconds(600)) }
        try await waitUntilAway(fixture)
        other.cancel()
        await #expect(throws: (any Error).self) { try await other.value }
        // The lease of a process that died ends by itself, after a while.
        try fixture.sql("DELETE FROM crossfade.lease")
    }

    @Test func `one that was left behind is told by status, and set back by what moves the run next`() async throws {
        for next in ["advance", "brownout", "rollback"] {
            let fixture = try await fixture("[{soak: 24h}]")
            let before = try await fixture.dump()
            try fixture.sql(
                "UPDATE crossfade.phase SET finished_at = finished_at - interval '25 h' WHERE phase = 'enforce'"
            )
            try await leaveBehind(fixture)
            if try await fixture.dump() != before {
                let status = try await fixture.engine().status()
                #expect(status.brownout != nil)
                #expect(status.next.contains("sets the old shape back"), "\(status.next)")
                await #expect(throws: Failure.self, "it is no contract that could be purged") {
                    try await fixture.engine().purge(confirmation: Confirmation(name: "rename"))
                }
            }
            try fixture.sql(
                "UPDATE crossfade.phase SET finished_at = finished_at + interval '25 h' WHERE phase = 'enforce'"
            )
            switch next {
            case "advance":
                let report = try await fixture.engine().advance(
                    through: nil,
                    waits: false,
                    confirmation: Confirmation(name: "rename")
                )
                guard case .waiting = report.outcome else {
                    Issue.record("after the way back the gate is asked: \(report)")
                    return
                }
            case "brownout": #expect(try await brownOut(fixture).outcome == .ended)
            default: try await fixture.rollBack(to: .enforce)
            }
            #expect(try await fixture.dump() == before, "\(next)")
            #expect(
                try fixture.value("SELECT count(*) FROM crossfade.brownout WHERE ended_at IS NULL", as: Int.self) == 0
            )
            #expect(try await fixture.engine().verify().verdict == .passed)
            try fixture.sql("DROP SCHEMA crossfade CASCADE; DROP TABLE \"Profile\"")
        }
    }

    @Test func `where nobody could miss anything, or the way back would cost more, it is refused`() async throws {
        for (change, reason) in [
            ("change_type: {table: Profile, column: bio, type: varchar}", "takes away no name"),
            ("add_constraint: {table: Profile, index: {columns: [bio]}, name: other}", "takes away no name"),
            ("rename_column: {table: Profile, from: id, to: number}", "moves the primary key"),
        ] {
            let fixture = try Fixture(
                schema: Self.schema,
                plan: """
                    version: 1
                    name: other
                    change:
                      \(change)
                    phases:
                      dual_write_check: {observe: 0s, min_writes: 0}
                      contract: {requires: []}
                    """
            )
            try await fixture.advance(through: .enforce)
            let before = try await fixture.dump()
            let failure = await #expect(throws: Failure.self) { try await brownOut(fixture) }
            #expect(failure?.message.contains(reason) == true, "\(String(describing: failure))")
            #expect(try await fixture.dump() == before)
            try await fixture.rollBack()
            try fixture.sql("DROP SCHEMA crossfade CASCADE; DROP TABLE \"Profile\"")
        }
    }

    @Test func `before enforce it is out of order`() async throws {
        let fixture = try Fixture(schema: Self.schema, plan: Fixture.rename("Profile", "bio", "biography"))
        try await fixture.advance(through: .backfill)
        await #expect(throws: Failure.self) { try await brownOut(fixture) }
        #expect(try #require(await fixture.record()).run.nextPhase == .dualWriteCheck)
    }
}
