import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A transaction in REPEATABLE READ writes what another has written since its snapshot: it ends with 40001, or both shapes are equal.
///
/// The other is a writer of either side, or the backfill.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct SnapshotTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// Rows with the given key, as they were before expand.
        let rows: String
        /// Statements of either version.
        let statements: [String]
        /// Keys at which the two shapes differ.
        let differences: String
        /// A writer that a copy since its snapshot must fail.
        let copied: [String]
    }

    static let cases = [
        Case(
            testDescription: "move_relation",
            schema:
                "CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE near (id int PRIMARY KEY, far int UNIQUE REFERENCES far ON DELETE SET NULL);",
            change:
                "move_relation: {from: {table: near, column: far, references: far.id}, to: {table: far, column: near, references: near.id}, on_delete: set_null}",
            rows: "INSERT INTO far VALUES (#51), (#52); INSERT INTO near VALUES (#1, #51), (#2, NULL)",
            statements: [
                "UPDATE near SET far = #52 WHERE id = #1", "UPDATE near SET far = NULL WHERE id = #1",
                "UPDATE near SET far = #52 WHERE id = #2",
                "DELETE FROM near WHERE id = #1", "DELETE FROM far WHERE id = #51",
                "UPDATE far SET near = NULL WHERE id = #51",
                "UPDATE far SET near = #1 WHERE id = #52", "UPDATE far SET near = #2 WHERE id = #51",
            ],
            differences:
                "SELECT coalesce(near.id, far.near) FROM near FULL JOIN far ON far.id = near.far WHERE near.id IS DISTINCT FROM far.near AND near.far IS NOT NULL OR (near.id IS NULL AND far.near IS NOT NULL)",
            copied: ["UPDATE near SET far = #52 WHERE id = #1", "UPDATE near SET far = NULL WHERE id = #1"]
        ),
        link("refuse"), link("record"),
        moved("move_columns", "dst int UNIQUE REFERENCES src ON DELETE CASCADE", ""),
        moved("move_columns, missing: create", "dst int UNIQUE REFERENCES src ON DELETE CASCADE", ", missing: create"),
        Case(
            testDescription: "extract_table",
            schema: "CREATE TABLE src (id int PRIMARY KEY, v int);",
            change: "extract_table: {from: src, columns: [v], into: dst, key: {dst: id}}",
            rows: "INSERT INTO src VALUES (#1, 5), (#2, NULL)",
            statements: values + ["INSERT INTO dst VALUES (#2, 7)", "DELETE FROM dst WHERE dst = #1"],
            differences: "SELECT id FROM src LEFT JOIN dst ON dst.dst = id WHERE src.v IS DISTINCT FROM dst.v",
            copied: ["UPDATE src SET v = 6 WHERE id = #1", "UPDATE src SET v = NULL WHERE id = #1"]
        ),
    ]

    private static let values = [
        "UPDATE src SET v = 6 WHERE id = #1", "UPDATE src SET v = NULL WHERE id = #1",
        "UPDATE src SET v = 6 WHERE id = #2",
        "UPDATE dst SET v = 7 WHERE dst = #1", "UPDATE dst SET v = NULL WHERE dst = #1",
        "DELETE FROM src WHERE id = #1",
    ]

    private static func link(_ second: String) -> Case {
        Case(
            testDescription: "link_table, second_link: \(second)",
            schema:
                "CREATE TABLE cat (id int PRIMARY KEY); CREATE TABLE post (id int PRIMARY KEY, cat int REFERENCES cat ON DELETE SET NULL);",
            change:
                "link_table: {from: {table: post, column: cat, references: cat.id}, through: {table: link, columns: {cat: a, post: b}}, second_link: \(second)}",
            rows: "INSERT INTO cat VALUES (#51), (#52), (#53); INSERT INTO post VALUES (#1, #51), (#2, NULL)",
            statements: [
                "UPDATE post SET cat = #52 WHERE id = #1", "UPDATE post SET cat = NULL WHERE id = #1",
                "UPDATE post SET cat = #52 WHERE id = #2",
                "INSERT INTO link VALUES (#52, #1)", "INSERT INTO link VALUES (#53, #2)",
                "DELETE FROM link WHERE b = #1",
                "UPDATE link SET a = #53 WHERE b = #1", "DELETE FROM link WHERE a = #51",
                "DELETE FROM cat WHERE id = #51",
                "DELETE FROM post WHERE id = #1",
                "INSERT INTO link VALUES (#52, #1); DELETE FROM link WHERE a = #51 AND b = #1",
            ],
            differences: """
                SELECT post.id FROM post WHERE CASE WHEN cat IS NULL THEN EXISTS (SELECT FROM link WHERE b = post.id)
                  ELSE NOT EXISTS (SELECT FROM link WHERE b = post.id AND a = cat) END
                \(second == "refuse" ? "OR (SELECT count(*) FROM link WHERE b = post.id) > 1" : "")
                """,
            copied: ["UPDATE post SET cat = #52 WHERE id = #1", "UPDATE post SET cat = NULL WHERE id = #1"]
        )
    }

    private static func moved(_ name: String, _ column: String, _ missing: String) -> Case {
        Case(
            testDescription: name,
            schema: "CREATE TABLE src (id int PRIMARY KEY, v int); CREATE TABLE dst (\(column));",
            change: "move_columns: {from: src, to: dst, columns: [v], match: {dst: id}\(missing)}",
            rows:
                "INSERT INTO src VALUES (#1, 5), (#2, NULL)\(missing.isEmpty ? ", (#3, 8)" : "")\(missing.isEmpty ? "; INSERT INTO dst VALUES (#1)" : "")",
            statements: values + [
                "INSERT INTO dst (dst, v) VALUES (#2, 7)", "DELETE FROM dst WHERE dst = #1",
                "INSERT INTO dst (dst) VALUES (#3)",
                "UPDATE src SET v = 9 WHERE id = #3",
            ],
            differences: "SELECT id FROM src JOIN dst ON dst.dst = id WHERE src.v IS DISTINCT FROM dst.v",
            copied: ["UPDATE src SET v = 6 WHERE id = #1", "UPDATE src SET v = NULL WHERE id = #1"]
        )
    }

    private func fixture(_ test: Case) throws -> Fixture {
        try Fixture(
            schema: test.schema,
            plan: MovedColumnsTests.plan(test.change, acknowledge: "[old-action, created-rows]")
        )
    }

    @Test(arguments: cases)
    func `a write that another since the snapshot is in the way of fails to serialize`(_ test: Case) async throws {
        let fixture = try fixture(test)
        try await fixture.advance(through: .enforce)
        let pairs = test.statements.flatMap { first in test.statements.map { (first, $0) } }
        let (early, late) = (try connect(fixture), try connect(fixture))
        var outcomes: [String] = []
        for (number, (first, second)) in pairs.enumerated() {
            try early.execute(Transition.numbered(test.rows, number + 1))
            let outcome = try outcome(of: Transition.numbered(second, number + 1), late) {
                // The first may be against the shapes' own rules, too.
                _ = try? early.execute("BEGIN; \(Transition.numbered(first, number + 1)); COMMIT")
            }
            outcomes.append(outcome)
        }
        for key in try differences(fixture, test) {
            let (first, second) = pairs[key / 100 - 1]
            Issue.record("the shapes differ after \(first), then \(second): \(outcomes[key / 100 - 1])")
        }
        let refused = outcomes.count { $0 == "40001" }
        #expect(refused > pairs.count / 4, "\(refused) of \(pairs.count)")
        #expect(outcomes.allSatisfy { ["done", "40001", "23503", "23505"].contains($0) }, "\(Set(outcomes))")
    }

    @Test(.asSuperuser("session_replication_role"), arguments: cases)
    func `a write of a row that was copied since the snapshot fails to serialize`(_ test: Case) async throws {
        let fixture = try fixture(test)
        try await fixture.advance(through: .expand)
        let files = try fixture.engine().files(try await fixture.blueprint())
        let copy = try #require(try files.render(.phase(.backfill), .file)?.steps.first).statements[0].text
        let (early, late) = (try connect(fixture), try connect(fixture))
        for (number, statement) in test.copied.enumerated() {
            try early.execute(
                "SET session_replication_role = replica; \(Transition.numbered(test.rows, number + 1)); RESET session_replication_role"
            )
            let outcome = try outcome(of: Transition.numbered(statement, number + 1), late) {
                try early.execute("BEGIN; SET LOCAL crossfade.backfill = 'on'; \(copy); COMMIT")
            }
            #expect(outcome == "40001", "\(statement)")
        }
        #expect(try differences(fixture, test) == [])
    }

    /// Runs a statement in a transaction whose snapshot is older than what `meanwhile` did.
    private func outcome(of statement: String, _ session: Connection, _ meanwhile: () throws -> Void) throws -> String {
        try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try session.execute("SELECT 1 FROM pg_class LIMIT 1")
        try meanwhile()
        do throws(PostgresError) {
            try session.execute("\(statement); COMMIT")
            return "done"
        } catch {
            try session.execute("ROLLBACK")
            return error.sqlState?.rawValue ?? "\(error)"
        }
    }

    private func connect(_ fixture: Fixture) throws -> Connection {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = public")
        return connection
    }

    /// The keys at which the shapes differ.
    private func differences(_ fixture: Fixture, _ test: Case) throws -> [Int] {
        try connect(fixture).query(test.differences).map { try $0.decode(at: 0) }
    }
}
