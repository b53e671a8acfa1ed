import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What a column of another type got between contract and its rollback is the old column's then.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct SuccessorTests {
    /// A change of type, an act on the new column, and what the old one has of it after a rollback.
    struct Case: Sendable, CustomTestStringConvertible {
        let column: String
        let change: String
        let act: String
        /// The old column's default as the server writes it; nil: none.
        let expected: String?
        /// What the question says of it.
        let said: String
        var testDescription: String { "\(column), \(change), \(act)" }
    }

    private static let truth = "type: boolean, using: \"bio = 'yes'\", back: \"CASE WHEN bio THEN 'yes' ELSE 'no' END\""
    private static let zoned = "type: timestamptz, using: \"bio AT TIME ZONE 'UTC'\", back: \"bio AT TIME ZONE 'UTC'\""
    private static let twice =
        "type: int, using: \"bio::int\", back: \"CASE WHEN bio > 0 THEN bio::text ELSE '-' || abs(bio) END\""

    private static let given = "changed since contract, and given back: ALTER TABLE public.t ALTER COLUMN bio "

    static let cases = [
        Case(
            column: "text NOT NULL DEFAULT 'no'",
            change: truth,
            act: "SET DEFAULT true",
            expected: "'yes'::text",
            said: "\(given)SET DEFAULT 'yes'::text"
        ),
        Case(
            column: "text NOT NULL DEFAULT 'no'",
            change: truth,
            act: "SET DEFAULT random() < 0.5",
            expected:
                "\nCASE\n    WHEN (random() < (0.5)::double precision) THEN 'yes'::text\n    ELSE 'no'::text\nEND",
            said: "\(given)SET DEFAULT"
        ),
        Case(
            column: "text NOT NULL DEFAULT 'no'",
            change: truth,
            act: "DROP DEFAULT",
            expected: nil,
            said: "\(given)DROP DEFAULT"
        ),
        Case(
            column: "text NOT NULL DEFAULT 'no'",
            change: truth,
            act: "SET DEFAULT false",
            expected: "'no'::text",
            said: ""
        ),
        Case(
            column: "text DEFAULT '0'",
            change: "type: int",
            act: "SET DEFAULT 7",
            expected: "7",
            said: "\(given)SET DEFAULT 7"
        ),
        Case(
            column: "text",
            change: "type: int",
            act: "SET DEFAULT 7",
            expected: "7",
            said: "\(given)SET DEFAULT 7"
        ),
        Case(
            column: "timestamp",
            change: zoned,
            act: "SET DEFAULT now()",
            expected: "(now() AT TIME ZONE 'UTC'::text)",
            said: "\(given)SET DEFAULT"
        ),
        Case(
            column: "int DEFAULT 1",
            change: "type: bigint",
            act: "SET DEFAULT 5",
            expected: "5",
            said: "\(given)SET DEFAULT 5"
        ),
        Case(
            column: "text DEFAULT '1'",
            change: twice,
            act: "SET DEFAULT (random() * 10)::int",
            expected: nil,
            said: "is not given back, and the column has none then"
        ),
    ]

    private static func plan(_ change: String) -> String {
        """
        version: 1
        name: successor
        change:
          change_type: {table: t, column: bio, as: biography, \(change)}
        acknowledge: [unconvertible, explicit-null]
        phases:
          backfill: {latency_budget: off}
          dual_write_check: {observe: 0s, min_writes: 0}
        """
    }

    private static let defaultOfOld = """
        SELECT (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
                 WHERE adrelid = 'public.t'::regclass AND adnum = a.attnum) AS text
          FROM pg_attribute a WHERE attrelid = 'public.t'::regclass AND attname = $1
        """

    @Test(arguments: cases)
    func `the default is given back in the old type, or is told to be lost`(_ example: Case) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE public.t (id int PRIMARY KEY, bio \(example.column)); INSERT INTO t VALUES (1)",
            plan: Self.plan(example.change)
        )
        try await fixture.advance(through: .contract)
        try fixture.sql("ALTER TABLE t ALTER bio \(example.act)")
        let unconfirmed = await #expect(throws: Failure.self) {
            try await fixture.engine().rollBack(to: nil, confirmation: Confirmation(name: nil))
        }
        let question = try #require(unconfirmed).message
        #expect(question.contains(example.said), "\(question)")
        try await fixture.rollBack(to: .enforce)
        let connection = try fixture.database.connect()
        func read(_ column: String) throws -> String? {
            try connection.query(Self.defaultOfOld, [column]).only().decodeIfPresent("text", as: String.self)
        }
        #expect(try read("bio") == example.expected)
        let verified = try await fixture.engine().verify()
        #expect(verified.verdict == .passed, "\(verified)")
        try await fixture.advance(through: .contract)
        try await fixture.rollBack()
        #expect(try read("bio") == example.expected)
        #expect(try fixture.value("SELECT count(*) FROM t", as: Int.self) == 1)
    }

    /// All that is the column's own, but for how values are stored: those of another type have that for themselves.
    @Test(arguments: [true, false])
    func `rights, comment, NOT NULL and statistics are given back`(_ isInList: Bool) async throws {
        let change = "change_type: {table: profile, column: bio, type: varchar, as: biography}"
        let beside = "rename_column: {table: profile, from: beside, to: aside}"
        let section = isInList ? "changes:\n  - \(change)\n  - \(beside)" : "change:\n  \(change)"
        let fixture = try Fixture(
            schema: DriftCase.schema,
            plan: """
                version: 1
                name: successor
                \(section)
                acknowledge: [user-triggers, row-shape, new-name]
                phases:
                  backfill: {latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        let acts = DriftCase.all.filter { $0.isOfColumn && !["SET STORAGE", "SET COMPRESSION"].contains($0.act) }.map(
            \.sql
        )
        let read = """
            SELECT attnotnull, attstattarget, attoptions::text, attacl::text, col_description(attrelid, attnum),
                   (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)
              FROM pg_attribute WHERE attrelid = 'public.profile'::regclass AND attname = 'bio'
            """
        let connection = try fixture.database.connect()
        func shape() throws -> String {
            try connection.query("SELECT row(r.*)::text AS shape FROM (\(read)) r").only().decode("shape")
        }
        let expected = try connection.rolledBack { connection in
            for act in ["SET LOCAL search_path = public"] + acts { _ = try connection.execute(act) }
            return try shape()
        }
        try await fixture.advance(through: .contract)
        for act in acts { try fixture.sql(act) }
        let unconfirmed = await #expect(throws: Failure.self) {
            try await fixture.engine().rollBack(to: nil, confirmation: Confirmation(name: nil))
        }
        let question = try #require(unconfirmed).message
        #expect(question.contains("COMMENT ON COLUMN public.profile.bio IS NULL"), "\(question)")
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.engine().verify().verdict == .passed)
        let back = try shape()
        #expect(back == expected, "\(back) is not \(expected)")
        try await fixture.rollBack()
        #expect(try shape() == expected)
    }
}
