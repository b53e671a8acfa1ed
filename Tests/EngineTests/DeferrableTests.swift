import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The like of a deferrable constraint refuses nothing that the original lets pass, between any two steps.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct DeferrableTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let schema: String
        /// What the constraint lets pass, in terms of the column under its present name.
        let write: @Sendable (String) -> String
        var change = "rename_column: {table: t, from: position, to: rank}"
        var live = "rank"
        var partitions = false
    }

    private static func shift(_ column: String) -> String {
        "UPDATE t SET \(column) = \(column) + 1; UPDATE t SET \(column) = \(column) - 1"
    }

    private static func swap(_ column: String) -> String {
        """
        BEGIN; UPDATE t SET \(column) = 2 WHERE label = 'l1'; UPDATE t SET \(column) = 1 WHERE label = 'l2';
        UPDATE t SET \(column) = substr(label, 2)::int WHERE label IN ('l1', 'l2'); COMMIT
        """
    }

    static let cases = [
        Case(
            testDescription: "a unique constraint, deferred",
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, position int NOT NULL, label text,
                  CONSTRAINT t_position_key UNIQUE (position) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED);
                COMMENT ON CONSTRAINT t_position_key ON t IS 'in order'
                """,
            write: swap
        ),
        Case(
            testDescription: "a unique constraint, immediate",
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, position int, label text, CONSTRAINT ordered UNIQUE (position) DEFERRABLE)",
            write: shift
        ),
        Case(
            testDescription: "a primary key, deferred",
            schema: """
                CREATE TABLE t (list int, position int, label text, PRIMARY KEY (list, position) DEFERRABLE INITIALLY DEFERRED);
                COMMENT ON CONSTRAINT t_pkey ON t IS 'in order'
                """,
            write: swap
        ),
        Case(
            testDescription: "a primary key of another type, immediate",
            schema: "CREATE TABLE t (list int, position int, label text, PRIMARY KEY (list, position) DEFERRABLE)",
            write: shift,
            change: "change_type: {table: t, column: position, type: bigint}\nacknowledge: [unconvertible]",
            live: "position"
        ),
        Case(
            testDescription: "a unique constraint of a partitioned table, deferred",
            schema: """
                CREATE TABLE t (list int NOT NULL, position int NOT NULL, label text, UNIQUE (list, position) DEFERRABLE INITIALLY DEFERRED)
                  PARTITION BY LIST (list);
                CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2)
                """,
            write: swap
        ),
    ]

    @Test(arguments: cases)
    func `what it lets pass does so between any two steps, there and back`(_ test: Case) async throws {
        let fixture = try Fixture(
            schema: test.schema,
            plan: "version: 1\nname: deferred\nchange:\n  \(test.change)\nphases: {contract: {retain: 7d}}\n"
        )
        let columns = test.schema.contains("id int") ? "id" : "list"
        let first = columns == "id" ? "n" : "1"
        try fixture.sql(
            "INSERT INTO t (\(columns), position, label) SELECT \(first), n, 'l' || n FROM generate_series(1, 50) n"
        )
        let before = try await fixture.dump()
        let walk = try await PhaseWalk(fixture)
        func writes(_ columns: [String]) -> (String) throws -> Void {
            { step in
                for column in columns {
                    do { try fixture.sql(test.write(column)) } catch { Issue.record("\(step), \(column): \(error)") }
                }
            }
        }
        let working = test.live == "position" ? "crossfade_new_position" : "rank"
        for phase in [Phase.expand, .backfill] { try walk.run(.phase(phase), writes(["position"])) }
        try walk.run(.phase(.enforce), writes(["position", working]))
        #expect(try walk.violations(.settled) == 0)
        let duplicate = "UPDATE t SET \(working) = 3 WHERE label = 'l4'"
        #expect(throws: PostgresError.self) { try fixture.sql("BEGIN; \(duplicate); COMMIT") }
        try walk.run(.phase(.contract), writes([test.live]))
        #expect(throws: PostgresError.self) {
            try fixture.sql("BEGIN; UPDATE t SET \(test.live) = 3 WHERE label = 'l4'; COMMIT")
        }
        try walk.run(.undo(.contract)) { step in
            let isBack = step.hasPrefix("give")
            try writes(isBack ? ["position", working] : [test.live])(step)
        }
        try walk.run(.undo(.enforce), writes(["position"]))
        try walk.run(.undo(.expand), writes(["position"]))
        #expect(try await fixture.dump() == before)
    }

    @Test func `a large table has to be acknowledged, a small one not`() async throws {
        let fixture = try Fixture(schema: Self.cases[0].schema, plan: Fixture.rename("t", "position", "rank"))
        #expect(try await fixture.engine().check().allSatisfy { $0.id != "blocking-scan" })
        try fixture.sql("INSERT INTO t SELECT n, n FROM generate_series(1, 300000) n; ANALYZE t")
        let found = try await fixture.engine().check().first { $0.id == "blocking-scan" }
        #expect(found?.weight == .acknowledge)
        #expect(found?.message.contains("t_position_key is deferrable") == true)
    }
}
