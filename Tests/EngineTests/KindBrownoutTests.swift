import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every kind that takes a name away can be browned out.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct KindBrownoutTests {
    static let cases = (KindCase.all + KindCase.lists).filter {
        !["change_type", "make_required", "add_required_column", "add_constraint", "custom"].contains($0.kind)
    }

    @Test(arguments: cases)
    func `a brownout ends with the schema before`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        try await fixture.advance(through: .enforce)
        let before = try await fixture.dump()
        let report = try await fixture.engine().brownOut(
            for: .seconds(1),
            settling: .zero,
            confirmation: Confirmation(name: "kind")
        )
        guard case .brownout(let brownout) = report.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(brownout.outcome == .held)
        #expect(try await fixture.dump() == before)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.advance(through: .contract)
    }
}
