import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A table that is dropped under a run and made again under its name: it is another one, which the run does not touch.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct SupplantedTableTests {
    struct Case: Sendable, CustomStringConvertible {
        let test: KindCase
        let phase: Phase

        var description: String { "\(test), after \(phase.rawValue)" }
    }

    /// Every kind whose table stands under its name, in each phase, or else the phases in turn.
    static let cases = KindCase.all.filter { !["custom"].contains($0.kind) }.enumerated().flatMap { index, test in
        let furthest = Phase(rawValue: test.furthest) ?? .contract
        // From contract on one table may have taken another's place, or be set aside.
        let last = ["rename_table", "drop_table"].contains(test.kind) ? min(furthest, .enforce) : furthest
        let phases = Phase.allCases.filter { $0 <= last }
        return (TestTier.isExhaustive ? phases : [phases[index % phases.count]]).map { Case(test: test, phase: $0) }
    }

    private func columns(of table: QualifiedName, _ fixture: Fixture) throws -> String {
        let name = table.quoted.replacing("'", with: "''")
        return try fixture.value(
            """
            SELECT coalesce(string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum), '')
                     || (SELECT ' triggers: ' || count(*) FROM pg_trigger WHERE tgrelid = to_regclass('\(name)') AND NOT tgisinternal)
              FROM pg_attribute WHERE attrelid = to_regclass('\(name)') AND attnum > 0 AND NOT attisdropped
            """,
            as: String.self
        )
    }

    @Test(arguments: cases)
    func `every command says so, and rollback ends the run without touching it`(_ one: Case) async throws {
        let fixture = try Fixture(schema: one.test.schema, plan: one.test.plan())
        let before = try await Resolution.blueprint(of: fixture)
        let table = before.table
        try fixture.sql("CREATE SCHEMA aside; CREATE TABLE aside.copy (LIKE \(table.quoted) INCLUDING ALL)")
        try await fixture.advance(through: one.phase)
        let schema = try #require(table.schema)
        try fixture.sql(
            """
            DROP TABLE \(table.quoted) CASCADE; ALTER TABLE aside.copy SET SCHEMA \(schema.quoted);
            ALTER TABLE \(schema.quoted).copy RENAME TO \(table.name.quoted)
            """
        )
        let made = try columns(of: table, fixture)
        let name = fixture.plan.name.text
        let failure = await #expect(throws: Failure.self) {
            try await fixture.engine().advance(through: nil, waits: false, confirmation: Confirmation(name: name))
        }
        #expect(failure?.code == .closed)
        #expect(failure?.message.contains("another table has its name now") == true, "\(failure?.message ?? "")")
        #expect(failure?.hint?.contains("crossfade rollback \(name) --confirm \(name)") == true)
        if let next = try #require(try await fixture.record()).run.nextPhase {
            let gate = try await fixture.engine().gate(next)
            #expect(gate.verdict == .closed)
            #expect(
                gate.obstacles.contains { $0.reason.contains("another table has its name now") },
                "\(gate.obstacles)"
            )
        }
        let verification = try await fixture.engine().verify()
        #expect(verification.verdict == .failed)
        let told = verification.checks.filter { $0.verdict == .failed }.flatMap(\.samples)
        #expect(told.contains { $0.contains("another table has its name now") }, "\(verification.checks)")
        let report = try await fixture.rollBack()
        #expect(report.outcome == .done)
        #expect(report.done.joined(separator: "; ").contains("another table has its name now"), "\(report.done)")
        #expect(try columns(of: table, fixture) == made)
        #expect(try #require(await fixture.record()).run.state == .rolledBack)
        let left = try fixture.value(
            "SELECT count(*)::int FROM pg_proc WHERE pronamespace = 'crossfade'::regnamespace AND starts_with(proname, 'crossfade_')",
            as: Int.self
        )
        #expect(left == 0)
    }

    @Test func `a database that was restored as a whole is the run's own`() async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 9) n",
            plan: Fixture.rename("t", "a", "b", retain: "7d")
        )
        try await fixture.advance(through: .backfill)
        // What a restore does to the numbers: those of the ledger's table differ, too.
        try fixture.sql(
            "UPDATE crossfade.run SET tables = jsonb_build_object('ledger', 1, 'tables', jsonb_build_object('\"public\".\"t\"', 2))"
        )
        try await fixture.advance(through: .contract)
        let known =
            "SELECT (tables ->> 'ledger')::oid = 'crossfade.run'::regclass AND (tables -> 'tables' ->> '\"public\".\"t\"')::oid = 't'::regclass FROM crossfade.run"
        #expect(try fixture.value(known, as: Bool.self))
    }

    @Test func `a copy of the table with the run's triggers goes on, and is proved`() async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 9) n",
            plan: Fixture.rename("t", "a", "b", retain: "7d")
        )
        try await fixture.advance(through: .backfill)
        let triggers: String = try fixture.value(
            """
            SELECT string_agg(pg_get_triggerdef(oid), '; ') || '; ' || string_agg(format('ALTER TABLE t ENABLE ALWAYS TRIGGER %I', tgname), '; ')
              FROM pg_trigger WHERE tgrelid = 't'::regclass AND NOT tgisinternal
            """
        )
        try fixture.sql(
            """
            CREATE TABLE u (LIKE t INCLUDING ALL); INSERT INTO u SELECT * FROM t; UPDATE u SET b = NULL WHERE id = 3;
            DROP TABLE t; ALTER TABLE u RENAME TO t; \(triggers)
            """
        )
        // The older value of the dump is found by the check, and copied again.
        let report = try await fixture.engine().advance(through: nil, waits: false, confirmation: .notGiven)
        guard case .failedCheck = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
        _ = try await fixture.engine().repair()
        _ = try await fixture.engine().verify()
        try await fixture.advance(through: .contract)
    }
}

extension Resolution {
    /// The change as the catalog has it before expand.
    fileprivate static func blueprint(of fixture: Fixture) async throws -> any RenderedBlueprint {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = pg_catalog")
        return try Resolution.resolve(fixture.plan, on: connection).blueprint
    }
}
