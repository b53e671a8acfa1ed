import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What stands between a run and the statements that nobody can take back.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct IrreversibleTests {
    private static func plan(
        _ contract: String,
        name: String = "rename",
        from: String = "bio",
        to: String = "biography"
    )
        -> String
    {
        """
        version: 1
        name: \(name)
        change:
          rename_column: {table: Profile, from: \(from), to: \(to)}
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: \(contract)
        """
    }

    private static let schema = """
        CREATE TABLE "Profile" (id int PRIMARY KEY, bio text NOT NULL);
        INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 100) n;
        """

    private func fixture(_ contract: String) async throws -> Fixture {
        let fixture = try Fixture(schema: Self.schema, plan: Self.plan(contract))
        try await fixture.advance(through: .enforce)
        return fixture
    }

    private func columns(_ fixture: Fixture) throws -> String {
        try fixture.value(
            """
            SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = '"Profile"'::regclass AND attnum > 0 AND NOT attisdropped
            """
        )
    }

    // MARK: - What nobody has let in

    @Test func `a contract applied by hand is not purged at once, nor before what the plan asks for`() async throws {
        let fixture = try await fixture("{retain: 0s, requires: [{approval: {}}]}")
        let engine = try fixture.engine()
        let file = try engine.files(try await fixture.blueprint()).render(.phase(.contract), .file)
        try fixture.sql("BEGIN; \(try #require(file).text); COMMIT")
        let report = try await engine.advance(through: .contract, waits: false, confirmation: .notGiven)
        #expect(report.outcome == .done)
        #expect(try columns(fixture) == "id,crossfade_old_bio,biography", "\(report)")
        let shut = try await engine.purge(confirmation: Confirmation(name: "rename"))
        guard case .waiting(let gate) = shut.outcome else {
            Issue.record("purged without an approval: \(shut)")
            return
        }
        #expect(gate.obstacles.map(\.name) == ["approval"])
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        await #expect(throws: Failure.self) { try await engine.purge(confirmation: .notGiven) }
        #expect(try await engine.purge(confirmation: Confirmation(name: "rename")).outcome == .done)
        #expect(try columns(fixture) == "id,biography")
    }

    // MARK: - What cannot be undone

    @Test func `once purge has dropped something there is no way but to its end`() async throws {
        let fixture = try await fixture("{retain: 7d, requires: []}")
        try await fixture.advance(through: .contract)
        // As a process leaves it that dies after the step's transaction and before it is noted that the run is over.
        try fixture.sql(
            """
            ALTER TABLE "Profile" DROP COLUMN crossfade_old_bio;
            INSERT INTO crossfade.step (run, file, title, outcome, sql_digest, attempts, seconds)
            SELECT id, 'same_row/purge', 'drop it', 'done', '', 1, 0 FROM crossfade.run;
            UPDATE crossfade.phase SET finished_at = finished_at - interval '8 days'
            """
        )
        let engine = try fixture.engine()
        let refused = await #expect(throws: Failure.self) { try await fixture.rollBack(to: .enforce) }
        #expect(refused?.code == .refused)
        #expect(refused?.hint?.contains("crossfade purge rename") == true, "\(refused as Any)")
        await #expect(throws: Failure.self) { try await engine.verify() }
        #expect(try fixture.value("SELECT blocked FROM crossfade.run", as: Bool.self) == false)
        #expect(try await engine.purge(confirmation: Confirmation(name: "rename")).outcome == .done)
        #expect(try await fixture.record()?.run.state == .completed)
    }

    @Test func `a rollback that has nothing left to undo proves what is there`() async throws {
        let fixture = try await fixture("{requires: []}")
        try await fixture.advance(through: .contract)
        try await fixture.rollBack(to: .enforce)
        let checks = "SELECT count(*) FROM crossfade.verification"
        let before: Int = try fixture.value(checks)
        #expect(try await fixture.rollBack(to: .enforce).outcome == .done)
        #expect(try fixture.value(checks, as: Int.self) == before + 1)
        let trigger: String = try fixture.value(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%crossfade%'"
        )
        try fixture.sql("ALTER TABLE \"Profile\" DISABLE TRIGGER \(trigger)")
        guard case .failedCheck = try await fixture.rollBack(to: .enforce).outcome else {
            Issue.record("what is wrong was not told")
            return
        }
    }

    // MARK: - Checks and evidence

    @Test func `a slow check that began before one that failed takes nothing back`() async throws {
        let fixture = try await fixture("{requires: []}")
        let engine = try fixture.engine()
        let record = try #require(await fixture.record())
        let slow = try await Verifier(
            workspace: engine.workspace,
            plan: fixture.plan,
            record: record,
            files: engine.files(record.blueprint)
        ).verify()
        #expect(slow.report.verdict == .passed)
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        let trigger: String = try fixture.value(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%crossfade%'"
        )
        try fixture.sql("ALTER TABLE \"Profile\" DISABLE TRIGGER \(trigger)")
        #expect(try await engine.verify().verdict == .failed)
        let connection = try fixture.database.connect()
        try connection.transaction { connection in
            _ = try RunControl.move(
                .checked(passed: true),
                LedgerEvent("check passed", "late"),
                fixture.plan,
                engine.workspace.actor,
                on: connection
            ) { ledger, stored in try ledger.record(slow, phase: nil, run: stored.id) }
        }
        #expect(try fixture.value("SELECT blocked FROM crossfade.run", as: Bool.self))
        #expect(try await engine.gate(.contract).verdict == .closed)
        try fixture.sql("ALTER TABLE \"Profile\" ENABLE ALWAYS TRIGGER \(trigger)")
        #expect(try await engine.verify().verdict == .passed)
        #expect(try fixture.value("SELECT blocked FROM crossfade.run", as: Bool.self) == false)
    }

    @Test func `what a long transaction wrote before the gate was asked is found under the lock`() async throws {
        let fixture = try await fixture("{requires: [{no_legacy_writes: 30s}]}")
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '2 h'")
        let writer = try fixture.database.connect(as: "batch")
        try writer.execute("SET search_path = public; BEGIN; UPDATE \"Profile\" SET bio = 'long' WHERE id = 2")
        #expect(try await fixture.engine().gate(.contract).verdict == .open, "nobody can see it yet")
        let engine = try fixture.engine()
        let contract = Task {
            try await engine.advance(through: .contract, waits: false, confirmation: Confirmation(name: "rename"))
        }
        try await waitUntil("contract waits for its lock") {
            fixture.remarks.all.contains { if case .blocked = $0 { true } else { false } }
        }
        try writer.execute("COMMIT")
        let failure = await #expect(throws: Failure.self) { try await contract.value }
        #expect(failure?.message.contains("no_legacy_writes: a session has just written") == true, "\(failure as Any)")
        #expect(try columns(fixture) == "id,bio,biography")
    }

    @Test func `an approval of contract is of how long the old shape is kept`() async throws {
        let fixture = try await fixture("{retain: 7d, requires: [{approval: {}}]}")
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        #expect(try await fixture.engine().gate(.contract).verdict == .open)
        let sooner = try Fixture(schema: "", plan: Self.plan("{retain: 0s, requires: [{approval: {}}]}")).plan
        #expect(try await fixture.engine(plan: sooner).gate(.contract).verdict == .waiting)
    }

    // MARK: - Other plans

    @Test func `a plan that was refused at its first gate is nobody's rival`() async throws {
        let fixture = try Fixture(schema: Self.schema, plan: Self.plan("{requires: []}"))
        try await fixture.advance(through: .expand)
        let rival = try Fixture(schema: "", plan: Self.plan("{requires: []}", name: "rival", to: "cv")).plan
        let refused = try await fixture.engine(plan: rival).advance(
            through: .expand,
            waits: false,
            confirmation: .notGiven
        )
        guard case .closed = refused.outcome else {
            Issue.record("two plans on one column: \(refused)")
            return
        }
        try await fixture.rollBack()
        try await fixture.advance(through: .expand)
        try await fixture.rollBack()
        let begun = try await fixture.engine(plan: rival).advance(
            through: .expand,
            waits: false,
            confirmation: .notGiven
        )
        #expect(begun.outcome == .done)
    }
}
