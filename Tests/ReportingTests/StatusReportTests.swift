import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct StatusReportTests {
    @Test func `a status of a running backfill`() throws {
        try expectGolden(Sample.copying, "status-copying")
    }

    @Test func `a status that waits for time`() throws {
        try expectGolden(Sample.waiting, "status-waiting")
    }

    @Test func `a status of a plan that has not begun keeps every key of the JSON`() throws {
        let status = Sample.status(
            .new,
            at: .expand,
            [],
            gate: Sample.openGate,
            deployable: "old versions only: the new shape does not exist yet"
        )
        try expectGolden(status, "status-new")
    }

    @Test func `a status of a rolled back run`() throws {
        let undone = Sample.line(.expand, .rolledBack, Sample.before(600), Sample.before(30))
        let status = Sample.status(
            .rolledBack,
            at: nil,
            [undone],
            next: "crossfade advance rename-profile-bio begins anew"
        )
        try expectGolden(status, "status-rolled-back")
    }

    @Test func `a narrow terminal breaks lines between words, below the value`() throws {
        try expectGolden(Sample.waiting.text(in: Form.narrow) + "\n", "status-narrow.txt")
    }

    @Test func `colour only adds to the text`() throws {
        let colored = Sample.waiting.text(in: Form.colored)
        #expect(colored.contains("\u{1B}[32m✔\u{1B}[0m expand"))
        let bare = colored.replacing(/\u{1B}\[[0-9]+m/, with: "")
        #expect(bare == Sample.waiting.text(in: Form.plain))
    }

    // MARK: - Why it does not move

    private static let expanded = Sample.line(.expand, .verified, Sample.before(60), Sample.before(59))

    private static func copying(_ status: PhaseStatus, held: String? = nil, holder: String? = nil) -> StatusReport {
        var progress = Sample.progress
        progress.throttledBy = held
        let backfill = Sample.line(.backfill, status, Sample.before(6))
        return Sample.status(.active, at: .backfill, [expanded, backfill], backfill: progress, holder: holder)
    }

    @Test(arguments: [
        (Sample.status(.paused, at: .backfill, [expanded]), "the run is paused"),
        (Sample.status(.active, at: .backfill, [expanded], isBlocked: true), "by the failed check"),
        (Sample.status(.rollingBack, at: .backfill, [expanded]), "a rollback has begun and no process carries it on"),
        (copying(.failed), "backfill failed: crossfade history rename-profile-bio says why"),
        (copying(.applying), "backfill has begun and no process carries it on"),
        (copying(.applying, held: "replica lag of 14 s", holder: "anna@a (pid 1)"), "replica lag of 14 s"),
    ])
    func `what holds a run up is said`(_ status: StatusReport, reason: String) throws {
        let line = status.text(in: Form.plain).split(separator: "\n").first { $0.hasPrefix("  held up") }
        #expect(try #require(line).contains(reason))
    }

    @Test func `a run that moves, or could, is not held up`() {
        for status in [Self.copying(.applying, holder: "anna@a (pid 1)"), Sample.waiting, Sample.copying] {
            #expect(!status.text(in: Form.plain).contains("held up"))
        }
    }
}
