import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// While the old and the new column both have a unique index, clients that upsert the same keys meet neither but the one
/// their statement names.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct UpsertTests {
    private static let seconds = 1.5

    /// Clients that run a statement for a time; its `KEY` is new every 20 ms and the same for all.
    private func clients(_ number: Int, _ statement: String, in database: ScratchDatabase) async throws -> (
        done: Int, failed: [String]
    ) {
        try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for _ in 0..<number {
                group.addTask {
                    let session = try await database.session(as: "upserter")
                    let result = try await session.run { connection -> (Int, [String]) in
                        try connection.execute("SET search_path = public")
                        var (done, failed): (Int, [String]) = (0, [])
                        let end = ContinuousClock.now + .seconds(Self.seconds)
                        while ContinuousClock.now < end {
                            let key = Int(Date().timeIntervalSince1970 * 50)
                            do {
                                try connection.execute(statement.replacing("KEY", with: "\(key)"))
                                done += 1
                            } catch {
                                failed.append("\(error)")
                            }
                        }
                        return (done, failed)
                    }
                    await session.close()
                    return result
                }
            }
            return try await group.reduce(into: (0, [])) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
        }
    }

    static let tables: [(schema: String, conflict: String, values: String)] = [
        (
            "CREATE TABLE t (id bigserial PRIMARY KEY, mail text NOT NULL UNIQUE, hits int NOT NULL DEFAULT 0)", "NAME",
            "'mKEY'"
        ),
        (
            """
            CREATE TABLE t (id bigserial PRIMARY KEY, mail text, hits int NOT NULL DEFAULT 0);
            CREATE UNIQUE INDEX ON t (lower(mail)) WHERE mail <> ''
            """, "lower(NAME)) WHERE (NAME <> ''", "'mKEY'"
        ),
    ]

    @Test(arguments: tables)
    func `concurrent upserts by the old and by the new name never fail`(
        _ schema: String,
        _ conflict: String,
        _ value: String
    )
        async throws
    {
        let fixture = try Fixture(schema: schema, plan: Fixture.rename("t", "mail", "address", retain: "7d"))
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        func upsert(_ name: String) -> String {
            """
            INSERT INTO t (\(name)) VALUES (\(value)) ON CONFLICT (\(conflict.replacing("NAME", with: name)))
            DO UPDATE SET hits = t.hits + 1
            """
        }
        async let old = clients(4, upsert("mail"), in: fixture.database)
        async let new = clients(4, upsert("address"), in: fixture.database)
        async let plain = clients(1, "UPDATE t SET hits = hits + 1 WHERE mail = \(value)", in: fixture.database)
        let results = try await [old, new, plain]
        #expect(results.flatMap(\.failed).isEmpty, "\(results.flatMap(\.failed).prefix(3))")
        #expect(results.map(\.done).reduce(0, +) > 100)
        #expect(try walk.violations(.settled) == 0)
        #expect(try fixture.value("SELECT count(*) = count(DISTINCT mail) FROM t", as: Bool.self))
    }

    @Test func `a transaction of many rows locks the keys of the first`() async throws {
        let fixture = try Fixture(
            schema: Self.tables[0].schema,
            plan: Fixture.rename("t", "mail", "address", retain: "7d")
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        let connection = try fixture.database.connect()
        try connection.execute("BEGIN; INSERT INTO public.t (mail) SELECT 'm' || n FROM generate_series(1, 20000) n")
        let locks: Int = try connection.query(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        ).only().decode(at: 0)
        #expect(locks == 40)
        try connection.execute("COMMIT")
    }

    @Test func `an INSERT that does nothing about a row that is there waits for no one`() async throws {
        let fixture = try Fixture(
            schema: Self.tables[0].schema,
            plan: Fixture.rename("t", "mail", "address", retain: "7d")
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        try fixture.sql("INSERT INTO t (mail) VALUES ('a'), ('b')")
        let insert = "INSERT INTO public.t (address) VALUES ('KEY') ON CONFLICT (address) DO NOTHING"
        let (first, second) = (try fixture.database.connect(), try fixture.database.connect())
        for connection in [first, second] {
            try connection.execute("SET lock_timeout = '5s'"); try connection.execute("BEGIN")
        }
        try first.execute(insert.replacing("KEY", with: "a"))
        try second.execute(insert.replacing("KEY", with: "b"))
        try first.execute(insert.replacing("KEY", with: "b"))
        try second.execute(insert.replacing("KEY", with: "a"))
        try second.execute("UPDATE public.t SET hits = 1 WHERE mail = 'a'; COMMIT")
        try first.execute("COMMIT")
    }

    @Test func `the guard goes with contract, and with the undo of enforce`() async throws {
        let fixture = try Fixture(
            schema: Self.tables[0].schema,
            plan: Fixture.rename("t", "mail", "address", retain: "7d")
        )
        let walk = try await PhaseWalk(fixture)
        func guards() throws -> Int {
            try fixture.value("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '~~crossfade%'", as: Int.self)
        }
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        #expect(try guards() == 2)
        try walk.run(.phase(.contract))
        #expect(try guards() == 0)
        try walk.run(.undo(.contract))
        #expect(try guards() == 2)
        try fixture.sql("INSERT INTO t (address) VALUES ('x') ON CONFLICT (address) DO UPDATE SET hits = 1")
        try walk.run(.undo(.enforce))
        #expect(try guards() == 0)
    }
}
