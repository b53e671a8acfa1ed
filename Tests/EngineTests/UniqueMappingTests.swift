import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Values that differ in the old type and are one in the new: what a unique index on the column makes of them.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct UniqueMappingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The definition of the column, what follows it in the table, and an index.
        let column: String
        var constraint = ""
        var index = ""
        let type: String
        let using: String
        /// Rows of `(id, c, kind, active)`.
        let rows: String
        /// How a collision is told; nil: there is none.
        let told: String?
        var since = 0
    }

    private static let none = "coalesce(c, 'none')"

    static let cases = [
        Case(
            testDescription: "two NULLs become one value",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true), (3, 'a', 1, true)",
            told: "id=1 and id=2 (none)"
        ),
        Case(
            testDescription: "more than two do",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true), (3, NULL, 1, true), (4, NULL, 1, true)",
            told: "id=1 and id=4 and 2 more (none)"
        ),
        Case(
            testDescription: "a NULL becomes a value that another row has",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, 'none', 1, true)",
            told: "id=1 and id=2 (none)"
        ),
        Case(
            testDescription: "one NULL alone",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, 'a', 1, true)",
            told: nil
        ),
        Case(
            testDescription: "NULLs that stay NULL",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: "upper(c)",
            rows: "(1, NULL, 1, true), (2, NULL, 1, true), (3, 'a', 1, true)",
            told: nil
        ),
        Case(
            testDescription: "an expression that is coarser",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: "upper(c)",
            rows: "(1, 'a', 1, true), (2, 'A', 1, true)",
            told: "id=1 and id=2 (A)"
        ),
        Case(
            testDescription: "a type whose equality is coarser",
            column: "text UNIQUE",
            type: "numeric",
            using: "c::numeric",
            rows: "(1, '1.0', 1, true), (2, '1.00', 1, true)",
            told: "id=1 and id=2"
        ),
        Case(
            testDescription: "a type that holds fewer digits",
            column: "bigint UNIQUE",
            type: "double precision",
            using: "c",
            rows: "(1, 9007199254740993, 1, true), (2, 9007199254740992, 1, true)",
            told: "id=1 and id=2"
        ),
        Case(
            testDescription: "a primary key",
            column: "text",
            constraint: ", PRIMARY KEY (c)",
            type: "varchar(20)",
            using: "upper(c)",
            rows: "(1, 'a', 1, true), (2, 'A', 1, true)",
            told: "(A)"
        ),
        Case(
            testDescription: "another column of the index keeps them apart",
            column: "text",
            constraint: ", UNIQUE (c, kind)",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 2, true), (3, NULL, NULL, true), (4, NULL, NULL, true)",
            told: nil
        ),
        Case(
            testDescription: "another column of the index is the same",
            column: "text",
            constraint: ", UNIQUE (kind, c)",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 2, true), (3, NULL, 2, true)",
            told: "id=2 and id=3 (2, none)"
        ),
        Case(
            testDescription: "the rows are not in the partial index",
            column: "text",
            index: "CREATE UNIQUE INDEX ON t (c) WHERE active",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, false)",
            told: nil
        ),
        Case(
            testDescription: "the rows are in the partial index",
            column: "text",
            index: "CREATE UNIQUE INDEX ON t (c) WHERE active",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true)",
            told: "id=1 and id=2 (none)"
        ),
        Case(
            testDescription: "the rows come into the partial index",
            column: "text",
            index: "CREATE UNIQUE INDEX ON t (c) WHERE c IS NOT NULL",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true)",
            told: "id=1 and id=2 (none)"
        ),
        Case(
            testDescription: "an index on an expression",
            column: "text",
            index: "CREATE UNIQUE INDEX ON t (lower(c), kind)",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, 'NONE', 1, true), (3, 'None', 2, true)",
            told: "id=1 and id=2 (none, 1)"
        ),
        Case(
            testDescription: "a deferrable constraint",
            column: "text",
            constraint: ", UNIQUE (c) DEFERRABLE INITIALLY DEFERRED",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true)",
            told: "id=1 and id=2 (none)"
        ),
        Case(
            testDescription: "a value becomes NULL where NULLs are equal",
            column: "text",
            constraint: ", UNIQUE NULLS NOT DISTINCT (c)",
            type: "varchar(20)",
            using: "nullif(c, 'none')",
            rows: "(1, NULL, 1, true), (2, 'none', 1, true)",
            told: "id=1 and id=2 ()",
            since: 150_000
        ),
        Case(
            testDescription: "a value becomes NULL",
            column: "text UNIQUE",
            type: "varchar(20)",
            using: "nullif(c, 'none')",
            rows: "(1, NULL, 1, true), (2, 'none', 1, true)",
            told: nil
        ),
        Case(
            testDescription: "an index that is not unique",
            column: "text",
            index: "CREATE INDEX ON t (c)",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true)",
            told: nil
        ),
        Case(
            testDescription: "an odd name",
            column: "text",
            index: "CREATE UNIQUE INDEX \"it's $1\" ON t (c)",
            type: "varchar(20)",
            using: none,
            rows: "(1, NULL, 1, true), (2, NULL, 1, true)",
            told: "id=1 and id=2 (none)"
        ),
    ]

    /// The server's own answer stands beside ours: ALTER TABLE builds the same index of the same values.
    @Test(arguments: cases)
    func `rows that get one value of a unique index are named before expand`(_ test: Case) async throws {
        let id = test.constraint.contains("PRIMARY KEY") ? "id int" : "id int PRIMARY KEY"
        let schema = """
            CREATE TABLE t (\(id), c \(test.column), kind int, active bool\(test.constraint)); \(test.index);
            INSERT INTO t (id, c, kind, active) VALUES \(test.rows);
            """
        if try ScratchDatabase.current.connect().serverVersion < test.since { return }
        let fixture = try Fixture(
            schema: schema,
            plan: """
                version: 1
                name: mapping
                change:
                  change_type: {table: t, column: c, type: \(test.type), loss: acknowledged, using: "\(test.using)"}
                acknowledge: [unconvertible, unique-null]
                """
        )
        let found = try await fixture.engine().check(looksAtData: true).filter {
            $0.message.contains("unique index") && $0.id == "data"
        }
        #expect(found.isEmpty == (test.told == nil), "\(found.map(\.message))")
        if let told = test.told { #expect(found.contains { $0.message.contains(told) }, "\(found.map(\.message))") }
        var refusal: SQLState?
        do {
            try fixture.sql("ALTER TABLE t ALTER c TYPE \(test.type) USING \(test.using)")
        } catch let error as PostgresError { refusal = error.sqlState }
        #expect((refusal == .uniqueViolation) == (test.told != nil), "\(String(describing: refusal))")
    }

    @Test(arguments: [
        ("text UNIQUE", none, true), ("text NOT NULL UNIQUE", none, false), ("text", none, false),
        ("text UNIQUE", "upper(c)", false),
    ])
    func `NULLs that become one value in a unique index have to be acknowledged`(
        _ column: String,
        _ using: String,
        _ isFound: Bool
    ) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, c \(column))",
            plan: """
                version: 1
                name: mapping
                change:
                  change_type: {table: t, column: c, type: varchar(20), loss: acknowledged, using: "\(using)"}
                acknowledge: [unconvertible]
                """
        )
        let ids = try await fixture.engine().check().map(\.id)
        #expect(ids.contains("unique-null") == isFound, "\(ids)")
    }
}
