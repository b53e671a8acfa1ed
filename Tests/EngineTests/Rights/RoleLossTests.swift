import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A role that has rights on what a plan changes is dropped under the run: nothing fails for it, there or back.
@Suite(.ledgerDatabase, .asSuperuser("CREATE ROLE"), .timeLimit(.minutes(60)))
struct RoleLossTests {
    struct Case: Sendable, CustomStringConvertible {
        let test: KindCase
        let phase: Phase

        var description: String { "\(test), after \(phase.rawValue)" }
    }

    /// Every kind after each phase, or the phases in turn.
    static let cases = KindCase.all.enumerated().flatMap { index, test in
        let furthest = Phase(rawValue: test.furthest) ?? .contract
        let phases = Phase.allCases.filter { $0 <= furthest }
        return (TestTier.isExhaustive ? phases : [phases[index % phases.count]]).map { Case(test: test, phase: $0) }
    }

    @Test(arguments: cases)
    func `what the role had is forgotten, and the run goes on and back`(_ one: Case) async throws {
        let fixture = try Fixture(schema: one.test.schema, plan: one.test.plan())
        let role = "l_\(try ScratchDatabase.current.name)"
        let start = try await fixture.dump()
        // Where several columns become one, rights on one of them alone have to be acknowledged first.
        let columnRight = ["merge_columns", "split_column"].contains(one.test.kind) ? "SELECT" : "UPDATE (%2$I)"
        try fixture.sql(
            """
            CREATE ROLE \(role);
            DO $$
            DECLARE it record;
            BEGIN
              FOR it IN SELECT c.oid::regclass AS name, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
              LOOP
                EXECUTE format('GRANT SELECT, INSERT ON %1$s TO \(role); GRANT \(columnRight) ON %1$s TO \(role)', it.name, it.attname);
              END LOOP;
            END $$
            """
        )
        try await fixture.advance(through: one.phase)
        try fixture.sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        let furthest = try #require(Phase(rawValue: one.test.furthest))
        let report = try await fixture.engine().advance(
            through: furthest,
            waits: false,
            confirmation: Confirmation(name: fixture.plan.name.text)
        )
        #expect(report.outcome == .done, "\(report)")
        try await fixture.rollBack()
        let differences = try await fixture.dump().split(separator: "\n").difference(from: start.split(separator: "\n"))
        #expect(differences.isEmpty, "\(differences)")
    }
}
