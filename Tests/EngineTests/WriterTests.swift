import Postgres
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Applications write through every phase; no statement fails, and what they wrote last is what is there.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct WriterTests {
    private static let rows = 4000

    /// Ends the writers after the statement under way.
    private final class Stop: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    private struct Account: Sendable {
        var statements = 0
        var failures: [String] = []
        var last: [Int: String] = [:]
    }

    /// Writes rows that leave the remainder `slot`, by the given columns, with an unrelated update now and then.
    private static func write(_ columns: [String], slot: Int, of slots: Int, _ database: ScratchDatabase, _ stop: Stop)
        async throws -> Account
    {
        let session = try await database.session(as: "app-\(columns.joined(separator: "+"))")
        var account = Account()
        var turn = 0
        while !stop.isSet {
            turn += 1
            let id = Int.random(in: 0..<(rows / slots)) * slots + slot
            let value: String? = turn % 11 == 0 ? nil : "\(columns[0]) \(slot) \(turn)"
            let list = columns.map { "\($0) = $2" }.joined(separator: ", ")
            do {
                if turn % 5 == 0 {
                    _ = try await session.run {
                        try $0.query("UPDATE public.person SET touched = touched + 1 WHERE id = $1", [id]).affected
                    }
                } else {
                    let done = try await session.run {
                        try $0.query("UPDATE public.person SET \(list) WHERE id = $1", [id, value]).affected
                    }
                    if done > 0 { account.last[id] = value ?? "NULL" }
                }
            } catch {
                account.failures.append("\(error)")
            }
            account.statements += 1
            await Task.yield()
        }
        await session.close()
        return account
    }

    @Test func `three versions write through all phases and a rollback: none fails, none is lost`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE person (id int PRIMARY KEY, name text, touched int DEFAULT 0, pad text DEFAULT repeat('x', 300));
                CREATE INDEX ON person (name);
                INSERT INTO person (id, name) SELECT n, CASE WHEN n % 9 > 0 THEN 'first ' || n END FROM generate_series(0, \(Self.rows - 1)) n;
                """,
            plan: Fixture.rename("person", "name", "full_name", retain: "7d")
        )
        let database = fixture.database
        let (oldStop, newStop) = (Stop(), Stop())
        let old = (0..<2).map { slot in Task { try await Self.write(["name"], slot: slot, of: 6, database, oldStop) } }
        try await fixture.advance(through: .expand)
        let dual = Task { try await Self.write(["name", "full_name"], slot: 2, of: 6, database, oldStop) }
        try await fixture.advance(through: .enforce)
        let new = (3..<6).map { slot in
            Task { try await Self.write(["full_name"], slot: slot, of: 6, database, newStop) }
        }
        try await Task.sleep(for: .milliseconds(500))
        oldStop.set()
        var accounts: [Account] = []
        for task in old + [dual] { accounts.append(try await task.value) }
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .milliseconds(300))
        try await fixture.rollBack(to: .enforce)
        try await Task.sleep(for: .milliseconds(300))
        newStop.set()
        for task in new { accounts.append(try await task.value) }

        #expect(accounts.flatMap(\.failures) == [])
        #expect(accounts.allSatisfy { $0.statements > 20 }, "\(accounts.map(\.statements))")
        let connection = try database.connect()
        var found: [Int: String] = [:]
        for row in try connection.query(
            "SELECT id, coalesce(name, 'NULL') AS name FROM public.person WHERE name IS NOT DISTINCT FROM full_name"
        ) {
            found[try row.decode("id")] = try row.decode("name")
        }
        #expect(found.count == Self.rows)
        for (id, value) in accounts.flatMap(\.last) { #expect(found[id] == value, "row \(id)") }
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a row moved by an unrelated update while the backfill runs is not missed`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE person (id int PRIMARY KEY, name text, touched int DEFAULT 0, pad text DEFAULT repeat('x', 500));
                INSERT INTO person (id, name) SELECT n, 'n' || n FROM generate_series(1, 8000) n;
                """,
            plan: Fixture.rename("person", "name", "full_name", retain: "7d")
        )
        try await fixture.advance(through: .expand)
        let stop = Stop()
        let database = fixture.database
        let mover = Task {
            let session = try await database.session(as: "mover")
            var moved = 0
            while !stop.isSet {
                moved += try await session.run {
                    try $0.query("UPDATE public.person SET touched = touched + 1 WHERE id % 7 = 0").affected
                }
            }
            await session.close()
            return moved
        }
        try await fixture.advance(through: .backfill)
        stop.set()
        #expect(try await mover.value > 0)
        #expect(
            try fixture.value("SELECT count(*) FROM person WHERE full_name IS DISTINCT FROM name", as: Int.self) == 0
        )
    }

    @Test func `a row that is held is gone round, and copied when it is free`() async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE person (id int, name text); INSERT INTO person SELECT n, 'n' || n FROM generate_series(1, 3000) n",
            plan: Fixture.rename("person", "name", "full_name", retain: "7d")
        )
        try await fixture.advance(through: .expand)
        let holder = try fixture.database.connect(as: "slow batch")
        try holder.execute("BEGIN; SELECT FROM public.person WHERE id = 77 FOR UPDATE")
        let advance = Task {
            try await fixture.engine().advance(through: .backfill, waits: false, confirmation: .notGiven)
        }
        try await waitUntil("the copy to tell who holds the row", deadline: .seconds(120)) {
            fixture.remarks.all.contains { remark in
                if case .blocked(_, let by, _) = remark { return by.contains { $0.contains("slow batch") } }
                return false
            }
        }
        #expect(try fixture.value("SELECT count(*) FROM person WHERE full_name IS NULL", as: Int.self) == 1)
        try holder.execute("COMMIT")
        #expect(try await advance.value.outcome == .done)
    }

    @Test func `the sync trigger answers each kind of write as the table of writes says`() async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'dd', n int); INSERT INTO t SELECT n, 'a' || n FROM generate_series(1, 9) n",
            plan: Fixture.rename("t", "a", "b", retain: "7d")
        )
        try await fixture.advance(through: .expand)
        func row(_ id: Int) throws -> String {
            try fixture.value(
                "SELECT concat_ws('/', coalesce(a, 'NULL'), coalesce(b, 'NULL')) FROM t WHERE id = \(id)",
                as: String.self
            )
        }
        let copying: [(String, Int, String)] = [
            ("UPDATE t SET a = 'x' WHERE id = 1", 1, "x/x"), ("UPDATE t SET b = 'x' WHERE id = 2", 2, "x/x"),
            ("UPDATE t SET a = 'x', b = 'x' WHERE id = 3", 3, "x/x"),
            ("UPDATE t SET a = 'x', b = 'y' WHERE id = 4", 4, "y/y"),
            ("UPDATE t SET n = 1 WHERE id = 5", 5, "a5/a5"), ("UPDATE t SET b = NULL WHERE id = 1", 1, "x/x"),
            ("UPDATE t SET a = NULL WHERE id = 2", 2, "NULL/NULL"), ("INSERT INTO t (id) VALUES (11)", 11, "dd/dd"),
            ("INSERT INTO t (id, a) VALUES (12, 'x')", 12, "x/x"),
            ("INSERT INTO t (id, b) VALUES (13, 'x')", 13, "x/x"),
            ("INSERT INTO t (id, a, b) VALUES (14, 'x', 'y')", 14, "y/y"),
            ("INSERT INTO t (id, a) VALUES (15, NULL)", 15, "NULL/NULL"),
            ("INSERT INTO t (id, b) VALUES (5, 'z') ON CONFLICT (id) DO UPDATE SET b = excluded.b", 5, "z/z"),
        ]
        for (statement, id, wanted) in copying {
            try fixture.sql(statement)
            #expect(try row(id) == wanted, "copying: \(statement)")
        }
        try await fixture.advance(through: .dualWriteCheck)
        // A whole row that was read before it was copied, written back after the backfill was verified.
        try fixture.sql("UPDATE t SET a = 'a7', b = NULL, n = 7 WHERE id = 7")
        #expect(try row(7) == "a7/a7")
        try await fixture.advance(through: .enforce)
        for (statement, id, wanted) in [
            ("UPDATE t SET b = NULL WHERE id = 6", 6, "NULL/NULL"), ("UPDATE t SET a = 'q' WHERE id = 6", 6, "q/q"),
        ] {
            try fixture.sql(statement)
            #expect(try row(id) == wanted, "settled: \(statement)")
        }
        let sides: String = try fixture.value(
            "SELECT string_agg(DISTINCT side, ',' ORDER BY side) FROM crossfade.observation"
        )
        #expect(sides == "both,new,old,stale")
    }

    @Test(arguments: [("old_wins", "x/x"), ("reject", "error")])
    func `a conflict is settled as the plan says`(_ policy: String, wanted: String) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'a')",
            plan: Fixture.rename("t", "a", "b", extra: "dual_write: {conflict: \(policy)}", retain: "7d")
        )
        try await fixture.advance(through: .expand)
        if wanted == "error" {
            #expect(throws: PostgresError.self) { try fixture.sql("UPDATE t SET a = 'x', b = 'y'") }
        } else {
            try fixture.sql("UPDATE t SET a = 'x', b = 'y'")
            #expect(try fixture.value("SELECT a || '/' || b FROM t", as: String.self) == wanted)
        }
    }
}
