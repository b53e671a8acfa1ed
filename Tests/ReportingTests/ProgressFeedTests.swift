import Foundation
import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct ProgressFeedTests {
    private func feed(_ form: ProgressFeed.Form, isTimed: Bool = false, columns: Int? = nil) -> ProgressFeed {
        ProgressFeed(form: form, style: TextStyle(isColored: false, columns: columns, now: now), isTimed: isTimed)
    }

    private func progress(_ blocks: Int64, held: String? = nil, pass: Int = 1) -> Remark {
        var progress = Sample.progress
        progress.blocksDone = blocks
        progress.throttledBy = held
        progress.pass = pass
        return .progress(progress)
    }

    /// The seconds at which lines come when a remark is made twice a second.
    private func seconds(_ remark: Remark, until end: Int) -> [Double] {
        var feed = feed(.lines)
        return stride(from: 0, to: Double(end), by: 0.5).filter { second in
            feed.take(remark, elapsed: .seconds(second), now: now.addingTimeInterval(second)) != nil
        }
    }

    @Test func `lines on a copy come each second, then each 5 s, then each 30 s`() {
        let seconds = seconds(progress(5_000), until: 300)
        #expect(seconds.prefix(4) == [0, 1, 2, 3])
        #expect(seconds.filter { $0 >= 60 && $0 < 80 }.count == 4)
        #expect(seconds.filter { $0 >= 240 && $0 < 300 }.count == 2)
    }

    @Test func `lines on waiting come rarely`() {
        #expect(seconds(.waiting(Sample.waitingGate), until: 60) == [0, 10, 20, 30, 40, 50])
        #expect(
            seconds(.blocked(step: "a", by: ["b"], retryIn: .seconds(1)), until: 240) == [
                0, 10, 20, 30, 40, 50, 110, 170, 230,
            ]
        )
    }

    @Test func `news is told at once, and each only once`() {
        var feed = feed(.lines)
        func isTold(_ remark: Remark, _ milliseconds: Int) -> Bool {
            feed.take(remark, elapsed: .milliseconds(milliseconds), now: now) != nil
        }
        #expect(isTold(progress(10), 0))
        #expect(!isTold(progress(20), 100))
        #expect(isTold(progress(20, held: "replica lag"), 200))
        #expect(!isTold(progress(30, held: "replica lag"), 300))
        #expect(isTold(progress(10_000), 400))
        #expect(!isTold(progress(10_000), 500))
        // The sweep for locked rows takes turns with waiting for them.
        for turn in 0..<3 {
            #expect(isTold(progress(10_000, pass: turn + 2), 600 + turn * 200) == (turn == 0))
            #expect(isTold(.blocked(step: "copy", by: ["x"], retryIn: .seconds(1)), 700 + turn * 200) == (turn == 0))
        }
        #expect(isTold(.blocked(step: "copy", by: ["y"], retryIn: .seconds(1)), 2_000))
    }

    @Test func `on a terminal every remark on what goes on is drawn over the one before`() {
        var feed = feed(.terminal, columns: 40)
        for moment in 0..<3 {
            let output = feed.take(progress(5_241), elapsed: .milliseconds(moment), now: now)
            #expect(output == .passing("  ████████████░░░░░░░░░░░░ 52.4 %, 524…"))
        }
        #expect(feed.take(.step("add the column"), elapsed: .seconds(1), now: now) == .line("  add the column"))
    }

    @Test func `every remark as a line and as an object`() throws {
        let remarks: [Remark] = [
            .phase(.expand, "running"),
            .step("add the column"),
            .blocked(
                step: "add the column",
                by: ["nightly report (pid 7), idle in transaction"],
                retryIn: .milliseconds(500)
            ),
            .blocked(step: "build the index", by: [], retryIn: .zero),
            progress(0),
            progress(5_241, held: "replica lag of 14 s"),
            progress(10_000, pass: 2),
            .waiting(Sample.waitingGate),
            .waiting(Sample.closedGate),
            .notice("the connection was lost; connecting again"),
        ]
        for (form, name) in [(ProgressFeed.Form.lines, "progress.txt"), (.json, "progress.jsonl")] {
            let lines = try remarks.enumerated().map { number, remark in
                var feed = feed(form, isTimed: form == .lines)
                let output = feed.take(remark, elapsed: .zero, now: now.addingTimeInterval(Double(number)))
                guard case .line(let line) = try #require(output) else { throw NotALine() }
                return line
            }
            try expectGolden(lines.joined(separator: "\n") + "\n", name)
        }
    }

    private struct NotALine: Error {}

    @Test func `100 per cent is not said before the end, and no time left before it can be told`() {
        var feed = feed(.lines)
        let nearly = feed.take(progress(9_999), elapsed: .zero, now: now)
        #expect(nearly == .line("  99.9 %, 524,113 of about 1,000,000 rows, 98,123 rows/s, due"))
        let early = feed.take(progress(50), elapsed: .seconds(2), now: now)
        #expect(early == .line("  0.5 %, 524,113 of about 1,000,000 rows, 98,123 rows/s, measuring"))
    }
}
