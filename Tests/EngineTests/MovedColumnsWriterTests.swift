import Postgres
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Old and new versions write, insert and delete through every phase; each client owns its rows.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MovedColumnsWriterTests {
    private static let rows = 3000

    private final class Stop: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    private struct Account: Sendable {
        var statements = 0
        var failures: [String] = []
        /// What was written last; nil for a row that was deleted.
        var last: [Int: String?] = [:]
    }

    /// What a version sends: `$1` is the row's key, `$2` its value.
    struct Version: Sendable {
        let update: String
        let insert: String
        let delete: String
    }

    /// A kind, with the statements of both versions.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// The table that the column goes to.
        let far: String
        let old: Version
        let new: Version
    }

    static let cases = [
        Case(
            testDescription: "extract_table",
            schema:
                #"CREATE TABLE "User" (id int PRIMARY KEY, street text NOT NULL, pad text DEFAULT repeat('x', 200));"#,
            change: "extract_table: {from: User, columns: [street], into: Address, key: {userId: id}}",
            far: "Address",
            old: old,
            new: extracting
        ),
        Case(
            testDescription: "move_columns",
            schema: #"""
                CREATE TABLE "User" (id int PRIMARY KEY, street text, pad text DEFAULT repeat('x', 200));
                CREATE TABLE "Profile" ("userId" int PRIMARY KEY REFERENCES "User" ON DELETE CASCADE, born date);
                """#,
            change: "move_columns: {from: User, to: Profile, columns: [street], match: {userId: id}}",
            far: "Profile",
            old: Version(
                update: old.update,
                insert:
                    #"WITH u AS (INSERT INTO "User" (id, street) VALUES ($1, $2) RETURNING id) INSERT INTO "Profile" SELECT id FROM u"#,
                delete: old.delete
            ),
            new: Version(
                update: #"UPDATE "Profile" SET street = $2 WHERE "userId" = $1"#,
                insert:
                    #"WITH u AS (INSERT INTO "User" (id) VALUES ($1) RETURNING id) INSERT INTO "Profile" ("userId", street) SELECT id, $2 FROM u"#,
                delete: old.delete
            )
        ),
    ]

    private static let old = Version(
        update: #"UPDATE "User" SET street = $2 WHERE id = $1"#,
        insert: #"INSERT INTO "User" (id, street) VALUES ($1, $2)"#,
        delete: #"DELETE FROM "User" WHERE id = $1"#
    )
    private static let extracting = Version(
        update: #"UPDATE "Address" SET street = $2 WHERE "userId" = $1"#,
        insert:
            #"WITH u AS (INSERT INTO "User" (id) VALUES ($1) RETURNING id) INSERT INTO "Address" ("userId", street) SELECT id, $2 FROM u"#,
        delete: #"DELETE FROM "User" WHERE id = $1"#
    )

    private static func write(_ version: Version, slot: Int, _ database: ScratchDatabase, _ stop: Stop) async throws
        -> Account
    {
        let session = try await database.session(as: "app")
        _ = try await session.run { try $0.execute("SET search_path = public") }
        var account = Account()
        var turn = 0
        while !stop.isSet {
            turn += 1
            let id = Int.random(in: 0..<(rows / 4)) * 4 + slot
            let value = "s\(slot) \(turn)"
            let isGone = account.last[id].map { $0 == nil } ?? false
            let isDeletion = !isGone && turn % 7 == 0
            do {
                let done = try await session.run { connection in
                    if isDeletion { return try connection.query(version.delete, [id]).affected }
                    return try connection.query(isGone ? version.insert : version.update, [id, value]).affected
                }
                if done != 1 { account.failures.append("\(id): \(done) rows") }
                account.last[id] = .some(isDeletion ? nil : value)
            } catch {
                account.failures.append("\(error)")
            }
            account.statements += 1
            await Task.yield()
        }
        await session.close()
        return account
    }

    @Test(arguments: cases)
    func `two versions write through all phases and a rollback, none fails, none is lost`(_ test: Case) async throws {
        let values = "generate_series(0, \(Self.rows - 1)) n"
        let profiles = test.far == "Profile" ? #"INSERT INTO "Profile" SELECT id FROM "User""# : ""
        let fixture = try Fixture(
            schema: """
                \(test.schema)
                INSERT INTO "User" (id, street) SELECT n, 'first ' || n FROM \(values);
                \(profiles)
                """,
            plan: MovedColumnsTests.plan(test.change)
        )
        let database = fixture.database
        let (oldStop, newStop) = (Stop(), Stop())
        let old = (0..<2).map { slot in Task { try await Self.write(test.old, slot: slot, database, oldStop) } }
        try await fixture.advance(through: .enforce)
        let new = (2..<4).map { slot in Task { try await Self.write(test.new, slot: slot, database, newStop) } }
        try await Task.sleep(for: .milliseconds(500))
        oldStop.set()
        var accounts: [Account] = []
        for task in old { accounts.append(try await task.value) }
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
            #"SELECT u.id, u.street FROM public."User" u JOIN public."\#(test.far)" a ON a."userId" = u.id AND a.street = u.street"#
        ) {
            found[try row.decode("id")] = try row.decode("street")
        }
        for (id, value) in accounts.flatMap(\.last) { #expect(found[id] == value, "row \(id)") }
        #expect(try fixture.value(#"SELECT count(*) FROM "User""#, as: Int.self) == found.count)
        #expect(try await fixture.engine().verify().verdict == .passed)
    }
}
