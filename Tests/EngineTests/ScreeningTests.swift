import Cluster
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Rows read in pieces by a watch.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct ScreeningTests {
    private static let table = """
        CREATE TABLE "Profile" (id int, bio text, pad text DEFAULT repeat('x', 400)) PARTITION BY RANGE (id);
        CREATE TABLE "Part.1" PARTITION OF "Profile" FOR VALUES FROM (0) TO (1000);
        CREATE TABLE "Part.2" PARTITION OF "Profile" FOR VALUES FROM (1000) TO (2000);
        CREATE TABLE "Part.3" PARTITION OF "Profile" FOR VALUES FROM (2000) TO (3000);
        INSERT INTO "Profile" (id, bio) SELECT n, 'bio ' || n FROM generate_series(0, 2999) n;
        """

    private func fixture(_ change: String = "rename_column: {table: Profile, from: bio, to: biography}") async throws
        -> Fixture
    {
        let fixture = try Fixture(
            schema: Self.table,
            plan: """
                version: 1
                name: rename
                change:
                  \(change)
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        try await fixture.advance(through: .enforce)
        _ = try await fixture.engine().verify()
        return fixture
    }

    private func screener(_ fixture: Fixture) async throws -> Screener {
        let engine = try fixture.engine()
        let record = try #require(await fixture.record())
        return Screener(
            workspace: engine.workspace,
            plan: fixture.plan,
            record: record,
            files: engine.files(record.blueprint)
        )
    }

    /// Writes past the triggers, as nobody should.
    private func corrupt(_ id: Int, _ fixture: Fixture) throws {
        try fixture.sql(
            """
            BEGIN; SET LOCAL session_replication_role = replica;
            ALTER TABLE "Profile" DISABLE TRIGGER ALL; UPDATE "Profile" SET biography = 'x' WHERE id = \(id); COMMIT
            """
        )
        let name: String = try fixture.value(
            "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%crossfade%' LIMIT 1"
        )
        for table in ["Profile", "Part.1", "Part.2", "Part.3"] {
            try fixture.sql("ALTER TABLE \"\(table)\" ENABLE ALWAYS TRIGGER \(name)")
        }
    }

    private func count(_ condition: String, _ fixture: Fixture) throws -> Int {
        try fixture.value("SELECT count(*) FROM crossfade.screening WHERE \(condition)")
    }

    @Test(.ledgerDatabase) func `every row of every partition is read, and no gate is opened by it`() async throws {
        let fixture = try await fixture()
        let checks: Int64 = try fixture.value("SELECT count(*) FROM crossfade.verification")
        guard case .clean(let report) = try await screener(fixture).screen(mayGoOn: {}) else {
            Issue.record("nothing is wrong")
            return
        }
        #expect(report.rowsChecked == 3000)
        #expect(report.verdict == .passed)
        #expect(try count("finished_at IS NOT NULL AND rows_read = 3000 AND scope = 'all'", fixture) == 1)
        #expect(try fixture.value("SELECT count(*) FROM crossfade.verification", as: Int64.self) == checks)
    }

    @Test(.asSuperuser("session_replication_role"), .ledgerDatabase, arguments: [5, 1500, 2999])
    func `a wrong row anywhere makes a full check due, which blocks`(_ id: Int) async throws {
        let fixture = try await fixture()
        try corrupt(id, fixture)
        guard case .suspicious = try await screener(fixture).screen(mayGoOn: {}) else {
            Issue.record("the row \(id) is wrong")
            return
        }
        #expect(try count("true", fixture) == 0, "it proves nothing, and is not gone on with")
        let turns = Mutex<[VerificationTurn]>([])
        let engine = try fixture.engine()
        let watch = Task {
            try await engine.verify(every: .seconds(1)) { turn in turns.withLock { $0.append(turn) } }
        }
        try await waitUntil("the full check is made") {
            try fixture.value("SELECT blocked FROM crossfade.run", as: Bool.self)
        }
        watch.cancel()
        // Between two looks, or in the midst of one.
        await #expect(throws: (any Error).self) { try await watch.value }
    }

    @Test(.ledgerDatabase) func `a trigger that is switched off is suspicious, whatever the rows hold`() async throws {
        let fixture = try await fixture()
        try fixture.sql("ALTER TABLE \"Part.2\" DISABLE TRIGGER ALL")
        guard case .suspicious = try await screener(fixture).screen(mayGoOn: {}) else {
            Issue.record("the trigger is off")
            return
        }
    }

    @Test(.asSuperuser("session_replication_role"), .ledgerDatabase)
    func `one that was stopped goes on with the next piece`() async throws {
        let fixture = try await fixture()
        let pieces = Mutex(0)
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await screener(fixture).screen(mayGoOn: {
                let number = pieces.withLock { count in
                    count += 1
                    return count
                }
                if number == 3 { throw Stop() }
            })
        }
        #expect(try count("finished_at IS NULL AND position = 2 AND rows_read = 2000", fixture) == 1)
        // What is wrong in a piece that was read is found by the next screening; this one reads the rest only.
        try corrupt(3, fixture)
        guard case .clean(let report) = try await screener(fixture).screen(mayGoOn: {}) else {
            Issue.record("the third piece is right")
            return
        }
        #expect(report.rowsChecked == 3000)
        #expect(try count("finished_at IS NOT NULL", fixture) == 1)
        guard case .suspicious = try await screener(fixture).screen(mayGoOn: {}) else {
            Issue.record("the first piece is wrong by now")
            return
        }
    }

    @Test(.ledgerDatabase) func `what Crossfade changes meanwhile makes it void`() async throws {
        let fixture = try await fixture()
        let asked = Mutex(0)
        let outcome = try await screener(fixture).screen(mayGoOn: {
            let number = asked.withLock { count in
                count += 1
                return count
            }
            if number == 2 {
                try await fixture.rollBack(to: .dualWriteCheck)
                try await fixture.advance(through: .enforce)
            }
        })
        guard case .void = outcome else {
            Issue.record("enforce was undone and done again: \(outcome)")
            return
        }
        #expect(try count("finished_at IS NOT NULL", fixture) == 0)
    }

    @Test(.ledgerDatabase) func `rows of two tables are not read in pieces`() async throws {
        let test = try #require(KindCase.all.first { $0.kind == "link_table" })
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try await fixture.advance(through: .backfill)
        #expect(try await !screener(fixture).isPossible)
    }

    // MARK: - By the server's account

    /// WAL summaries are PostgreSQL 17's.
    private static var hasSummaries: Bool {
        guard let binaries = try? PostgresBinaries.find(environment: ProcessInfo.processInfo.environment) else {
            return false
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: binaries.path("postgres"))
        process.arguments = ["--version"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return false }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.firstMatch(of: /\(PostgreSQL\) ([0-9]+)/).flatMap { Int($0.1) }.map { $0 >= 17 } ?? false
    }

    /// Waits until the server has summed up what was written so far.
    private func summed(_ fixture: Fixture) async throws {
        let place: String = try fixture.value("SELECT pg_current_wal_insert_lsn()::text")
        try await waitUntil("the server has summed up") {
            try fixture.sql("CHECKPOINT")
            return try fixture.value(
                "SELECT coalesce(max(end_lsn) >= '\(place)', false) FROM pg_available_wal_summaries()",
                as: Bool.self
            )
        }
    }

    /// A summary that ends after the settled place may tell of transactions that are not over.
    @Test(.ledgerDatabase) func `of two places in the log the earlier one counts, as numbers and not as texts`() throws
    {
        let connection = try ScratchDatabase.current.connect()
        for (one, other) in [("0/9000000", "0/A0000000"), ("A/0", "1F/0")] {
            #expect(try WALPosition.earlier(one, other, on: connection) == one)
            #expect(try WALPosition.earlier(other, one, on: connection) == one)
        }
    }

    @Test(.enabled(if: hasSummaries)) func `where the server tells which blocks were written, only these are read`()
        async throws
    {
        try await ScratchDatabase.onServer(with: ["summarize_wal": "on", "autovacuum": "off"]) {
            let fixture = try await fixture()
            try await summed(fixture)
            guard case .clean = try await screener(fixture).screen(mayGoOn: {}) else {
                Issue.record("nothing is wrong")
                return
            }
            try fixture.sql("UPDATE \"Profile\" SET bio = 'new' WHERE id IN (7, 2500)")
            try await summed(fixture)
            guard case .clean(let few) = try await screener(fixture).screen(mayGoOn: {}) else {
                Issue.record("nothing is wrong")
                return
            }
            #expect(few.rowsChecked > 0 && few.rowsChecked < 1500, "\(few.rowsChecked)")
            // A row that was wrong before its transaction ended, and whose block was written long before.
            let writer = try fixture.database.connect(as: "slow")
            try writer.execute(
                """
                SET search_path = public; BEGIN; SET LOCAL session_replication_role = replica;
                ALTER TABLE "Part.1" DISABLE TRIGGER ALL; UPDATE "Part.1" SET biography = 'x' WHERE id = 900
                """
            )
            let name: String = try fixture.value(
                "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgname LIKE '%crossfade%' LIMIT 1"
            )
            try writer.execute("ALTER TABLE \"Part.1\" ENABLE ALWAYS TRIGGER \(name)")
            try await summed(fixture)
            // Part.1 is locked by the writer, so that only what the ledger would claim is asked for.
            #expect(try WALPosition.settled(on: fixture.database.connect()) == nil, "a writer of before is not over")
            try writer.execute("COMMIT")
            try await summed(fixture)
            guard case .suspicious = try await screener(fixture).screen(mayGoOn: {}) else {
                Issue.record("the row 900 is wrong")
                return
            }
        }
    }
}
