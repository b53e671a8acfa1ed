import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What is changed of the old shape of any kind is named, carried over, and there after a rollback.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct KindDriftTests {
    /// The acts of a kind in one walk; each of them in a walk of its own, and after more phases, in the exhaustive form.
    struct Cell: CustomTestStringConvertible {
        let drift: KindDrift
        let acts: [KindDrift.Act]
        let phase: Phase
        var testDescription: String {
            "\(drift.kind), \(acts.map(\.act).joined(separator: ", ")) after \(phase.rawValue)"
        }
    }

    static let cells: [Cell] = KindDrift.all.flatMap { drift in
        TestTier.isExhaustive
            ? drift.acts.filter { !$0.sql.contains("COMMENT ON INDEX made") }.flatMap { act in
                [Phase.expand, .backfill, .enforce].map { Cell(drift: drift, acts: [act], phase: $0) }
            } : [Cell(drift: drift, acts: drift.acts, phase: .enforce)]
    }

    @Test(arguments: cells)
    func `what is changed of a kind is named, carried over, and there after a rollback`(_ cell: Cell) async throws {
        let test = try #require(cell.drift.test)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let act = cell.acts.map(\.sql).joined(separator: "; ")
        let catalog = try CatalogShape(fixture.database)
        try await fixture.advance(through: cell.phase)
        let acts = cell.acts.map { cell.phase >= .enforce ? cell.drift.afterEnforce($0) : $0.sql }
        try fixture.sql(acts.joined(separator: "; "))
        let findings = try await fixture.engine().check().filter { $0.id == "changed" }.map(\.message)
        for seen in cell.acts.compactMap(\.seen) {
            #expect(findings.contains { $0.contains(seen) }, "\(seen): \(findings)")
        }
        if cell.acts.allSatisfy({ $0.seen == nil }) { #expect(findings == []) }
        #expect(try await fixture.engine().status().changes?.findings.map(\.message) ?? [] == findings)
        try await fixture.advance(through: .contract)
        let contracted = try catalog.read()
        try await fixture.rollBack()
        let back = try catalog.read()
        // The same acts before the plan.
        try fixture.sql("DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        try fixture.sql(test.schema + act)
        expectSame(back, try catalog.read(), "rolled back")
        try await fixture.advance(through: .contract)
        expectSame(contracted, try catalog.read(), "contracted")
    }

    /// Expand takes NOT NULL from a column that a version which does not know it could not write.
    @Test(arguments: ["move_relation", "link_table"] + (TestTier.isExhaustive ? ["drop_column"] : []))
    func `NOT NULL that a person has set again is taken again, and rollback ends`(_ kind: String) async throws {
        let test = try #require(KindCase.all.first { $0.kind == kind })
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let catalog = try CatalogShape(fixture.database)
        let before = try catalog.read()
        let old = kind == "link_table" ? #""Post" ALTER "categoryId""# : #""Profile" ALTER "userId""#
        try await fixture.advance(through: .enforce)
        let enforced = try catalog.read()
        try fixture.sql("ALTER TABLE \(old) SET NOT NULL")
        #expect(try await fixture.engine().verify().verdict == .failed)
        let report = try await fixture.engine().advance(
            through: .enforce,
            waits: false,
            confirmation: Confirmation(name: "kind")
        )
        #expect(report.done.contains { $0.contains("be added without") }, "\(report.done)")
        expectSame(try catalog.read(), enforced, "taken again")
        try await fixture.advance(through: .contract)
        try await fixture.rollBack(to: .enforce)
        try fixture.sql("ALTER TABLE \(old) SET NOT NULL")
        try await fixture.rollBack()
        expectSame(try catalog.read(), before, "rolled back")
    }

    /// The run's triggers are on it still: ending the run would leave in it what the run made.
    @Test(arguments: [
        (#"ALTER TABLE "User" RENAME TO other"#, #"ALTER TABLE "public"."other" RENAME TO "User""#),
        (
            #"CREATE SCHEMA "S.1"; ALTER TABLE "User" SET SCHEMA "S.1""#,
            #"ALTER TABLE "S.1"."User" SET SCHEMA "public""#
        ),
    ])
    func `a table that has another name is named with its way back, and rollback refuses`(
        _ act: String,
        _ remedy: String
    )
        async throws
    {
        let test = try #require(KindCase.all.first { $0.kind == "make_required" })
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try await fixture.advance(through: .enforce)
        try fixture.sql(act)
        let advance = await #expect(throws: Failure.self) { try await fixture.advance(through: .contract) }
        #expect(
            advance?.message.contains("is called") == true && advance?.hint?.contains(remedy) == true,
            "\(String(describing: advance))"
        )
        #expect(try await fixture.engine().status().next.contains(remedy))
        let refusal = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(refusal?.code == .refused && refusal?.hint?.contains(remedy) == true)
        try fixture.sql(remedy)
        try await fixture.rollBack()
        #expect(
            try fixture.value(
                #"SELECT attnotnull FROM pg_attribute WHERE attrelid = '"User"'::regclass AND attname = 'email'"#,
                as: Bool.self
            ) == false
        )
    }

    /// The old column, and the new one: neither is gone.
    static let renamedColumns: [(String, String, String)] =
        [("rename_column", "Profile", "bio"), ("move_columns", "User", "bio")]
        + (TestTier.isExhaustive
            ? [("rename_column", "Profile", "biography"), ("link_table", "Post", "categoryId")] : [])

    @Test(arguments: renamedColumns)
    func `a column that has another name is named with its way back, and rollback refuses`(
        _ kind: String,
        _ table: String,
        _ column: String
    ) async throws {
        let test = try #require(KindCase.all.first { $0.kind == kind })
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let catalog = try CatalogShape(fixture.database)
        let before = try catalog.read()
        try await fixture.advance(through: .enforce)
        try fixture.sql("ALTER TABLE \"\(table)\" RENAME \"\(column)\" TO other")
        let sentence = "the column \(column) of public.\(table) was renamed to other"
        let remedy = "ALTER TABLE \"public\".\"\(table)\" RENAME COLUMN \"other\" TO \"\(column)\""
        let samples = try await fixture.engine().verify().checks.flatMap(\.samples)
        #expect(samples.contains(sentence), "\(samples)")
        let refusal = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(refusal?.code == .refused && refusal?.message == sentence, "\(String(describing: refusal))")
        #expect(refusal?.hint?.hasPrefix(remedy) == true, "\(String(describing: refusal))")
        try fixture.sql(remedy)
        try await fixture.rollBack()
        expectSame(try catalog.read(), before, "rolled back")
    }

    /// A schema that was made anew is not as initdb made it.
    private func expectSame(_ shape: String, _ expected: String, _ when: String) {
        func lines(_ shape: String) -> [Substring] { shape.split(separator: "\n").filter { !$0.hasPrefix("schema ") } }
        let differences = lines(shape).difference(from: lines(expected))
        #expect(differences.isEmpty, "\(when): \(differences)")
    }
}
