import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The default of a column that changes its type: what it is from contract on, by attribute and mapping.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MappedDefaultTests {
    struct Case: CustomTestStringConvertible {
        let type: String
        /// `DEFAULT …` and `NOT NULL`, as after the type.
        let definition: String
        /// What follows `column: value` in the change.
        let change: String
        /// As the server writes it; nil: none.
        let expected: String?

        var testDescription: String { "\(type) \(definition), \(change)" }
    }

    private static let cents = "type: 'numeric(12,2)', using: value / 100.0, back: (value * 100)::int"
    private static let zoned = "type: timestamptz(3), using: value AT TIME ZONE 'UTC', back: value AT TIME ZONE 'UTC'"
    private static let tenfold = "type: bigint, using: value::bigint * 10, back: (value / 10)::int"

    static let cases = [
        // What PostgreSQL's own ALTER COLUMN … TYPE leaves.
        Case(type: "int", definition: "NOT NULL DEFAULT 0", change: "type: bigint", expected: "0"),
        Case(type: "int", definition: "DEFAULT 7", change: "type: bigint", expected: "7"),
        Case(type: "int", definition: "NOT NULL DEFAULT 0", change: "type: text", expected: "0"),
        // PostgreSQL stores a NULL of a type that has a length.
        Case(
            type: "varchar(5)",
            definition: "DEFAULT NULL::varchar",
            change: "type: text",
            expected: "NULL::character varying"
        ),
        Case(
            type: "varchar(5)",
            definition: "DEFAULT NULL::varchar",
            change: "type: text, using: \"value || '!'\", back: \"rtrim(value, '!')\"",
            expected: nil
        ),
        Case(type: "int", definition: "", change: "type: bigint", expected: nil),
        Case(
            type: "timestamp(3)",
            definition: "NOT NULL DEFAULT CURRENT_TIMESTAMP",
            change: "type: timestamp(6)",
            expected: "CURRENT_TIMESTAMP"
        ),
        Case(
            type: "int",
            definition: "NOT NULL DEFAULT nextval('numbers')",
            change: "type: bigint, using: value::bigint, back: value::int",
            expected: "nextval('public.numbers'::regclass)"
        ),
        Case(
            type: "text",
            definition: "NOT NULL DEFAULT 'x'",
            change: "type: 'varchar(20)'",
            expected: "'x'::text"
        ),
        // What that does not convert is what a cast makes of it.
        Case(type: "text", definition: "NOT NULL DEFAULT '1'", change: "type: int", expected: "1"),
        // A value that is made by an expression.
        Case(type: "int", definition: "NOT NULL DEFAULT 500", change: cents, expected: "5.00"),
        Case(type: "int", definition: "DEFAULT 500", change: cents, expected: "5.00"),
        Case(type: "int", definition: "DEFAULT '-250'::int", change: cents, expected: "'-2.50'::numeric"),
        Case(
            type: "text",
            definition: "NOT NULL DEFAULT '1'",
            change: "type: int, using: value::int * 10, back: (value / 10)::text",
            expected: "10"
        ),
        Case(
            type: "bytea",
            definition: #"DEFAULT '\x00'"#,
            change: "type: text, using: \"encode(value, 'hex')\", back: \"decode(value, 'hex')\"",
            expected: "'00'::text"
        ),
        Case(type: "int", definition: "NOT NULL", change: cents, expected: nil),
        Case(
            type: "int",
            definition: "NULL",
            change: "type: bigint, using: \"coalesce(value, 7)\", loss: acknowledged",
            expected: "7"
        ),
        Case(
            type: "int",
            definition: "",
            change: "type: bigint, using: \"coalesce(value, 7)\", loss: acknowledged",
            expected: "7"
        ),
        Case(type: "int", definition: "NOT NULL", change: "type: bigint, using: \"coalesce(value, 7)\"", expected: nil),
        Case(
            type: "int",
            definition: "NOT NULL DEFAULT nextval('numbers')",
            change: tenfold,
            expected: "(((nextval('public.numbers'::regclass))::integer)::bigint * 10)"
        ),
        Case(
            type: "timestamp(3)",
            definition: "NOT NULL DEFAULT CURRENT_TIMESTAMP",
            change: zoned,
            expected: "CURRENT_TIMESTAMP"
        ),
        Case(
            type: "timestamp",
            definition: "NOT NULL DEFAULT LOCALTIMESTAMP",
            change: zoned,
            expected: "LOCALTIMESTAMP"
        ),
        Case(
            type: "timestamp",
            definition: "NOT NULL DEFAULT (now() AT TIME ZONE 'utc')",
            change: zoned,
            expected: "(((now() AT TIME ZONE 'utc'::text) AT TIME ZONE 'UTC'::text))::timestamp(3) with time zone"
        ),
        // What the plan states.
        Case(type: "int", definition: "NOT NULL DEFAULT 500", change: cents + ", default: '1.5'", expected: "1.5"),
        Case(type: "int", definition: "NOT NULL DEFAULT 500", change: cents + ", default: 'NULL'", expected: nil),
        Case(type: "int", definition: "", change: "type: bigint, default: '-1'", expected: "'-1'::integer"),
    ]

    /// A column for each case, called `value`, `value_1` and so on, all changed by one plan.
    private func fixture(_ tests: [Case]) throws -> Fixture {
        let columns = tests.enumerated().map { place, test in
            (name: Self.name(place), definition: "\(test.type) \(test.definition)", test: test)
        }
        let changes = columns.map { column in
            let change = column.test.change.replacing(/\bvalue\b/, with: column.name)
            return "change_type: {table: item, column: \(column.name), \(change)}"
        }
        let section =
            changes.count == 1
            ? "change:\n  \(changes[0])" : "changes:\n" + changes.map { "  - {\($0)}" }.joined(separator: "\n")
        return try Fixture(
            schema: """
                CREATE SEQUENCE numbers;
                CREATE TABLE item (id int PRIMARY KEY, \(columns.map { "\($0.name) \($0.definition)" }.joined(separator: ", ")));
                """,
            plan: """
                version: 1
                name: retype
                \(section)
                acknowledge: [unconvertible, explicit-null, lossy-check]
                phases:
                  backfill: {latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d}
                """
        )
    }

    private static func name(_ place: Int) -> String { place == 0 ? "value" : "value_\(place)" }

    private func present(_ place: Int, in fixture: Fixture) throws -> String? {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = pg_catalog")
        return try connection.query(
            """
            SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
             WHERE adrelid = 'public.item'::regclass AND attname = $1
            """,
            [Self.name(place)]
        ).first?.decode(at: 0)
    }

    @Test(arguments: plans)
    func `the default means the same from contract on, and comes back as it was`(_ tests: [Case]) async throws {
        let fixture = try fixture(tests)
        let before = try await fixture.dump()
        let first = try tests.indices.map { try present($0, in: fixture) }
        try await fixture.advance(through: .enforce)
        for (place, test) in tests.enumerated() {
            #expect(try present(place, in: fixture) == first[place], "\(test.testDescription)")
        }
        try await fixture.advance(through: .contract)
        for (place, test) in tests.enumerated() {
            #expect(try present(place, in: fixture) == test.expected, "\(test.testDescription)")
        }
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
    }

    /// The first case and the first of the stated defaults in plans of their own, the others nine to a plan.
    static let plans: [[Case]] = {
        let rest = cases.filter { !$0.change.contains("default:") }.dropFirst()
        let stated = cases.filter { $0.change.contains("default:") }
        return [[cases[0]], [stated[0]], Array(stated.dropFirst())]
            + stride(from: rest.startIndex, to: rest.endIndex, by: 9).map {
                Array(rest[$0..<min($0 + 9, rest.endIndex)])
            }
    }()

    @Test(arguments: [
        (
            "int NOT NULL DEFAULT (random() * 100)",
            "type: bigint, using: \"CASE WHEN value > 50 THEN value ELSE -value END\", loss: acknowledged",
            "another value each time"
        ),
        ("text NOT NULL DEFAULT 'many'", "type: int", "invalid input syntax"),
        (
            "int NOT NULL DEFAULT 0", "type: int2, using: \"nullif(value, 0)::int2\", loss: acknowledged",
            "makes NULL of it"
        ),
        ("int NOT NULL DEFAULT 0", "type: bigint, default: \"'x'\"", "invalid input syntax"),
        (
            "timestamp NOT NULL DEFAULT now()", "type: text, using: value::date::text, back: value::timestamp",
            "settings of the session"
        ),
    ])
    func `a default without a counterpart is refused by name`(_ column: String, _ change: String, _ reason: String)
        async throws
    {
        let fixture = try fixture([Case(type: column, definition: "", change: change, expected: nil)])
        let findings = try await fixture.engine().check().filter { $0.id == "default" && $0.weight == .refused }
        #expect(
            findings.contains { $0.message.contains(reason) && $0.message.contains("public.item.value") },
            "\(findings.map(\.message))"
        )
    }
}
