import TestSupport
import Testing
import Workflow

@testable import Engine

/// The names of an application may hold the delimiter in which the bodies of Crossfade's functions stand.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct DollarNameTests {
    private func odd(_ text: String) -> String {
        ["User", "Profile", "Post", "Category", "Order", "Old", "Address"].reduce(text) { text, name in
            text.replacing(name, with: "\(name)$crossfade$")
        }
    }

    @Test(arguments: KindCase.all)
    func `each kind goes there and back with tables that have it in their names`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: odd(test.schema), plan: odd(test.plan()))
        let before = try await fixture.dump()
        let walk = try await PhaseWalk(fixture)
        let phases: [Phase] =
            test.furthest == "contract" ? [.expand, .backfill, .enforce, .contract] : [.expand, .backfill, .enforce]
        for phase in phases { try walk.run(.phase(phase)) }
        for phase in phases.reversed() where phase != .backfill { try walk.run(.undo(phase)) }
        #expect(try await fixture.dump() == before)
    }
}
