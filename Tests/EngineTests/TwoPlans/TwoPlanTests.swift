import Diagnostics
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Two plans under way at the same time.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct TwoPlanTests {
    // MARK: - What two plans share

    private func engine(_ fixture: Fixture, _ name: String, _ change: String) throws -> PlanEngine {
        try fixture.engine(plan: Fixture.read(PlanPair.plan(name, change)))
    }

    /// One table holds one of everything, each of two columns of its own; a plan of each first column has begun.
    @Test func `a second plan is refused at once where something contains columns of both`() async throws {
        let numbers = PlanPair.shared.indices.map { "\($0 + 1)" }
        let columns = numbers.flatMap { ["a\($0) int", "b\($0) int"] }
        let made = zip(PlanPair.shared, numbers).map { $0.made($1) }.joined(separator: ";\n")
        let fixture = try Fixture(
            schema: PlanPair.tables(columns, columns.map { _ in "n" }.joined(separator: ", ")) + made,
            plan: PlanPair.plan("unused", PlanPair.change("rename", "t", "id"))
        )
        var seconds: [(shared: PlanPair.Shared, engines: [PlanEngine])] = []
        for (shared, number) in zip(PlanPair.shared, numbers) {
            let kind = ["rename", "retype"][seconds.count % 2]
            let first = try engine(fixture, "first-\(number)", PlanPair.change(kind, shared.tables[0], "a\(number)"))
            let report = try await first.advance(through: .expand, waits: false, confirmation: .notGiven)
            // They share nothing with each other.
            #expect(report.outcome == .done, "\(shared.name)")
            let others = ["rename", "retype", "drop", "move", "split"].map {
                PlanPair.change($0, shared.tables[1], "b\(number)")
            }
            seconds.append((shared, try others.map { try engine(fixture, "second-\(number)", $0) }))
        }
        for (place, second) in seconds.enumerated() {
            for engine in TestTier.isExhaustive ? second.engines : [second.engines[place % 5]] {
                let found = try await engine.check().filter { $0.id == "another-plan" }
                #expect(found.map(\.weight) == [.refused], "\(second.shared.name)")
                #expect(found.allSatisfy { $0.message.contains("the plan first-\(place + 1) is under way") })
                #expect(found.allSatisfy { $0.hint?.contains("crossfade status first-\(place + 1)") == true })
            }
        }
        let first = try engine(fixture, "first-1", PlanPair.change("rename", "t", "a1"))
        let second = seconds[0].engines[0]
        let refused = try await second.advance(through: .expand, waits: false, confirmation: .notGiven)
        guard case .closed(let gate) = refused.outcome else {
            Issue.record("\(refused)")
            return
        }
        #expect(gate.obstacles.first?.reason.contains("the index public.t_a1_b1_idx") == true, "\(gate)")
        _ = try await first.rollBack(to: nil, confirmation: Confirmation(name: "first-1"))
        #expect(try await second.check().contains { $0.id == "another-plan" } == false)
    }

    @Test func `a second plan is refused where it adds to what the first one changes, or changes what that reads`()
        async throws
    {
        let fixture = try Fixture(
            schema: PlanPair.tables(["a int UNIQUE", "b int"], "n, n"),
            plan: PlanPair.plan("first", PlanPair.change("rename", "t", "a"))
        )
        let reading = [
            PlanPair.change("unique", "t", "a"), PlanPair.change("constrain", "t", "a"),
            "add_constraint: {table: u, foreign_key: {columns: [b], references: {table: t, columns: [a]}}}",
            PlanPair.change("require", "t", "a"),
            "add_required_column: {table: t, column: c, type: int, fill: a + b}",
        ]
        func isRefused(_ change: String) async throws -> Bool {
            try await engine(fixture, "second", change).check().contains { $0.id == "another-plan" }
        }
        try await fixture.advance(through: .expand)
        for change in reading { #expect(try await isRefused(change), "\(change)") }
        for kind in ["unique", "constrain", "require"] {
            #expect(try await isRefused(PlanPair.change(kind, "t", "b")) == false, "\(kind)")
        }
        try await fixture.rollBack()
        for change in reading { #expect(try await isRefused(change) == false, "\(change)") }
        let adding = try engine(fixture, "first", reading[4])
        _ = try await adding.advance(through: .expand, waits: false, confirmation: .notGiven)
        for column in ["a", "b"] { #expect(try await isRefused(PlanPair.change("rename", "t", column)), "\(column)") }
    }

    // MARK: - Any order

    /// What a person does with one of the plans.
    enum Act: String {
        case enforce, contract, finish, rollback
    }

    struct Move: CustomStringConvertible {
        let plan: Int
        let act: Act

        var description: String { "\(act.rawValue) \(plan + 1)" }
    }

    /// The ways of a plan; of one that contract ends they are fewer.
    private static func ways(_ kind: String) -> [[Act]] {
        PlanPair.endingKinds.contains(kind)
            ? [[.enforce, .rollback], [.enforce, .contract]]
            : [[.enforce, .rollback], [.enforce, .contract, .rollback], [.enforce, .contract, .finish]]
    }

    /// Every order of a way of each.
    private static func orders(_ pair: PlanPair) -> [[Move]] {
        ways(pair.kinds[0]).flatMap { first in
            ways(pair.kinds[1]).flatMap { second in
                merged(first.map { Move(plan: 0, act: $0) }[...], second.map { Move(plan: 1, act: $0) }[...])
            }
        }
    }

    private static func merged(_ first: ArraySlice<Move>, _ second: ArraySlice<Move>) -> [[Move]] {
        guard let one = first.first, let other = second.first else { return [Array(first + second)] }
        return merged(first.dropFirst(), second).map { [one] + $0 }
            + merged(first, second.dropFirst()).map { [other] + $0 }
    }

    /// Each kind once, two at a time, and one pair that shares something; or all pairs.
    static let pairs: [PlanPair] = {
        guard TestTier.isExhaustive else {
            return stride(from: 0, to: PlanPair.kinds.count, by: 2).map {
                PlanPair(kinds: Array(PlanPair.kinds[$0..<$0 + 2]), shared: PlanPair.nothing)
            } + [PlanPair(kinds: ["rename", "retype"], shared: PlanPair.shared[0])]
        }
        return PlanPair.kinds.flatMap { first in
            PlanPair.kinds.map { PlanPair(kinds: [first, $0], shared: PlanPair.nothing) }
        } + PlanPair.shared.map { PlanPair(kinds: ["rename", "retype"], shared: $0) }
    }()

    @Test(arguments: pairs)
    func `two plans come to their ends in any order, or the second one begins after the first`(_ pair: PlanPair)
        async throws
    {
        let fixture = try Fixture(schema: pair.schema, plan: pair.plans(0)[0])
        let orders = Self.orders(pair)
        // In steps that meet each way of either plan.
        let step = orders.count / (TestTier.isExhaustive ? 5 : 2) + 1
        for place in stride(from: 1, to: orders.count, by: step) {
            let run = Run(pair: pair, fixture: fixture, number: place)
            let order = orders[place]
            let start = try await fixture.dump()
            var later: [Move] = []
            for move in order {
                let waits = later.contains { $0.plan == move.plan }
                let isDone = waits ? false : try await run.go(move)
                if !isDone { later.append(move) }
            }
            for move in later { #expect(try await run.go(move), "\(order)") }
            if order.filter({ $0.act == .rollback }).count == 2 {
                #expect(try await fixture.dump() == start, "\(order)")
            }
            try fixture.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            try fixture.sql(pair.schema)
        }
    }

    /// Both plans on one walk; those of each walk have names of their own.
    private struct Run {
        let pair: PlanPair
        let fixture: Fixture
        let number: Int

        /// Makes a move; false where the plan is refused at its beginning, for the other one.
        func go(_ move: Move) async throws -> Bool {
            let text = pair.plans(number, retain: move.act == .finish ? "0s" : "7d")[move.plan]
            let plan = try Fixture.read(text)
            let (engine, confirmation) = (try fixture.engine(plan: plan), Confirmation(name: plan.name.text))
            let report =
                switch move.act {
                case .enforce: try await engine.advance(through: .enforce, waits: false, confirmation: confirmation)
                case .contract: try await engine.advance(through: .contract, waits: false, confirmation: confirmation)
                case .finish: try await engine.purge(confirmation: confirmation)
                case .rollback: try await engine.rollBack(to: nil, confirmation: confirmation)
                }
            if case .closed(let gate) = report.outcome, move.act == .enforce, report.done.isEmpty,
                gate.obstacles.first?.reason.contains("is under way") == true
            {
                return false
            }
            #expect(report.outcome == .done, "\(move)")
            return true
        }
    }
}
