import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What happens between an open gate and the statement that takes the old shape away.
@Suite(.load(.quiet), .ledgerDatabase, .timeLimit(.minutes(60)))
struct LastLookTests {
    private func fixture(_ contract: String = "{retain: 7d, requires: []}") async throws -> Fixture {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text NOT NULL);
                INSERT INTO "Profile" SELECT n, 'bio ' || n FROM generate_series(1, 100) n;
                """,
            plan: """
                version: 1
                name: rename
                change:
                  rename_column: {table: Profile, from: bio, to: biography}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: \(contract)
                """
        )
        try await fixture.advance(through: .enforce)
        return fixture
    }

    /// Lets contract wait for its lock behind a transaction, in which something happens, and which then commits.
    private func contract(
        _ fixture: Fixture,
        while happens: (Connection) async throws -> Void
    ) async throws -> Failure {
        let holder = try fixture.database.connect(as: "holder")
        try holder.execute("SET search_path = public; BEGIN; UPDATE \"Profile\" SET id = id WHERE id = 1")
        let engine = try fixture.engine()
        let advance = Task {
            try await engine.advance(through: .contract, waits: false, confirmation: Confirmation(name: "rename"))
        }
        try await waitUntil("contract waits for its lock") {
            fixture.remarks.all.contains { if case .blocked = $0 { true } else { false } }
        }
        try await happens(holder)
        try holder.execute("COMMIT")
        do {
            let report = try await advance.value
            throw Failure(.failed, "contract went on: \(report)", hint: nil)
        } catch let failure as Failure {
            return failure
        }
    }

    private func trigger(_ fixture: Fixture) throws -> String {
        try fixture.value("SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%crossfade%'")
    }

    /// Both columns, the trigger, and every value are as they were; and the run goes on once that is mended.
    private func expectUntouched(_ fixture: Fixture, mendedBy mending: String) async throws {
        #expect(
            try fixture.value(
                "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '\"Profile\"'::regclass AND attnum > 0",
                as: String.self
            ) == "id,bio,biography"
        )
        try fixture.sql(mending)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.advance(through: .contract)
    }

    @Test func `a trigger that was switched off meanwhile is noticed under the lock`() async throws {
        let fixture = try await fixture()
        let trigger = try trigger(fixture)
        let failure = try await contract(fixture) { holder in
            try holder.execute("ALTER TABLE \"Profile\" DISABLE TRIGGER \(trigger)")
        }
        #expect(failure.code == .closed)
        #expect(failure.message.contains("under the lock: the sync trigger is there"), "\(failure.message)")
        #expect(failure.message.contains("is disabled"), "\(failure.message)")
        try await expectUntouched(fixture, mendedBy: "ALTER TABLE \"Profile\" ENABLE ALWAYS TRIGGER \(trigger)")
    }

    @Test func `a row that went wrong meanwhile is found by the last comparison`() async throws {
        let fixture = try await fixture()
        let trigger = try trigger(fixture)
        let failure = try await contract(fixture) { holder in
            try holder.execute(
                """
                ALTER TABLE "Profile" DISABLE TRIGGER \(trigger); UPDATE "Profile" SET biography = 'x' WHERE id = 9;
                ALTER TABLE "Profile" ENABLE ALWAYS TRIGGER \(trigger)
                """
            )
        }
        #expect(failure.code == .closed)
        #expect(failure.message.contains("the last comparison found rows that differ"), "\(failure.message)")
        #expect(try await fixture.engine().verify().verdict == .failed)
        try await expectUntouched(fixture, mendedBy: "UPDATE \"Profile\" SET bio = 'y', biography = 'y' WHERE id = 9")
    }

    @Test func `an old writer that commits meanwhile keeps the old column`() async throws {
        let fixture = try await fixture("{requires: [{no_legacy_writes: 1h}]}")
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '2 h'")
        let failure = try await contract(fixture) { holder in
            try holder.execute("UPDATE \"Profile\" SET bio = 'late' WHERE id = 2")
        }
        #expect(failure.code == .closed)
        #expect(failure.message.contains("no_legacy_writes: a session has just written"), "\(failure.message)")
        let gate = try await fixture.engine().gate(.contract)
        #expect(gate.verdict == .closed)
        #expect(gate.obstacles.first?.reason.contains("'holder' as role") == true, "\(gate)")
        try await expectUntouched(
            fixture,
            mendedBy: "UPDATE crossfade.observation SET seen_at = seen_at - interval '2 h'"
        )
    }

    @Test func `an approval that is withdrawn meanwhile no longer lets it in`() async throws {
        let fixture = try await fixture("{requires: [{approval: {}}]}")
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        let failure = try await contract(fixture) { _ in
            _ = try await fixture.engine(user: "berta").withdrawApproval(.contract, reason: "not now")
        }
        #expect(failure.message.contains("an approval has just been withdrawn"), "\(failure.message)")
        #expect(try await fixture.engine().gate(.contract).verdict == .waiting)
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        try await expectUntouched(fixture, mendedBy: "SELECT 1")
    }

    @Test func `a comparison that takes too long under the lock is ended, told, and left out`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, n text NOT NULL);
                INSERT INTO t SELECT n, n FROM generate_series(1, 100) n;
                CREATE FUNCTION slow(text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN $1::int; END $$;
                """,
            plan: """
                version: 1
                name: rename
                change:
                  change_type: {table: t, column: n, type: integer, using: 'slow(n)', back: 'n::text'}
                acknowledge: [unconvertible]
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {requires: []}
                """
        )
        try await fixture.advance(through: .enforce)
        // A check that was quick when it was made, of rows that are no longer.
        try fixture.sql(
            """
            CREATE OR REPLACE FUNCTION slow(text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.03); RETURN $1::int; END $$;
            CREATE FUNCTION crossfade.quick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.compare_seconds := 0.01; RETURN NEW; END $$;
            CREATE TRIGGER quick BEFORE INSERT ON crossfade.verification FOR EACH ROW EXECUTE FUNCTION crossfade.quick()
            """
        )
        try await fixture.advance(through: .contract)
        let said = fixture.remarks.all.contains {
            if case .notice(let text) = $0 { text.contains("not compared again under the lock") } else { false }
        }
        #expect(said)
        let type = "SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'n'"
        #expect(try fixture.value(type, as: String.self) == "integer")
    }

    @Test func `a pause while it waits for the lock is heard under the lock`() async throws {
        let fixture = try await fixture()
        let failure = try await contract(fixture) { _ in _ = try await fixture.engine().pause() }
        #expect(failure.message.contains("the run was paused"), "\(failure.message)")
        _ = try await fixture.engine().resume()
        try await expectUntouched(fixture, mendedBy: "SELECT 1")
    }

    @Test func `a contract that was begun long ago and changed nothing is let in anew`() async throws {
        let fixture = try await fixture("{requires: [{approval: {expires: 1h}}]}")
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        // As a process that was killed after it had written that contract begins.
        try fixture.sql(
            """
            UPDATE crossfade.phase SET status = 'applying', started_at = clock_timestamp() - interval '2 h' WHERE phase = 'contract';
            UPDATE crossfade.approval SET given_at = given_at - interval '2 h'
            """
        )
        let report = try await fixture.engine().advance(
            through: nil,
            waits: false,
            confirmation: Confirmation(name: "rename")
        )
        guard case .waiting(let gate) = report.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(gate.obstacles.first?.reason.contains("expired at") == true, "\(gate)")
        #expect(try await fixture.engine().repair() == 0)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.engine(user: "berta").approve(.contract, reason: nil)
        try await fixture.advance(through: .contract)
    }

    @Test func `purge looks under its lock at what contract left behind`() async throws {
        let fixture = try await fixture()
        try await fixture.advance(through: .contract)
        try fixture.sql(
            """
            UPDATE crossfade.phase SET finished_at = finished_at - interval '8 d';
            ALTER TABLE "Profile" DROP COLUMN biography
            """
        )
        let failure = await #expect(throws: Failure.self) {
            try await fixture.engine().purge(confirmation: Confirmation(name: "rename"))
        }
        #expect(failure?.code == .closed)
        #expect(
            failure?.message.contains("under the lock: the new column has kept") == true,
            "\(failure?.message ?? "")"
        )
        let kept =
            "SELECT count(*) FROM pg_attribute WHERE attrelid = '\"Profile\"'::regclass AND attname = 'crossfade_old_bio'"
        #expect(try fixture.value(kept, as: Int.self) == 1)
    }
}
