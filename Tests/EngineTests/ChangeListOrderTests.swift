import Diagnostics
import Foundation
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Changes in one plan, in every order: none of them meets what another is called, or what another has made.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ChangeListOrderTests {
    @Test(arguments: ListOrder.fixed + ListOrder.random)
    func `changes of one plan go through every phase and back, and to the end`(_ order: ListOrder) async throws {
        let test = KindCase(list: order.changes)
        let fixture = try Fixture(schema: test.schema, plan: test.plan(retain: "7d"))
        let walk = Walk(furthest: try #require(Phase(rawValue: test.furthest)), restoresRows: test.restoresRows)
        try await fixture.walk(walk)
        try await fixture.end(by: try Fixture.read(test.plan(retain: "0s")), walk)
        try await fixture.expectSchemaOfPlainMigration(test)
    }

    @Test(arguments: ["drop_column", "merge_columns"])
    func `each change's look under the lock is taken, also where a person gave the steps other titles`(
        _ kind: String
    ) async throws {
        let changes = ListedChange.all.filter { $0.kind == kind }
        let test = KindCase(list: changes + changes)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let folder = URL(filePath: fixture.plan.source.name).deletingLastPathComponent()
        let written = try await fixture.engine().generate(into: folder).written
        let purge = try #require(written.first { $0.lastPathComponent == "6_purge.sql" })
        let text = try String(contentsOf: purge, encoding: .utf8)
        let retitled = text.replacing("--@ step: drop", with: "--@ step: finally drop")
        try #require(retitled.ranges(of: "finally drop").count == 2)
        try retitled.write(to: purge, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await fixture.advance(through: .contract)
        // Somebody uses the second change's old name again.
        try fixture.sql(
            """
            UPDATE crossfade.phase SET finished_at = finished_at - interval '8 d';
            ALTER TABLE item ADD \(kind == "drop_column" ? "b_legacy" : "b_first") text
            """
        )
        let failure = await #expect(throws: Failure.self) {
            try await fixture.engine().purge(confirmation: Confirmation(name: fixture.plan.name.text))
        }
        #expect(failure?.message.contains("\"finally drop") == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("under the lock") == true, "\(failure?.message ?? "")")
        // Neither change's old columns are dropped: the first step looks for both.
        let left =
            "SELECT count(*)::int FROM pg_attribute WHERE attrelid = 'item'::regclass AND attname LIKE 'crossfade%'"
        #expect(try fixture.value(left, as: Int.self) == changes[0].columnCount * 2)
    }
}

/// Some changes in the order of one plan.
struct ListOrder: CustomStringConvertible, CustomTestStringConvertible {
    let changes: [ListedChange]

    var description: String { changes.map(\.kind).joined(separator: ", ") }
    var testDescription: String { description }

    /// Every kind before every kind, itself too; ordinarily each stands twice in one plan, and before one other kind.
    static let fixed: [ListOrder] = {
        let kinds = ListedChange.all
        if TestTier.isExhaustive {
            return kinds.flatMap { own in kinds.map { ListOrder(changes: [own, $0]) } }
        }
        // A plan of those that set nothing aside cannot undo contract: one without the others is among them.
        let places = kinds.indices.split(whereSeparator: { kinds[$0].kind == "make_required" })
        let alone = kinds.indices.filter { kinds[$0].kind == "make_required" }
        return (places.map(Array.init) + [alone]).map { chain in
            let next = kinds[((chain.last ?? 0) + 1) % kinds.count]
            return ListOrder(changes: chain.flatMap { [kinds[$0], kinds[$0]] } + [next])
        }
    }()

    /// Three at random, one kind several times too; `CROSSFADE_TEST_SEED` makes those of another run again.
    static let random: [ListOrder] = {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["CROSSFADE_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("changes of one plan in three, at random: CROSSFADE_TEST_SEED=\(seed)")
        var generator = SplitMix(state: seed)
        return (0..<(TestTier.isExhaustive ? 20 : 1)).map { _ in
            ListOrder(changes: (0..<3).compactMap { _ in ListedChange.all.randomElement(using: &generator) })
        }
    }()
}

/// Random numbers that a seed decides (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
