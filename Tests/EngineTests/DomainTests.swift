import TestSupport
import Testing
import Workflow

@testable import Engine

/// A column of a domain that gets another type: its values are held to the domain until contract, and no longer after it.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct DomainTests {
    private func fixture(_ domain: String, _ column: String = "", type: String = "text") throws -> Fixture {
        try Fixture(
            schema: """
                CREATE DOMAIN email AS \(domain);
                CREATE TABLE t (id int PRIMARY KEY, mail email \(column));
                INSERT INTO t SELECT n, '1' || n FROM generate_series(1, 100) n;
                """,
            plan: """
                version: 1
                name: kind
                change: {change_type: {table: t, column: mail, type: \(type)}}
                acknowledge: [unconvertible, lost-domain-check]
                phases:
                  lock_deadline: 10m
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d, requires: []}
                """
        )
    }

    @Test(arguments: [
        ("text CHECK (VALUE ~ '1')", Finding.Weight.acknowledge, "lost-domain-check"),
        ("varchar(20) CHECK (length(VALUE) > 0)", .acknowledge, "lost-domain-check"),
        ("text NOT NULL", .refused, "domain"), ("text DEFAULT '1' CHECK (VALUE ~ '1')", .refused, "domain"),
    ])
    func `what the domain does and the type does not is told`(_ domain: String, weight: Finding.Weight, id: String)
        async throws
    {
        let findings = try await fixture(domain).engine().check().filter { $0.id.contains("domain") }
        #expect(findings.map(\.id) == [id])
        #expect(findings.map(\.weight) == [weight])
    }

    @Test func `a value that the domain forbids waits for contract, and is no statement's failure`() async throws {
        let fixture = try fixture("text CHECK (VALUE ~ '1')")
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            "UPDATE t SET crossfade_new_mail = 'none' WHERE id = 5; INSERT INTO t (id, crossfade_new_mail) VALUES (200, 'none')"
        )
        #expect(try fixture.value("SELECT mail FROM t WHERE id = 5", as: String.self) == "15", "it keeps what it has")
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(failure?.message.contains("id=5 (none), id=200 (none)") == true, "\(String(describing: failure))")
        try fixture.sql("UPDATE t SET crossfade_new_mail = '1' WHERE id IN (5, 200)")
        try await fixture.advance(through: .contract)
        try fixture.sql("UPDATE t SET mail = 'nothing' WHERE id = 7")
        #expect(try fixture.value("SELECT mail FROM t WHERE id = 7", as: String.self) == "nothing")
        _ = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        try fixture.sql("UPDATE t SET mail = '17' WHERE id = 7")
        try await fixture.rollBack()
        #expect(try fixture.value("SELECT mail FROM t WHERE id = 7", as: String.self) == "17")
    }
}
