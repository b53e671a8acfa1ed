import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The defaults of columns that are made of others, from contract on.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ComposedDefaultTests {
    struct Case: CustomTestStringConvertible {
        /// The old columns, `a` and `b` or `a` alone.
        let columns: String
        /// The change below `table`.
        let change: String
        /// By the new columns, as the server writes them.
        let expected: [String: String]

        var testDescription: String { "\(columns): \(change)" }
    }

    private static func merge(_ to: String, _ expression: String = "a || ' ' || b") -> String {
        """
        merge_columns: {table: item, from: [a, b], to: {name: c, \(to)}, merge: "\(expression)", loss: acknowledged, \
        split: {a: "split_part(c, ' ', 1)", b: "split_part(c, ' ', 2)"}}
        """
    }

    private static let thousand =
        "merge_columns: {table: item, from: [a], to: {name: c, type: bigint}, merge: 'a::bigint * 1000', split: {a: (c / 1000)::integer}}"

    static let cases = [
        Case(columns: "a int NOT NULL DEFAULT 0", change: thousand, expected: ["c": "0"]),
        Case(columns: "a int DEFAULT 7", change: thousand, expected: ["c": "7000"]),
        Case(columns: "a int NOT NULL", change: thousand, expected: [:]),
        Case(
            columns: "a text NOT NULL DEFAULT 'x', b text NOT NULL DEFAULT 'y'",
            change: merge("type: text"),
            expected: ["c": "'x y'::text"]
        ),
        Case(
            columns: "a text NOT NULL DEFAULT 'x', b text NOT NULL",
            change: merge("type: text"),
            expected: [:]
        ),
        Case(columns: "a text DEFAULT 'x', b text", change: merge("type: text"), expected: [:]),
        Case(
            columns: "a text DEFAULT 'x', b text",
            change: merge("type: text", "coalesce(a, '') || ' ' || coalesce(b, '')"),
            expected: ["c": "'x '::text"]
        ),
        Case(
            columns: "a text, b text",
            change: merge("type: text, not_null: true", "coalesce(a, '') || ' ' || coalesce(b, '')"),
            expected: ["c": "' '::text"]
        ),
        Case(
            columns: "a text NOT NULL DEFAULT 'x', b text NOT NULL DEFAULT 'y'",
            change: merge("type: text, default: \"'other one'\""),
            expected: ["c": "'other one'::text"]
        ),
        Case(
            columns: "a text NOT NULL DEFAULT 'x', b text NOT NULL DEFAULT 'y'",
            change: merge("type: text, default: 'NULL', not_null: false"),
            expected: [:]
        ),
        Case(
            columns: "a text NOT NULL DEFAULT 'x', b text NOT NULL DEFAULT now()::date::text",
            change: merge("type: text"),
            expected: [:]
        ),
        Case(
            columns: "a text NOT NULL DEFAULT 'x y'",
            change: """
                split_column: {table: item, from: a, to: [{name: c, type: text, collation: C}, {name: d, type: 'varchar(9)'}], \
                split: {c: "split_part(a, ' ', 1)", d: "split_part(a, ' ', 2)"}, merge: "c || ' ' || d", loss: acknowledged}
                """,
            expected: ["c": "'x'::text", "d": "'y'::character varying"]
        ),
    ]

    private func fixture(_ columns: String, _ change: String, acknowledge: String = "explicit-null, lost-default")
        throws
        -> Fixture
    {
        let plan = """
            version: 1
            name: compose
            change:
              \(change)
            acknowledge: [\(acknowledge)]
            phases:
              backfill: {latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: 7d}
            """
        return try Fixture(schema: "CREATE TABLE item (id int PRIMARY KEY, \(columns))", plan: plan)
    }

    private func defaults(in fixture: Fixture) throws -> [String: String] {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = pg_catalog")
        let rows = try connection.query(
            """
            SELECT attname::text AS name, pg_get_expr(adbin, adrelid) AS text
              FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
             WHERE adrelid = 'public.item'::regclass AND attname IN ('c', 'd')
            """
        )
        return Dictionary(try rows.map { (try $0.decode("name"), try $0.decode("text")) }) { first, _ in first }
    }

    @Test(arguments: cases)
    func `new columns have the default that the old ones' give, from contract on`(_ test: Case) async throws {
        let fixture = try fixture(test.columns, test.change)
        let before = try await fixture.dump()
        try await fixture.advance(through: .enforce)
        #expect(try defaults(in: fixture) == [:])
        try await fixture.advance(through: .contract)
        #expect(try defaults(in: fixture) == test.expected)
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }

    @Test func `an INSERT that leaves both sides out gives the same before and after contract`() async throws {
        let fixture = try fixture("a int NOT NULL DEFAULT 3", Self.thousand)
        try await fixture.advance(through: .enforce)
        try fixture.sql("INSERT INTO item (id) VALUES (1)")
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO item (id) VALUES (2)")
        #expect(try fixture.value("SELECT min(c) = 3000 AND max(c) = 3000 FROM item", as: Bool.self))
    }

    @Test(arguments: [
        (
            "a text NOT NULL DEFAULT 'x', b text NOT NULL DEFAULT now()::date::text", merge("type: text"),
            "lost-default",
            "of b is made for each row"
        ),
        ("a text, b text", merge("type: 'varchar(3)', default: \"'long'\""), "default", "too long"),
        ("a text, b text", merge("type: text, collation: nowhere"), "type", "collation \"nowhere\""),
        ("a text COLLATE \"C\", b text", merge("type: text"), "not-carried", "collation pg_catalog.C of a"),
    ])
    func `what is lost is named`(_ columns: String, _ change: String, _ id: String, _ words: String) async throws {
        let found = try await fixture(columns, change, acknowledge: "explicit-null").engine().check()
        #expect(
            found.contains { $0.id == id && $0.message.contains(words) },
            "\(found.map { "\($0.id): \($0.message)" })"
        )
    }

    @Test func `a comment of an old column is named`() async throws {
        let fixture = try fixture("a int NOT NULL DEFAULT 3", Self.thousand)
        try fixture.sql("COMMENT ON COLUMN item.a IS 'sats'")
        #expect(
            try await fixture.engine().check().contains {
                $0.id == "not-carried" && $0.message.contains("comment of a")
            }
        )
    }
}
