import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every combination of NULL, default, value and value without a counterpart on either side, by every form of statement, in
/// each phase and after the rollback of each, held against the table in Docs/explanation/dual-writes.md.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct SyncTableTests {
    private static let subjects =
        SyncSubject.renames + SyncSubject.retypes + SyncSubject.underTriggers + SyncSubject.inPartitions
        + SyncSubject.merges + SyncSubject.splits + SyncSubject.composedOtherwise

    @Test(arguments: subjects)
    func `each write leaves the row that the table says`(_ subject: SyncSubject) async throws {
        let fixture = try Fixture(schema: subject.schema, plan: subject.plan)
        var stages = try SyncStages(subject, fixture, try await PhaseWalk(fixture))
        try stages.walk()
        #expect(stages.mismatches.isEmpty, "\(stages.mismatches.prefix(12).joined(separator: "\n"))")
        #expect(stages.count > 300)
    }
}
