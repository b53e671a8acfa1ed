import Foundation
import Postgres
import SQL
import Synchronization
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A column becomes NOT NULL, be it new or there already.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct RequiredColumnTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// What a one-shot migration would have done.
        let plain: String
    }

    static let cases = [existing, added, volatile, odd, partitioned]

    static let existing = Case(
        testDescription: "make_required",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, email text);
            INSERT INTO "User" SELECT n, CASE WHEN n % 3 > 0 THEN 'mail ' || n END FROM generate_series(1, 2000) n;
            """,
        change: #"make_required: {table: User, column: email, fill: "'unknown-' || \"User\".id"}"#,
        plain:
            #"UPDATE "User" SET email = 'unknown-' || id WHERE email IS NULL; ALTER TABLE "User" ALTER email SET NOT NULL"#
    )

    static let added = Case(
        testDescription: "add_required_column",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, name text NOT NULL);
            INSERT INTO "User" SELECT n, 'Name ' || n FROM generate_series(1, 2000) n;
            """,
        change: "add_required_column: {table: User, column: handle, type: 'varchar(40)', fill: \"lower(name) || id\"}",
        plain: """
            ALTER TABLE "User" ADD handle varchar(40); UPDATE "User" SET handle = lower(name) || id;
            ALTER TABLE "User" ALTER handle SET NOT NULL
            """
    )

    static let volatile = Case(
        testDescription: "a value made for each row",
        schema: "CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 500);",
        change: "add_required_column: {table: t, column: token, type: uuid, fill: gen_random_uuid()}",
        plain:
            "ALTER TABLE t ADD token uuid; UPDATE t SET token = gen_random_uuid(); ALTER TABLE t ALTER token SET NOT NULL"
    )

    static let odd = Case(
        testDescription: "names with quotes, capitals and dots, an enum of the schema",
        schema: #"""
            CREATE SCHEMA "S.1";
            CREATE TYPE "S.1"."Mood" AS ENUM ('sad', 'glad');
            CREATE TABLE "S.1"."My ""T" ("K'ey" text PRIMARY KEY, "select" text);
            INSERT INTO "S.1"."My ""T" SELECT 'k''' || n, 'x' FROM generate_series(1, 200) n;
            """#,
        change: #"""
            add_required_column: {table: '"S.1"."My ""T"', column: "It's", type: '"S.1"."Mood"', fill: "CASE \"select\" WHEN 'x' THEN 'sad'::\"S.1\".\"Mood\" ELSE 'glad' END"}
            """#,
        plain: #"""
            ALTER TABLE "S.1"."My ""T" ADD "It's" "S.1"."Mood"; UPDATE "S.1"."My ""T" SET "It's" = 'sad';
            ALTER TABLE "S.1"."My ""T" ALTER "It's" SET NOT NULL
            """#
    )

    static let partitioned = Case(
        testDescription: "a partitioned table",
        schema: """
            CREATE TABLE event (id int, day date, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
            INSERT INTO event (id, day) SELECT n, date '2020-01-01' + n % 700 FROM generate_series(1, 1000) n;
            """,
        change: "make_required: {table: event, column: kind, fill: \"'day ' || event.day\"}",
        plain: "UPDATE event SET kind = 'day ' || day; ALTER TABLE event ALTER kind SET NOT NULL"
    )

    private func fixture(_ test: Case) throws -> Fixture {
        let plan = """
            version: 1
            name: required
            change:
              \(test.change)
            phases:
              lock_deadline: 10m
              backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
            """
        return try Fixture(schema: test.schema, plan: plan)
    }

    @Test(arguments: cases)
    func `each phase can be undone and done again, and in the end all of them`(_ test: Case) async throws {
        try await fixture(test).walk(Walk(furthest: .enforce, restoresRows: false))
    }

    @Test(.enabled(if: TestTier.isExhaustive), arguments: cases)
    func `rollback from every phase ends with the schema and the rows before expand`(_ test: Case) async throws {
        try await fixture(test).walkBackFromEveryPhase(Walk(furthest: .enforce, restoresRows: false))
    }

    @Test(arguments: cases)
    func `the end is the schema of a plain migration, and the run is completed`(_ test: Case) async throws {
        let fixture = try fixture(test)
        try await fixture.advance(through: .contract)
        let run = try #require(try await fixture.record())
        #expect(run.run.state == .completed)
        let blueprint = try #require(run.blueprint as? RequiredColumnBlueprint)
        #expect(
            try fixture.value("SELECT count(*) FROM \(blueprint.table.quoted) WHERE \(blueprint.column.quoted) IS NULL")
                == 0
        )
        let schema = try await fixture.dump()
        try fixture.sql(
            "DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS \"S.1\" CASCADE"
        )
        try fixture.sql(test.schema)
        try fixture.sql(test.plain)
        func comparable(_ dump: String) -> String {
            dump.split(separator: "\n").filter { !$0.contains("SCHEMA public") && !$0.hasPrefix("--") }.joined(
                separator: "\n"
            )
        }
        #expect(comparable(schema) == comparable(try await fixture.dump()))
        await #expect(throws: Failure.self) { try await fixture.rollBack() }
    }

    @Test func `old versions go on writing through all phases, and every row they write has a value`() async throws {
        let fixture = try fixture(Self.added)
        let stop = Mutex(false)
        let database = fixture.database
        let writer = Task {
            let session = try await database.session(as: "old")
            var (statements, id) = (0, 10_000)
            while !stop.withLock({ $0 }) {
                id += 1
                let key = id
                try await session.run { connection in
                    _ = try connection.query("INSERT INTO public.\"User\" (id, name) VALUES ($1, 'Old')", [key])
                    _ = try connection.query("UPDATE public.\"User\" SET name = 'Older' WHERE id = $1", [key - 10_000])
                }
                statements += 2
                await Task.yield()
            }
            return statements
        }
        try await fixture.advance(through: .enforce)
        try await Task.sleep(for: .milliseconds(500))
        stop.withLock { $0 = true }
        #expect(try await writer.value > 20)
        #expect(try fixture.value("SELECT count(*) FROM \"User\" WHERE id > 10000 AND handle <> 'old' || id") == 0)
        #expect(try await fixture.engine().verify().verdict == .passed)
        let writers = try Ledger(try fixture.database.connect()).writers(
            of: [WatchedSides(plan: "required", sides: ["old"])],
            since: .distantPast
        )
        #expect(writers.map(\.applicationName) == ["old"])
    }

    @Test func `a row that fill gives no value is named before anything is built`() async throws {
        let test = Case(
            testDescription: "",
            schema: Self.existing.schema,
            change: "make_required: {table: User, column: email, fill: \"CASE WHEN id <> 9 THEN 'x' END\"}",
            plain: ""
        )
        let fixture = try fixture(test)
        let findings = try await fixture.engine().check(looksAtData: true)
        #expect(findings.contains { $0.message.contains("id=9 (fill gives NULL)") }, "\(findings.map(\.message))")
    }

    @Test func `a row for which fill fails is named with what the server says`() async throws {
        let test = Case(
            testDescription: "",
            schema: Self.existing.schema,
            change: "make_required: {table: User, column: email, fill: \"(1 / (id - 1998))::text\"}",
            plain: ""
        )
        let findings = try await fixture(test).engine().check(looksAtData: true)
        #expect(
            findings.contains { $0.message.contains("id=1998 (division by zero)") },
            "\(findings.map(\.message))"
        )
    }

    @Test(arguments: [
        ("nosuch", "does not exist"), ("id / 0", "division by zero"),
    ])
    func `an expression that fails on the rows is refused with what the server says`(_ fill: String, _ reason: String)
        async throws
    {
        let change = "make_required: {table: User, column: email, fill: \"\(fill)\"}"
        let test = Case(testDescription: "", schema: Self.existing.schema, change: change, plain: "")
        let findings = try await fixture(test).engine().check()
        #expect(
            findings.contains { $0.weight == .refused && $0.message.contains(reason) },
            "\(findings.map(\.message))"
        )
    }

    @Test func `a run that sets nothing aside is completed also when the process died right after contract`()
        async throws
    {
        let fixture = try fixture(Self.added)
        try await fixture.advance(through: .contract)
        try fixture.sql("UPDATE crossfade.run SET state = 'active', finished_at = NULL")
        _ = try await fixture.engine().advance(through: nil, waits: false, confirmation: .notGiven)
        #expect(try #require(await fixture.record()).run.state == .completed)
    }

    @Test func `a statement goes on where fill fails, and NULL is found`() async throws {
        let test = Case(
            testDescription: "",
            schema: Self.existing.schema,
            change: "make_required: {table: User, column: email, fill: \"(100 / (id - 7777))::text\"}",
            plain: ""
        )
        let fixture = try fixture(test)
        try await fixture.advance(through: .backfill)
        try fixture.sql("INSERT INTO \"User\" VALUES (7777, NULL)")
        let report = try await fixture.engine().verify()
        #expect(report.verdict == .failed)
        #expect(report.checks.flatMap(\.samples) == ["id=7777"])
    }
}
