import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What only the new shape can hold keeps rollback from going on, also where it is written while rollback is under way.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RollbackLossTests {
    private func fixture(_ change: String, schema: String, deadline: String = "10m", extra: String = "[unconvertible]")
        throws -> Fixture
    {
        try Fixture(
            schema: schema,
            plan: """
                version: 1
                name: back
                change:
                  \(change)
                acknowledge: \(extra)
                phases:
                  lock_deadline: \(deadline)
                  backfill: {chunk_target: 20ms, workers: 1, latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d}
                """
        )
    }

    private static let numbers =
        "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT n, n FROM generate_series(1, 300) n;"

    private func retype(_ more: String = "", schema: String = numbers, deadline: String = "10m") throws -> Fixture {
        try fixture("change_type: {table: t, column: a, type: bigint\(more)}", schema: schema, deadline: deadline)
    }

    /// Lets a rollback wait for a lock behind a session, in which something happens meanwhile.
    private func rollBack(
        _ fixture: Fixture,
        to target: Phase? = nil,
        behind statement: String,
        at step: String,
        while happens: (Connection) throws -> Void
    ) async throws -> Failure? {
        let holder = try fixture.database.connect(as: "holder")
        try holder.execute("SET search_path = public; BEGIN; \(statement)")
        let rollback = Task { try await fixture.rollBack(to: target) }
        try await waitUntil("rollback waits at \(step)") {
            fixture.remarks.all.contains {
                if case .blocked(let title, _, _) = $0 { title.hasPrefix(step) } else { false }
            }
        }
        try happens(holder)
        try holder.execute("COMMIT")
        do {
            _ = try await rollback.value
            return nil
        } catch let failure as Failure {
            return failure
        }
    }

    /// Rollback is refused and under way; once the row is changed the same command ends it with the schema before.
    private func expectRefused(
        _ failure: Failure?,
        _ fixture: Fixture,
        naming row: String,
        mendedBy mending: String,
        to target: Phase? = nil,
        before: String
    ) async throws {
        let failure = try #require(failure)
        #expect(failure.code == .refused, "\(failure)")
        #expect(failure.message.contains(row), "\(failure)")
        let command = "crossfade rollback back\(target.map { " --to \($0.rawValue)" } ?? "") --confirm back"
        #expect(failure.hint?.contains(command) == true, "\(failure)")
        #expect(try await fixture.record()?.run.state == .rollingBack)
        let again = await #expect(throws: Failure.self) { try await fixture.rollBack(to: target) }
        #expect(again?.code == .refused && again?.message.contains(row) == true, "\(String(describing: again))")
        try fixture.sql(mending)
        try await fixture.rollBack(to: target)
        #expect(try await fixture.dump() == before)
    }

    // MARK: - A value that the old type cannot hold

    @Test func `a value written while rollback waits for its first lock is not lost`() async throws {
        let fixture = try retype()
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        let failure = try await rollBack(
            fixture,
            behind: "UPDATE t SET a = 5000000000 WHERE id = 1",
            at: "keep"
        ) { _ in }
        #expect(try fixture.value("SELECT a FROM t WHERE id = 1", as: Int.self) == 5_000_000_000)
        try await expectRefused(
            failure,
            fixture,
            naming: "id=1 (5000000000)",
            mendedBy: "UPDATE t SET a = 5 WHERE id = 1",
            before: before
        )
        #expect(try fixture.value("SELECT a FROM t WHERE id = 1", as: Int.self) == 5)
    }

    @Test func `a value written while rollback waits for its last lock is found under it`() async throws {
        let fixture = try retype()
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        let failure = try await rollBack(fixture, behind: "SELECT FROM t", at: "give") { _ in
            try fixture.sql("UPDATE t SET a = 5000000000 WHERE id = 2; INSERT INTO t (id, a) VALUES (999, 6000000000)")
        }
        #expect(try fixture.value("SELECT a FROM t WHERE id = 2", as: Int.self) == 5_000_000_000)
        try await expectRefused(
            failure,
            fixture,
            naming: "id=2 (5000000000)",
            mendedBy: "UPDATE t SET a = 5 WHERE id = 2; DELETE FROM t WHERE id = 999",
            before: before
        )
    }

    @Test func `where the rows take long, what the reverse trigger recorded counts under the lock`() async throws {
        let schema =
            Self.numbers
                + """
                CREATE FUNCTION slow(v bigint) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
                BEGIN PERFORM pg_sleep(0.002); RETURN v::int; END $$;
                """
        let fixture = try retype(", back: 'slow(a)'", schema: schema)
        try await fixture.advance(through: .contract)
        let failure = try await rollBack(fixture, to: .enforce, behind: "SELECT FROM t", at: "give") { _ in
            try fixture.sql("UPDATE t SET a = 5000000000 WHERE id = 2")
        }
        #expect(failure?.code == .refused, "\(String(describing: failure))")
        #expect(
            failure?.message.contains("has just been written whose value the old shape cannot hold: id=2") == true,
            "\(String(describing: failure))"
        )
        #expect(try fixture.value("SELECT a FROM t WHERE id = 2", as: Int.self) == 5_000_000_000)
        try fixture.sql("UPDATE t SET a = 5 WHERE id = 2")
        try await fixture.rollBack(to: .enforce)
        #expect(try fixture.value("SELECT a FROM t WHERE id = 2", as: Int.self) == 5)
    }

    @Test func `a rollback that ended for want of a lock counts again when it goes on`() async throws {
        let fixture = try retype(deadline: "10s")
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        let holder = try fixture.database.connect(as: "holder")
        try holder.execute("SET search_path = public; BEGIN; SELECT FROM t")
        let late = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(late?.code == .tryAgain, "\(String(describing: late))")
        #expect(late?.hint?.contains("crossfade rollback back --confirm back") == true, "\(String(describing: late))")
        try holder.execute("UPDATE t SET a = 5000000000 WHERE id = 3; COMMIT")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(try fixture.value("SELECT a FROM t WHERE id = 3", as: Int.self) == 5_000_000_000)
        try await expectRefused(
            failure,
            fixture,
            naming: "id=3 (5000000000)",
            mendedBy: "UPDATE t SET a = 7 WHERE id = 3",
            before: before
        )
    }

    @Test func `before contract, a value written while the new column is dropped keeps it`() async throws {
        let fixture = try retype(", as: wide")
        let before = try await fixture.dump()
        try await fixture.advance(through: .enforce)
        let failure = try await rollBack(fixture, behind: "SELECT FROM t", at: "drop") { _ in
            try fixture.sql("UPDATE t SET wide = 5000000000 WHERE id = 4")
        }
        try await expectRefused(
            failure,
            fixture,
            naming: "id=4 (5000000000)",
            mendedBy: "UPDATE t SET wide = 5 WHERE id = 4",
            before: before
        )
    }

    // MARK: - Other kinds

    @Test func `a second link that comes while the links are dropped keeps them`() async throws {
        let test = try #require(KindCase.all.first { $0.kind == "link_table" })
        let plan = test.plan().replacing(
            "references: Category.id}}",
            with: "references: Category.id}, second_link: record}"
        )
        let fixture = try Fixture(schema: test.schema, plan: plan)
        let before = try await fixture.dump()
        try await fixture.advance(through: .enforce)
        let blueprint = try #require(try await fixture.blueprint() as? LinkTableBlueprint)
        let link = blueprint.link.quoted
        let failure = try await rollBack(fixture, behind: "SELECT FROM \(link)", at: "drop") { _ in
            try fixture.sql(
                #"INSERT INTO \#(link) ("A", "B") SELECT (SELECT max("A") FROM \#(link)), (SELECT min("B") FROM \#(link))"#
            )
        }
        #expect(failure?.code == .refused, "\(String(describing: failure))")
        #expect(failure?.message.contains("more than one link") == true, "\(String(describing: failure))")
        try fixture.sql(
            #"DELETE FROM \#(link) WHERE "B" = (SELECT min("B") FROM \#(link)) AND "A" = (SELECT max("A") FROM \#(link))"#
        )
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }

    private static let names =
        "CREATE TABLE u (id int PRIMARY KEY, first text NOT NULL, last text); INSERT INTO u SELECT n, 'F' || n, 'L' || n FROM generate_series(1, 50) n;"
    private static let merge = #"""
        merge_columns: {table: u, from: [first, last], to: {name: full, type: text}, merge: "first || ' ' || last", \#
        split: {first: "split_part(\"full\", ' ', 1)", last: "split_part(\"full\", ' ', 2)"}}
        """#

    @Test func `a row of before that a new version left without a value is counted, and keeps what is set aside`()
        async throws
    {
        let fixture = try fixture(Self.merge, schema: Self.names)
        try await fixture.advance(through: .enforce)
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        try fixture.sql("UPDATE u SET \"full\" = NULL WHERE id = 1")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack(to: .enforce) }
        #expect(
            failure?.code == .refused && failure?.message.contains("id=1") == true,
            "\(String(describing: failure))"
        )
        #expect(failure?.hint?.hasPrefix("keep the new shape, or change these rows") == true)
        #expect(try await fixture.record()?.run.state == .active)
        #expect(try fixture.value("SELECT crossfade_old_first FROM u WHERE id = 1", as: String.self) == "F1")
        try fixture.sql("UPDATE u SET \"full\" = 'A B' WHERE id = 1")
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.dump() == before)
        #expect(try fixture.value("SELECT first || last FROM u WHERE id = 1", as: String.self) == "AB")
    }

    @Test func `a row of before that loses its value while rollback is under way keeps what is set aside`() async throws
    {
        let fixture = try fixture(Self.merge, schema: Self.names)
        try await fixture.advance(through: .enforce)
        let before = try await fixture.dump()
        try await fixture.advance(through: .contract)
        let failure = try await rollBack(fixture, to: .enforce, behind: "SELECT FROM u", at: "hold") { _ in
            try fixture.sql("UPDATE u SET \"full\" = NULL WHERE id = 1")
        }
        #expect(try fixture.value("SELECT crossfade_old_first FROM u WHERE id = 1", as: String.self) == "F1")
        try await expectRefused(
            failure,
            fixture,
            naming: "id=1",
            mendedBy: "UPDATE u SET \"full\" = 'A B' WHERE id = 1",
            to: .enforce,
            before: before
        )
    }

    @Test func `a split without values on the old side is counted for an old row too`() async throws {
        let fixture = try fixture(
            "split_column: {table: s, from: spot, to: [{name: x, type: int}], split: {x: 'spot::int'}, merge: 'nullif(x, 0)::text'}",
            schema: "CREATE TABLE s (id int PRIMARY KEY, spot text NOT NULL); INSERT INTO s VALUES (1, '1'), (2, '2')"
        )
        try await fixture.advance(through: .contract)
        try fixture.sql("UPDATE s SET x = 0 WHERE id = 2")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack(to: .enforce) }
        #expect(failure?.message.contains("id=2") == true, "\(String(describing: failure))")
        try fixture.sql("UPDATE s SET x = 3 WHERE id = 2")
        try await fixture.rollBack(to: .enforce)
    }

    @Test func `what lost its reference is named by foreign key and tables`() async throws {
        let fixture = try fixture(
            "drop_table: {table: o}",
            schema: """
                CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE o (id int PRIMARY KEY, pid int REFERENCES p);
                INSERT INTO p VALUES (1); INSERT INTO o VALUES (1, 1)
                """
        )
        try await fixture.advance(through: .contract)
        try fixture.sql("DELETE FROM p")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(
            failure?.message
                == "undoing contract is refused for these rows: rows of \"public\".\"crossfade_old_o\" point to rows of \"public\".\"p\" "
                + "that were deleted since, so that \"o_pid_fkey\" cannot be built again: id=1"
        )
    }

    // MARK: - What comes back otherwise

    /// What a person is asked before a rollback, which is then not confirmed.
    private func question(_ fixture: Fixture, to target: Phase? = nil) async throws -> String {
        let failure = await #expect(throws: Failure.self) {
            try await fixture.engine().rollBack(to: target, confirmation: .notGiven)
        }
        return failure?.message ?? ""
    }

    static let roundings: [(change: String, schema: String, write: String, phase: Phase)] = [
        (
            "change_type: {table: t, column: a, type: 'numeric(12,4)', back: 'round(a, 2)', loss: acknowledged, as: wide}",
            "CREATE TABLE t (id int PRIMARY KEY, a numeric(10,2)); INSERT INTO t SELECT n, n FROM generate_series(1, 9) n",
            "UPDATE t SET wide = 1.2345 WHERE id IN (3, 4); UPDATE t SET wide = 1.25 WHERE id = 5", .enforce
        ),
        (
            "change_type: {table: t, column: a, type: 'numeric(12,4)', back: 'round(a, 2)', loss: acknowledged}",
            "CREATE TABLE t (id int PRIMARY KEY, a numeric(10,2)); INSERT INTO t SELECT n, n FROM generate_series(1, 9) n",
            "UPDATE t SET a = 1.2345 WHERE id IN (3, 4); UPDATE t SET a = 1.25 WHERE id = 5", .contract
        ),
        (
            #"""
            merge_columns: {table: t, from: [first, last], to: {name: full, type: text}, loss: acknowledged, merge: "first || ' ' || last", \#
            split: {first: "split_part(\"full\", ' ', 1)", last: "split_part(\"full\", ' ', 2)"}}
            """#,
            "CREATE TABLE t (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL); INSERT INTO t SELECT n, 'F', 'L' FROM generate_series(1, 9) n",
            "UPDATE t SET \"full\" = 'Anna Maria Smith' WHERE id IN (3, 4); UPDATE t SET \"full\" = 'A B' WHERE id = 5",
            .contract
        ),
        (
            #"""
            merge_columns: {table: t, from: [first, last], to: {name: full, type: text}, loss: acknowledged, merge: "first || ' ' || last", \#
            split: {first: "split_part(\"full\", ' ', 1)", last: "split_part(\"full\", ' ', 2)"}}
            """#,
            "CREATE TABLE t (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL); INSERT INTO t SELECT n, 'F', 'L' FROM generate_series(1, 9) n",
            "UPDATE t SET \"full\" = 'Anna Maria Smith' WHERE id IN (3, 4); UPDATE t SET \"full\" = 'A B' WHERE id = 5",
            .enforce
        ),
    ]

    @Test(arguments: roundings.indices)
    func `rows that come back otherwise are counted before rollback, and do not refuse it`(_ place: Int) async throws {
        let test = Self.roundings[place]
        let fixture = try fixture(test.change, schema: test.schema)
        let before = try await fixture.dump()
        try await fixture.advance(through: test.phase)
        #expect(!(try await question(fixture)).contains("otherwise"))
        try fixture.sql(test.write)
        let question = try await question(fixture)
        #expect(
            question.hasSuffix("; 2 rows come back otherwise than the new version wrote them, for example id=3"),
            "\(question)"
        )
        #expect(!question.contains("every value"), "\(question)")
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }
}
