import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The ledger's schema is dropped under a run: what the run has left is named, and its undo files remove it.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct LostLedgerTests {
    struct Case: Sendable, CustomStringConvertible {
        let test: KindCase
        let phase: Phase

        var description: String { "\(test), after \(phase.rawValue)" }
    }

    /// Kinds of which something stays that is in the way of a new run, after the phases that make something, or one of them.
    static let cases = KindCase.all.filter { $0.kind != "custom" }.enumerated().flatMap { index, test in
        let furthest = Phase(rawValue: test.furthest) ?? .contract
        let phases: [Phase] = [.expand, .backfill, .enforce].filter { $0 <= furthest }
        return (TestTier.isExhaustive ? phases : [phases[index % phases.count]]).map { Case(test: test, phase: $0) }
    }

    @Test(arguments: cases)
    func `the undo files remove what is left, without a ledger`(_ one: Case) async throws {
        let fixture = try Fixture(schema: one.test.schema, plan: one.test.plan())
        let folder = URL(filePath: fixture.plan.source.name).deletingLastPathComponent()
        defer { try? FileManager.default.removeItem(at: folder) }
        let start = try CatalogShape(fixture.database).read()
        try await fixture.advance(through: one.phase)
        try fixture.sql("DROP SCHEMA crossfade CASCADE")
        let left = try CatalogShape(fixture.database).read() != start
        let findings = try await fixture.engine().check()
        let lost = findings.first { $0.id == "lost-run" }
        // Where nothing is in the way, a new run takes over what is there.
        guard let lost else {
            #expect(!left || !findings.contains { $0.weight == .refused }, "\(findings)")
            try await fixture.advance(through: one.phase)
            try await fixture.rollBack()
            #expect(try CatalogShape(fixture.database).read() == start)
            return
        }
        #expect(lost.weight == .refused)
        _ = try await fixture.engine().generate(into: folder)
        let names = try #require(lost.hint?.matches(of: /-f (\S+)/).map { String($0.output.1) })
        #expect(!names.isEmpty)
        let connection = try fixture.database.connect(as: "psql")
        try connection.execute("SET search_path = public")
        for name in names {
            let text = try String(contentsOf: folder.appending(path: "\(fixture.plan.name)/\(name)"), encoding: .utf8)
            for statement in try Script(parsing: text).statements { try connection.execute(statement.text) }
        }
        #expect(try CatalogShape(fixture.database).read() == start)
        #expect(try await !fixture.engine().check().contains { $0.id == "lost-run" })
        try await fixture.advance(through: one.phase)
    }
}
