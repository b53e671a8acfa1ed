import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// How the values of a column that changes its type are compared, by collation and by the types' categories.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MappedCollationTests {
    struct Case: CustomTestStringConvertible {
        let column: String
        /// What follows `column: value` in the change.
        let change: String
        /// From contract on; nil: the type's own.
        let expected: String?

        var testDescription: String { "\(column), \(change)" }
    }

    static let cases = [
        Case(column: "text COLLATE \"C\" NOT NULL", change: "type: 'varchar(20)'", expected: "C"),
        Case(column: "text COLLATE caseless UNIQUE", change: "type: 'varchar(20)'", expected: "caseless"),
        Case(column: "varchar(9) COLLATE \"C\"", change: "type: text, collation: POSIX", expected: "POSIX"),
        Case(column: "varchar(9) COLLATE \"C\"", change: "type: text, collation: default", expected: nil),
        Case(
            column: "text COLLATE \"C\" UNIQUE",
            change: "type: text, collation: public.caseless",
            expected: "caseless"
        ),
        Case(column: "text", change: "type: text, collation: C", expected: "C"),
        Case(column: "text COLLATE \"C\"", change: "type: integer", expected: nil),
        Case(column: "integer", change: "type: text, collation: C", expected: "C"),
    ]

    private func fixture(_ column: String, _ change: String, _ values: [String] = ["1", "2"]) throws -> Fixture {
        let rows = values.enumerated().map { "(\($0 + 1), '\($1)')" }.joined(separator: ", ")
        let schema = """
            CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
            CREATE TABLE item (id int PRIMARY KEY, value \(column));
            INSERT INTO item VALUES \(rows);
            """
        let plan = """
            version: 1
            name: retype
            change:
              change_type: {table: item, column: value, as: fresh, \(change)}
            acknowledge: [unconvertible]
            phases:
              backfill: {latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: 7d}
            """
        return try Fixture(schema: schema, plan: plan)
    }

    private func collation(of column: String, in fixture: Fixture) throws -> String? {
        try fixture.database.connect().query(
            """
            SELECT c.collname::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_collation c ON c.oid = a.attcollation AND c.oid <> t.typcollation
             WHERE a.attrelid = 'public.item'::regclass AND a.attname = $1
            """,
            [column]
        ).only().decodeIfPresent(at: 0)
    }

    @Test(arguments: cases)
    func `a collation is kept where the new type has any, or is the stated one`(_ test: Case) async throws {
        let fixture = try fixture(test.column, test.change)
        let before = try await fixture.dump()
        try await fixture.advance(through: .enforce)
        #expect(try collation(of: "fresh", in: fixture) == test.expected)
        try await fixture.advance(through: .contract)
        #expect(try collation(of: "value", in: fixture) == test.expected)
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }

    @Test func `values that are one to a collation stay one`() async throws {
        let fixture = try fixture("text COLLATE caseless UNIQUE", "type: 'varchar(20)'", ["a", "b"])
        try await fixture.advance(through: .contract)
        await #expect(throws: PostgresError.self) { try fixture.sql("INSERT INTO item (id, value) VALUES (3, 'A')") }
    }

    @Test func `a check compares texts as texts, though they are numbers now`() async throws {
        let fixture = try fixture("text CHECK (value < '5')", "type: integer", ["1", "40"])
        try await fixture.advance(through: .enforce)
        try fixture.sql("INSERT INTO item (id, value) VALUES (3, '10')")
        try fixture.sql("INSERT INTO item (id, fresh) VALUES (4, 20)")
        await #expect(throws: PostgresError.self) { try fixture.sql("INSERT INTO item (id, fresh) VALUES (5, 6)") }
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO item (id, value) VALUES (6, 300)")
        await #expect(throws: PostgresError.self) { try fixture.sql("INSERT INTO item (id, value) VALUES (7, 6)") }
    }

    @Test(arguments: [
        ("text", "type: text, collation: nowhere", "type", "collation \"nowhere\""),
        ("text", "type: integer, collation: C", "type", "collations are not supported"),
        ("text COLLATE \"C\"", "type: text, collation: C", "type", "the column's type already"),
        ("text", "type: public.short", "type", "a domain with constraints"),
    ])
    func `what cannot be had is refused by name`(_ column: String, _ change: String, _ id: String, _ words: String)
        async throws
    {
        let found = try await fixture(column, change).engine().check()
        #expect(
            found.contains { $0.id == id && $0.weight == .refused && $0.message.contains(words) },
            "\(found.map { "\($0.id): \($0.message)" })"
        )
    }
}
