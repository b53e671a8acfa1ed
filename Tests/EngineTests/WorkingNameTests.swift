import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A retyped column keeps its name: who uses that goes on after contract, and who uses the new column's own name fails.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct WorkingNameTests {
    private static let schema = """
        CREATE TABLE reading (id int PRIMARY KEY, value text);
        INSERT INTO reading SELECT n, n::text FROM generate_series(1, 100) n;
        """

    private func statement(_ text: String, _ fixture: Fixture, as application: String) throws {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = public; SET application_name = '\(application)'; \(text)")
    }

    /// A fixture after enforce, whose contract asks for nobody who writes what goes away.
    private func enforced(_ dual: String = "") async throws -> Fixture {
        let fixture = try Fixture(
            schema: Self.schema,
            plan: """
                version: 1
                name: retype
                change:
                  change_type: {table: reading, column: value, type: integer, as: number}
                \(dual)
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {requires: [no_legacy_writes: 1h]}
                """
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '2 hours'")
        return fixture
    }

    private func legacyWrites(_ fixture: Fixture) async throws -> RequirementResult {
        let gate = try await fixture.engine().gate(.contract)
        return try #require(gate.requirements.first { $0.name == "no_legacy_writes" })
    }

    @Test func `the version that uses the kept name goes on, and one that names the other keeps contract closed`()
        async throws
    {
        let fixture = try await enforced()
        try statement("UPDATE reading SET value = '7' WHERE id = 1", fixture, as: "survivor")
        #expect(try await legacyWrites(fixture).verdict == .open)
        let text = try await fixture.engine().status().deployable
        #expect(text.contains("before contract no version may name number"), "\(text)")
        try statement("UPDATE reading SET number = 8 WHERE id = 1", fixture, as: "early")
        let closed = try await legacyWrites(fixture)
        #expect(closed.verdict == .closed)
        #expect(closed.reason.contains("'early' as role"), "\(closed)")
        #expect(closed.reason.contains("wrote the working name number"), "\(closed)")
        // In the window no more.
        try fixture.sql("UPDATE crossfade.observation SET seen_at = seen_at - interval '2 hours'")
        try await fixture.advance(through: .contract)
        let after = try await fixture.engine().status().deployable
        #expect(after.contains("versions that use value") && after.contains("name number fail"), "\(after)")
    }

    @Test func `an application that has written both leaves no trace to judge by`() async throws {
        let fixture = try await enforced("dual_write: {by: application}")
        let result = try await legacyWrites(fixture)
        #expect(result.verdict == .waiting)
        #expect(result.reason.contains("inconclusive"), "\(result)")
    }

    @Test func `a value that the old type cannot hold is noted as a write of the working name too`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE visit (id int PRIMARY KEY, code int);
                INSERT INTO visit SELECT n, n FROM generate_series(1, 9) n;
                """,
            plan: """
                version: 1
                name: retype
                change:
                  change_type: {table: visit, column: code, type: bigint, as: wide}
                phases:
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("UPDATE visit SET wide = 3000000000 WHERE id = 3")
        let seen = "SELECT string_agg(side, ',' ORDER BY side) FROM crossfade.observation"
        #expect(try fixture.value(seen, as: String.self) == "new,unconvertible")
    }
}
