import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What becomes of values where the plan names the new type and nothing else.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ImpliedCastTests {
    struct Case: Sendable, CustomStringConvertible {
        let column: String
        let type: String
        var section = ""
        /// A value of before, and what it becomes.
        let values: [(String, String)]
        var description: String { "\(column) to \(type) \(section)" }
    }

    static let cases = [
        Case(
            column: "old_mood NOT NULL DEFAULT 'sad'",
            type: "new_mood",
            values: [("sad", "sad"), ("happy", "happy")]
        ),
        Case(column: "old_mood[] NOT NULL DEFAULT '{}'", type: "new_mood[]", values: [("{sad,happy}", "{sad,happy}")]),
        Case(column: "old_mood[] DEFAULT '{sad}'", type: "text[]", values: [("{sad,happy}", "{sad,happy}")]),
        Case(column: "text[]", type: "old_mood[]", values: [("{sad,happy}", "{sad,happy}")]),
        Case(column: "money NOT NULL DEFAULT 0", type: "numeric(12,2)", values: [("12.34", "12.34"), ("-1", "-1.00")]),
        Case(column: "numeric(12,2)", type: "money", values: [("12.34", "$12.34")]),
        Case(
            column: "date NOT NULL DEFAULT '2020-02-29'",
            type: "text",
            section: ", back: \"to_date(v, 'YYYY-MM-DD')\"",
            values: [("2020-02-29", "2020-02-29")]
        ),
        Case(
            column: "text NOT NULL",
            type: "date",
            section:
                ", using: \"to_date(v, 'DD.MM.YYYY')\", back: \"to_char(v::timestamp, 'DD.MM.YYYY')\", loss: acknowledged",
            values: [("29.02.2020", "2020-02-29")]
        ),
        Case(
            column: "text",
            type: "date",
            section: ", using: \"to_date(v, 'YYYY-MM-DD')\"",
            values: [("2020-02-29", "2020-02-29")]
        ),
    ]

    private func fixture(_ test: Case, _ values: [String]) throws -> Fixture {
        try Fixture(
            schema: """
                CREATE TYPE old_mood AS ENUM ('sad', 'happy');
                CREATE TYPE new_mood AS ENUM ('happy', 'calm', 'sad');
                CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v \(test.column));
                \(values.map { "INSERT INTO t (v) VALUES ('\($0)');" }.joined(separator: "\n"))
                """,
            plan: """
                version: 1
                name: kind
                change:
                  change_type: {table: t, column: v, type: '\(test.type)'\(test.section)}
                acknowledge: [unconvertible]
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {requires: []}
                """
        )
    }

    @Test(arguments: cases)
    func `goes to contract and back, in every session alike`(_ test: Case) async throws {
        let fixture = try fixture(test, test.values.map(\.0))
        // What another session is set to changes nothing.
        try fixture.sql("ALTER DATABASE \(fixture.database.name) SET DateStyle = 'German'")
        let (schema, rows) = (try await fixture.dump(), try fixture.database.content())
        try await fixture.advance(through: .contract)
        let connection = try fixture.database.connect()
        try connection.execute("SET DateStyle = 'ISO'")
        let values: String? = try connection.query("SELECT string_agg(v::text, '|' ORDER BY id) AS all FROM public.t")
            .only()
            .decodeIfPresent("all")
        #expect(values == test.values.map(\.1).joined(separator: "|"))
        try await fixture.rollBack()
        #expect(try await fixture.dump() == schema)
        #expect(try fixture.database.content() == rows)
    }

    /// The way out that the finding names.
    struct Refused: Sendable, CustomStringConvertible {
        let from: String
        let to: String
        let using: String
        var back: String?
        var description: String { "\(from) to \(to)" }
    }

    @Test(arguments: [
        Refused(from: "timestamp", to: "timestamptz", using: "v AT TIME ZONE 'UTC'", back: "v AT TIME ZONE 'UTC'"),
        Refused(from: "timestamptz", to: "timestamp", using: "v AT TIME ZONE 'UTC'", back: "v AT TIME ZONE 'UTC'"),
        Refused(from: "text", to: "date", using: "to_date(v, 'YYYY-MM-DD')"),
        Refused(
            from: "varchar(30)",
            to: "timestamptz",
            using: "to_timestamp(v, 'YYYY-MM-DD HH24:MI:SS')",
            back: "to_char(v, 'YYYY-MM-DD HH24:MI:SS')"
        ),
        Refused(from: "text", to: "timestamp", using: "to_timestamp(v, 'YYYY-MM-DD HH24:MI:SS') AT TIME ZONE 'UTC'"),
        Refused(from: "integer", to: "timestamptz", using: "to_timestamp(v)", back: "extract(epoch FROM v)::integer"),
    ])
    func `one that depends on more is refused, and the expression that the hint names is taken`(_ test: Refused)
        async throws
    {
        let plain = try fixture(Case(column: test.from, type: test.to, values: []), [])
        let finding = try #require(await plain.engine().check().first { $0.id == "expression" })
        let hint = try #require(finding.hint)
        #expect(hint.replacing("\"", with: "").contains(test.using), "\(finding)")
        if let back = test.back { #expect(hint.replacing("\"", with: "").contains(back), "\(finding)") }
        let section = ", using: \"\(test.using)\"" + (test.back.map { ", back: \"\($0)\"" } ?? "")
        let hinted = try Fixture(
            schema: "SELECT 1",
            plan: """
                version: 1
                name: kind
                change:
                  change_type: {table: t, column: v, type: '\(test.to)'\(section)}
                acknowledge: [unconvertible]
                """
        )
        let left = try await hinted.engine().check().filter { $0.weight == .refused }
        #expect(left == [])
    }

    /// 'today' is another date tomorrow: what a type reads from text is not a matter of settings alone.
    @Test(arguments: ["v::date", "CASE WHEN v = 'x' THEN now()::date ELSE v::date END", "current_date"])
    func `an expression that has another answer tomorrow is refused`(_ using: String) async throws {
        let test = Case(column: "text", type: "date", section: ", using: \"\(using)\"", values: [])
        let findings = try await fixture(test, []).engine().check()
        #expect(findings.contains { $0.id == "expression" && $0.weight == .refused }, "\(findings)")
    }

    @Test func `a label that the other enum lacks is found before expand`() async throws {
        let test = Case(column: "new_mood", type: "old_mood", values: [])
        let fixture = try fixture(test, ["happy", "calm"])
        let findings = try await fixture.engine().check()
        #expect(findings.allSatisfy { $0.weight != .refused }, "\(findings)")
        let found = try await fixture.engine().check(looksAtData: true)
        #expect(found.contains { $0.message.contains("calm") }, "\(found)")
    }
}
