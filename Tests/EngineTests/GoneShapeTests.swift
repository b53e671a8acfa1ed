import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Tables and columns that are dropped under a run: it can be ended, and leaves nothing of its own.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct GoneShapeTests {
    /// Something that a person drops while a phase is the last one done.
    struct Loss: Sendable, CustomStringConvertible {
        let test: KindCase
        let phase: Phase
        /// Which of the change's tables is dropped, by its place; nil: the old columns are.
        let table: Int?

        var description: String {
            "\(test), after \(phase.rawValue): \(table.map { "table \($0 + 1)" } ?? "the old columns")"
        }
    }

    static let cases = KindCase.all + KindCase.exchanged.prefix(2)
    static let ofTwoTables: Set = ["move_relation", "link_table", "move_columns", "extract_table"]
    static let withoutOldColumns: Set = ["add_required_column", "rename_table", "drop_table", "custom"]

    /// All of them; or else each kind and loss once, and the phases in turn.
    static let losses = cases.enumerated().flatMap { index, test in
        let furthest = Phase(rawValue: test.furthest) ?? .contract
        return [0, 1, nil].filter { table in
            table.map { $0 == 0 || ofTwoTables.contains(test.kind) } ?? !withoutOldColumns.contains(test.kind)
        }
        .enumerated().flatMap { place, table in
            let phases = Phase.allCases.filter { phase in
                // From contract on the old columns stand under reserved names, and one table may have taken another's place.
                phase <= furthest && (phase < .contract || table == 0)
            }
            let phase = phases[(index + place) % phases.count]
            return (TestTier.isExhaustive ? phases : [phase]).map { Loss(test: test, phase: $0, table: table) }
        }
    }

    @Test(arguments: losses)
    func `rollback ends the run, says what is gone, and leaves nothing`(_ loss: Loss) async throws {
        let fixture = try Fixture(schema: loss.test.schema, plan: loss.test.plan())
        try await fixture.advance(through: loss.phase)
        let blueprint = try #require(try await fixture.record()).blueprint
        let gone = try #require(try drop(loss, blueprint, fixture))
        try await expectAnswers(fixture)
        let report = try await fixture.rollBack()
        #expect(report.outcome == .done)
        let told = report.done.joined(separator: "; ")
        if loss.phase < .contract { #expect(gone.allSatisfy(told.contains), "\(told)") }
        #expect(try #require(await fixture.record()).run.state == .rolledBack)
        #expect(report.status.next.contains("crossfade"), "\(report.status)")
        // A new column that holds the only copy keeps what it has.
        let left = try fixture.value(
            """
            SELECT coalesce(string_agg(name, ', '), '') FROM (
              SELECT proname::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
               WHERE nspname = 'crossfade' AND starts_with(proname, 'crossfade_')
              UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE '%crossfade%' AND NOT tgisinternal
              UNION ALL SELECT conname FROM pg_constraint WHERE starts_with(conname, 'crossfade_')
                AND connamespace <> 'crossfade'::regnamespace AND \(loss.table != nil)
              UNION ALL SELECT plan FROM crossfade.lease WHERE expires_at > now()) l
            """,
            as: String.self
        )
        #expect(left == "")
        _ = try await fixture.engine().status()
    }

    /// Drops it; nil where the change has no such thing.
    private func drop(_ loss: Loss, _ blueprint: any RenderedBlueprint, _ fixture: Fixture) throws -> [String]? {
        if let place = loss.table {
            let tables = loss.phase < .contract ? blueprint.tables : [blueprint.settled]
            guard tables.indices.contains(place) else { return nil }
            let table = tables[place]
            let kind: String = try fixture.value(
                "SELECT coalesce((SELECT relkind::text FROM pg_class WHERE oid = to_regclass('\(table.quoted.replacing("'", with: "''"))')), '-')"
            )
            guard kind != "-" else { return nil }
            try fixture.sql("DROP \(kind == "v" ? "VIEW" : "TABLE") \(table.quoted) CASCADE")
            return kind == "v" ? [] : [table.description]
        }
        let old = (blueprint.legacyNames ?? []) + blueprint.retyped + blueprint.stayingColumns
        let shapes = old.filter { !$0.columns.isEmpty }
        guard !shapes.isEmpty else { return nil }
        for shape in shapes {
            for column in shape.columns {
                try fixture.sql("ALTER TABLE \(shape.table.quoted) DROP COLUMN \(column.quoted) CASCADE")
            }
        }
        return shapes.flatMap { $0.columns.map(\.name) }
    }

    /// The other commands say it too, and none fails for a reason of the server's.
    private func expectAnswers(_ fixture: Fixture) async throws {
        let name = fixture.plan.name.text
        let status = try await fixture.engine().status()
        if status.gate?.obstacles.first?.name == Gate.presence {
            #expect(status.next.hasPrefix("crossfade rollback \(name) --confirm \(name)"), "\(status)")
        }
        do {
            let report = try await fixture.engine().advance(
                through: nil,
                waits: false,
                confirmation: Confirmation(name: name)
            )
            #expect(report.outcome != .done || !report.done.isEmpty)
        } catch let failure as Failure {
            #expect(failure.code != .failed, "\(failure)")
        }
        do {
            #expect(try await fixture.engine().verify().verdict != .passed)
        } catch let failure as Failure {
            #expect(failure.code != .failed, "\(failure)")
        }
    }
}
