import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What is changed of the old column while both live is seen, carried over, and there after a rollback.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct DriftTests {
    /// What is changed, and the phase after which it is.
    struct Cell: CustomTestStringConvertible {
        let drifts: [DriftCase]
        let phase: Phase
        var testDescription: String { "\(drifts.map(\.act).joined(separator: ", ")) after \(phase.rawValue)" }
    }

    /// One by one, or many in one walk.
    static let cells: [Cell] =
        TestTier.isExhaustive
        ? DriftCase.all.flatMap { drift in
            [Phase.expand, .backfill, .dualWriteCheck, .enforce].map { Cell(drifts: [drift], phase: $0) }
        }
        : DriftCase.lists.flatMap { list in [Phase.expand, .enforce].map { Cell(drifts: list, phase: $0) } }

    /// Lists of acts that are walked in other ways too; the first stands for all of them.
    static let sample = TestTier.isExhaustive ? DriftCase.lists.indices : DriftCase.lists.indices.prefix(1)

    private static let plan = """
        version: 1
        name: drift
        change: {rename_column: \(DriftCase.section)}
        acknowledge: [user-triggers, row-shape, new-name]
        phases:
          lock_deadline: 10m
          backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: 7d}
        """

    private static let table = QualifiedName(schema: nil, name: Identifier(shortening: "profile"))

    /// The column as a plain rename would leave it, and the objects that stand beside it.
    private func shape(_ fixture: Fixture, after act: String = "", renamed: Bool = false) async throws -> [String] {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = public; BEGIN")
        try connection.execute(act)
        if renamed { try connection.execute("ALTER TABLE profile RENAME COLUMN bio TO biography") }
        return try connection.query(Fixture.attributeQuery, [Self.table.quoted, "biography"]).map {
            try $0.decode("attribute")
        }
            + connection.query(
                """
                SELECT 'policy ' || policyname || coalesce(qual, '') AS object FROM pg_policies
                UNION ALL SELECT 'view ' || viewname || definition FROM pg_views WHERE schemaname = 'public'
                UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
                UNION ALL SELECT 'clustered ' || indisclustered FROM pg_index WHERE indrelid = 'profile'::regclass AND indisclustered
                 ORDER BY 1
                """
            ).map { try $0.decode("object") }
    }

    @Test(.asSuperuser("OWNER TO a role without rights on the schema"), arguments: cells)
    func `what is changed is named, carried over, and there after a rollback`(_ cell: Cell) async throws {
        let act = cell.drifts.map(\.sql).joined(separator: "; ")
        let fixture = try Fixture(schema: DriftCase.schema, plan: Self.plan)
        guard !cell.drifts.contains(where: { $0.outcome == .refused }) else {
            try await fixture.advance(through: cell.phase)
            let refusal = #expect(throws: PostgresError.self) { try fixture.sql(act) }
            #expect("\(String(describing: refusal))".contains("~crossfade_drift"), "\(String(describing: refusal))")
            return
        }
        let expected = try await shape(fixture, after: act, renamed: true)
        try await fixture.advance(through: cell.phase)
        try fixture.sql(act)
        let findings = try await fixture.engine().check().filter { $0.id == "changed" }.map(\.message)
        for seen in cell.drifts.compactMap(\.seen) {
            #expect(findings.contains { $0.contains(seen) }, "\(seen): \(findings)")
        }
        if cell.drifts.allSatisfy({ $0.seen == nil }) { #expect(findings == []) }
        try await expectEverywhere(findings, cell, fixture)
        try await fixture.advance(through: .contract)
        // The triggers still work.
        try fixture.sql("UPDATE profile SET biography = biography || '' WHERE id = 1")
        let retired = try await shape(fixture, after: "ALTER TABLE profile DROP COLUMN crossfade_old_bio")
        #expect(retired.filter { !expected.contains($0) } == [], "more than was there")
        #expect(expected.filter { !retired.contains($0) } == [], "lost on the way")
        try await fixture.rollBack()
        try await expectSchema(after: act, fixture)
    }

    /// The other commands list the same; `status` says what it leaves to `check`.
    private func expectEverywhere(_ findings: [String], _ cell: Cell, _ fixture: Fixture) async throws {
        let engine = try fixture.engine()
        let verified = try await engine.verify()
        #expect(verified.changes?.findings.map(\.message) == findings)
        #expect(verified.changes?.notEvaluated == nil)
        let next = try #require(Phase.allCases.first { $0 > cell.phase })
        #expect(try await engine.gate(next).changes?.findings.map(\.message) == findings)
        let glance = try #require(try await engine.status().changes)
        for seen in cell.drifts.compactMap(\.seen) where !glance.findings.contains(where: { $0.message.contains(seen) })
        {
            #expect(glance.notEvaluated?.contains("crossfade check drift") == true, "\(seen): \(glance)")
        }
        for drift in cell.drifts where drift.isOfColumn {
            let seen = try #require(drift.seen)
            #expect(glance.findings.contains { $0.message.contains(seen) }, "\(seen): \(glance)")
        }
        #expect(glance.findings.allSatisfy { findings.contains($0.message) })
    }

    /// Where the column has what no other can have, contract exchanges the two, and all of it stays with the column.
    @Test(.asSuperuser("OWNER TO a role without rights on the schema"), arguments: sample)
    func `what is changed stays with a column that contract exchanges`(_ place: Int) async throws {
        let act = DriftCase.lists[place].map(\.sql).joined(separator: "; ")
        let generated = "ALTER TABLE profile ADD loud text GENERATED ALWAYS AS (upper(bio)) STORED;"
        let fixture = try Fixture(schema: DriftCase.schema + generated, plan: Self.plan)
        let expected = try await shape(fixture, after: act, renamed: true)
        try await fixture.advance(through: .enforce)
        try fixture.sql(act)
        try await fixture.advance(through: .contract)
        let retired = try await shape(fixture, after: "ALTER TABLE profile DROP COLUMN crossfade_old_bio")
        #expect(retired.filter { !expected.contains($0) } == [], "more than was there")
        #expect(expected.filter { !retired.contains($0) } == [], "lost on the way")
        try await fixture.rollBack()
        try await expectSchema(after: generated + act, fixture)
    }

    /// The other type takes all of it, and the column keeps its name.
    @Test(.asSuperuser("OWNER TO a role without rights on the schema"), arguments: sample)
    func `what is changed of a column that gets another type is carried over, and there after a rollback`(
        _ place: Int
    ) async throws {
        let act = DriftCase.lists[place].map(\.sql).joined(separator: "; ")
        let section = "{table: profile, column: bio, type: varchar, as: biography}"
        let plan = Self.plan.replacing("rename_column: \(DriftCase.section)", with: "change_type: \(section)")
        let fixture = try Fixture(schema: DriftCase.schema, plan: plan)
        try await fixture.advance(through: .enforce)
        try fixture.sql(act)
        for seen in DriftCase.lists[place].compactMap(\.seen) {
            let findings = try await fixture.engine().check().map(\.message)
            #expect(findings.contains { $0.contains(seen) }, "\(seen): \(findings)")
        }
        try await fixture.advance(through: .contract)
        try await fixture.rollBack()
        try await expectSchema(after: act, fixture)
    }

    /// After a rollback that carries nothing over first, too.
    @Test(
        .asSuperuser("OWNER TO a role without rights on the schema"),
        arguments: cells.filter { $0.phase == .enforce }.prefix(TestTier.isExhaustive ? .max : 2)
    )
    func `rollback leaves what was changed, and takes back nothing else`(_ cell: Cell) async throws {
        guard !cell.drifts.contains(where: { $0.outcome == .refused }) else { return }
        let act = cell.drifts.map(\.sql).joined(separator: "; ")
        let fixture = try Fixture(schema: DriftCase.schema, plan: Self.plan)
        try await fixture.advance(through: cell.phase)
        try fixture.sql(act)
        try await fixture.rollBack()
        try await expectSchema(after: act, fixture)
    }

    /// What is changed of the new column once the old one is set aside is the old one's after a rollback.
    @Test func `rollback of contract gives the old column what the new one has got since`() async throws {
        let fixture = try Fixture(schema: DriftCase.schema, plan: Self.plan)
        try await fixture.advance(through: .contract)
        let acts = DriftCase.all.filter(\.isOfColumn).map(\.sql)
        for act in acts { try fixture.sql(act.replacing(/\bbio\b/.wordBoundaryKind(.simple), with: "biography")) }
        try fixture.sql(
            "CREATE INDEX made_later ON profile (biography); CREATE POLICY made_p ON profile USING (biography <> 'q')"
        )
        let unconfirmed = await #expect(throws: Failure.self) {
            try await fixture.engine().rollBack(to: nil, confirmation: Confirmation(name: nil))
        }
        let question = try #require(unconfirmed).message
        #expect(question.contains("changed since contract, and given back: "), "\(question)")
        #expect(question.contains("COMMENT ON COLUMN"), "\(question)")
        #expect(
            question.contains(
                "lost with it: index public.made_later; to be dropped before, since they read it: policy made_p on table public.profile"
            ),
            "\(question)"
        )
        try await fixture.rollBack(to: .enforce)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try fixture.sql("DROP POLICY made_p ON profile")
        try await fixture.rollBack()
        try await expectSchema(after: acts.joined(separator: "; "), fixture)
    }

    /// The schema as it would be if there had been no plan.
    private func expectSchema(after act: String, _ fixture: Fixture) async throws {
        let back = DriftTests.comparable(try await fixture.dump())
        try fixture.sql("DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        try fixture.sql(DriftCase.schema)
        try fixture.sql(act)
        let plain = DriftTests.comparable(try await fixture.dump())
        #expect(back.filter { !plain.contains($0) } == [], "more after rollback")
        #expect(plain.filter { !back.contains($0) } == [], "less after rollback")
    }

    private static func comparable(_ dump: String) -> [String] {
        dump.split(separator: "\n").filter { !$0.contains("SCHEMA public") && !$0.hasPrefix("--") }.map(String.init)
    }
}
