import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every kind that takes a name away can be browned out.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct KindBrownoutTests {
    static let cases = KindRecording.cases.filter(\.isBrownedOut)

    @Test(arguments: cases)
    func `a brownout ends with the schema before`(_ test: KindCase) async throws {
        // The recording goes on to contract, and there would be none if that failed.
        let recording = try await KindRecording.of(test)
        guard case .brownout(let brownout)? = recording.brownout.outcome else {
            Issue.record("\(String(describing: recording.brownout.outcome))")
            return
        }
        #expect(brownout.outcome == .held)
        #expect(recording.schema.afterBrownout == recording.schema.beforeBrownout)
        #expect(!recording.schema.beforeBrownout.isEmpty)
        #expect(recording.brownout.check?.verdict == .passed)
    }
}
