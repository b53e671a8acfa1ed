import Diagnostics
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A change in a person's own SQL: the example of the documents, carried to every phase and back.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct CustomTests {
    private static let schema = """
        CREATE TABLE "Order" (id int PRIMARY KEY, total numeric NOT NULL, note text);
        INSERT INTO "Order" SELECT n, n * 1.25, 'note ' || n FROM generate_series(1, 3000) n;
        """

    private func fixture(retain: String = "7d") throws -> Fixture {
        try Fixture(schema: Self.schema, plan: try Fixture.example("custom-order-total", retain: retain))
    }

    @Test func `rollback from every phase ends with the schema and the rows before expand`() async throws {
        let fixture = try fixture()
        let before = try await fixture.dump()
        let sum: String = try fixture.value("SELECT sum(total)::text FROM \"Order\"")
        for phase in Phase.allCases {
            try await fixture.advance(through: phase)
            try await fixture.rollBack()
            #expect(try await fixture.dump() == before, "rollback from \(phase.rawValue)")
            #expect(try fixture.value("SELECT round(sum(total), 2)::text FROM \"Order\"") == sum)
        }
    }

    @Test func `the end is what the person's SQL makes, with every row copied`() async throws {
        let fixture = try fixture(retain: "0s")
        try await fixture.advance(through: .backfill)
        #expect(try fixture.value("SELECT count(*) FROM \"Order\" WHERE amount = total * 100") == 3000)
        try fixture.sql("INSERT INTO \"Order\" VALUES (5000, 7.5, NULL); UPDATE \"Order\" SET amount = 99 WHERE id = 1")
        try await fixture.advance(through: .contract)
        #expect(try #require(await fixture.record()).run.state == .completed)
        let columns: String = try fixture.value(
            """
            SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = '"Order"'::regclass AND attnum > 0 AND NOT attisdropped
            """
        )
        #expect(columns == "id,note,amount")
        #expect(try fixture.value("SELECT amount::int FROM \"Order\" WHERE id = 5000") == 750)
        #expect(try fixture.value("SELECT amount::int FROM \"Order\" WHERE id = 1") == 99)
        #expect(try fixture.value("SELECT count(*) FROM pg_proc WHERE proname = 'order_amount'") == 0)
    }

    @Test func `purge first proves what has to hold after contract`() async throws {
        let fixture = try fixture(retain: "1s")
        try await fixture.advance(through: .contract)
        try fixture.sql(
            """
            UPDATE "Order" SET amount = NULL WHERE id = 7;
            UPDATE crossfade.phase SET finished_at = finished_at - interval '1 minute'
            """
        )
        let confirmation = Confirmation(name: "custom-order-total")
        guard case .failedCheck = try await fixture.engine().purge(confirmation: confirmation).outcome else {
            Issue.record("purged, though a row violates what has to hold")
            return
        }
        #expect(try fixture.value("SELECT old_total FROM \"Order\" WHERE id = 7", as: Double.self) == 8.75)
        try fixture.sql("UPDATE \"Order\" SET amount = 875 WHERE id = 7")
        #expect(try await fixture.engine().verify().verdict == .passed)
        #expect(try await fixture.engine().purge(confirmation: confirmation).outcome == .done)
    }

    @Test func `a violated invariant keeps contract closed, durably`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            """
            ALTER TABLE "Order" DISABLE TRIGGER order_amount; UPDATE "Order" SET amount = 1 WHERE id = 17;
            ALTER TABLE "Order" ENABLE TRIGGER order_amount
            """
        )
        let report = try await fixture.engine().verify()
        #expect(report.verdict == .failed)
        let check = try #require(report.checks.first { $0.verdict == .failed })
        #expect(check.name == "amount is total in cents")
        #expect(check.samples == ["17"])
        let name = Confirmation(name: fixture.plan.name.text)
        let held = try await fixture.engine().advance(through: .contract, waits: false, confirmation: name)
        guard case .closed = held.outcome else {
            Issue.record("contract began: \(held)")
            return
        }
        try fixture.sql(
            "UPDATE \"Order\" SET total = total + 0 WHERE id = 17; UPDATE \"Order\" SET amount = round(total * 100) WHERE id = 17"
        )
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.advance(through: .contract)
    }

    @Test func `a pause while contract waits for its lock keeps the person's SQL from being run`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        let before = try await fixture.dump()
        let holder = try fixture.database.connect(as: "holder")
        try holder.execute("BEGIN; SELECT FROM public.\"Order\" LIMIT 1")
        let engine = try fixture.engine()
        let name = Confirmation(name: fixture.plan.name.text)
        let advance = Task { try await engine.advance(through: .contract, waits: false, confirmation: name) }
        try await waitUntil("contract waits for its lock") {
            fixture.remarks.all.contains { if case .blocked = $0 { true } else { false } }
        }
        _ = try await fixture.engine().pause()
        try holder.execute("COMMIT")
        await #expect(throws: Failure.self) { try await advance.value }
        #expect(try await fixture.dump() == before)
        _ = try await fixture.engine().resume()
        try await fixture.advance(through: .contract)
    }

    @Test func `a step that does not do what it says fails, and names its postcondition`() async throws {
        let plan = """
            version: 1
            name: lazy
            change:
              custom:
                table: Order
                expand:
                  steps: [{step: add a column, sql: SELECT 1, done: SELECT false}]
                  undo: [{step: nothing, sql: SELECT 1, done: SELECT true}]
            """
        let fixture = try Fixture(schema: Self.schema, plan: plan)
        await #expect(throws: Failure.self) {
            try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        }
        #expect(try #require(await fixture.record()).run.status(of: .expand) == .failed)
    }

    @Test(arguments: [
        ("expand: {steps: [{step: a, sql: SELECT 1, done: SELECT true}]}", "how it is undone"),
        ("backfill: {copy: 'UPDATE {leaf} SET a = b', left: a IS NULL}", "{range}"),
        ("backfill: {copy: 'UPDATE {leaf} SET a = b WHERE {range}; SELECT 1', left: a IS NULL}", "one statement"),
        ("expand: {steps: [{step: a, sql: 'SELEC', done: SELECT true}], undo: []}", "syntax error"),
        ("invariants: [{name: a, sql: DELETE FROM x}]", "only reads"),
        ("invariants: [{name: a, sql: SELECT 1}, {name: a, sql: SELECT 1}]", "twice"),
        ("expand: {steps: [{step: a, sql: \"--@ step: b\\nSELECT 1\", done: SELECT true}], undo: []}", "directive"),
    ])
    func `a mistake in the plan is told`(_ section: String, _ reason: String) {
        let text = "version: 1\nname: a\nchange:\n  custom:\n    table: T\n    \(section)\n"
        let (plan, diagnostics) = PlanReader.read(SourceText(name: "a.yaml", text: text))
        #expect(plan == nil)
        #expect(diagnostics.all.contains { $0.message.contains(reason) }, "\(diagnostics.all.map(\.message))")
    }
}
