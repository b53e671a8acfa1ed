import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Values that are larger in the new type: whether they have room in the indexes of the column.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct IndexSizeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The type of the column, its index, and an expression of `n` that makes the value of row n.
        let column: String
        let index: String
        let value: String
        let type: String
        let using: String
        let back: String
        /// Whether the server refuses any of the ten rows.
        var isRefused = true
    }

    /// Text that hardly any compression makes smaller.
    private static let random = "(SELECT string_agg(md5(n::text || i), '') FROM generate_series(1, 100) i)"
    private static let hex = "encode(c, 'hex')"
    private static let bytes = "decode(c, 'hex')"

    static let cases = [
        Case(
            testDescription: "bytes as hexadecimal text take twice the room",
            column: "bytea",
            index: "CREATE INDEX i ON t (c)",
            value: "decode(left(\(random), n * 300), 'hex')",
            type: "text",
            using: hex,
            back: bytes
        ),
        Case(
            testDescription: "what compresses well has room",
            column: "bytea",
            index: "CREATE INDEX i ON t (c)",
            value: "decode(repeat('ab', n * 150), 'hex')",
            type: "text",
            using: hex,
            back: bytes,
            isRefused: false
        ),
        Case(
            testDescription: "another column of the index takes room too",
            column: "bytea",
            index: "CREATE UNIQUE INDEX i ON t (pad, c)",
            value: "decode(left(\(random), n * 160), 'hex')",
            type: "text",
            using: hex,
            back: bytes
        ),
        Case(
            testDescription: "so does a column that the index only includes",
            column: "bytea",
            index: "CREATE INDEX i ON t (c) INCLUDE (pad)",
            value: "decode(left(\(random), n * 160), 'hex')",
            type: "text",
            using: hex,
            back: bytes
        ),
        Case(
            testDescription: "a hash takes no room",
            column: "bytea",
            index: "CREATE INDEX i ON t USING hash (c)",
            value: "decode(left(\(random), n * 300), 'hex')",
            type: "text",
            using: hex,
            back: bytes,
            isRefused: false
        ),
        Case(
            testDescription: "the index leaves out the large ones",
            column: "bytea",
            index: "CREATE INDEX i ON t (c) WHERE id < 5",
            value: "decode(left(\(random), n * 300), 'hex')",
            type: "text",
            using: hex,
            back: bytes,
            isRefused: false
        ),
        Case(
            testDescription: "text as jsonb",
            column: "text",
            index: "CREATE INDEX \"It's $1\" ON t (c)",
            value:
                "(SELECT jsonb_agg(ascii(substr(r, i, 1)) % 10) FROM left(\(random), n * 200) r, generate_series(1, length(r)) i)::text",
            type: "jsonb",
            using: "c::jsonb",
            back: "c::text"
        ),
        Case(
            testDescription: "an element of an array in an inverted index",
            column: "text[]",
            index: "CREATE INDEX i ON t USING gin (c)",
            value: "ARRAY[left(\(random), n * 150)]",
            type: "varchar[]",
            using: "ARRAY[c[1] || reverse(c[1])]",
            back: "ARRAY[left(c[1], length(c[1]) / 2)]"
        ),
        Case(
            testDescription: "no index is on it",
            column: "bytea",
            index: "SELECT 1",
            value: "decode(left(\(random), n * 300), 'hex')",
            type: "text",
            using: hex,
            back: bytes,
            isRefused: false
        ),
    ]

    /// The server's own answer stands beside ours: ALTER TABLE builds the same index of the same values, row by row.
    @Test(arguments: cases)
    func `rows whose new value has no room in an index are named before expand`(_ test: Case) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, c \(test.column), pad text);
                INSERT INTO t SELECT n, \(test.value), left(\(Self.random), 1200) FROM generate_series(1, 10) n;
                \(test.index);
                """,
            plan: """
                version: 1
                name: mapping
                change:
                  change_type: {table: t, column: c, type: "\(test.type)", using: "\(test.using)", back: "\(test.back)"}
                acknowledge: [unconvertible, unique-null]
                """
        )
        let found = try await fixture.engine().check(looksAtData: true).filter { $0.message.contains("has room") }
        let told = try #require(found.count <= 1 ? found : nil, "\(found.map(\.message))").map(\.message).joined()
        var refused: [Int] = []
        for id in 1...10 {
            do {
                try fixture.sql(
                    """
                    BEGIN; DELETE FROM t WHERE id <> \(id); ALTER TABLE t ALTER c TYPE \(test.type) USING \(test.using); ROLLBACK
                    """
                )
            } catch let error as PostgresError where error.sqlState == SQLState(rawValue: "54000") {
                refused.append(id)
            }
        }
        #expect(refused.isEmpty != test.isRefused)
        let named = (1...10).filter { told.contains("id=\($0) (index row") }
        #expect(named == Array(refused.prefix(5)), "\(refused)\n\(told)")
        #expect(told.isEmpty || told.contains(": \(refused.count) against it"), "\(told)")
    }
}
