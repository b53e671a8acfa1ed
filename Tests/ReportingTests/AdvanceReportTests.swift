import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct AdvanceReportTests {
    private static let done = ["enforce applied and verified (2 steps run, 1 found done, 0.8 s)"]

    @Test func `an advance that did what was asked`() throws {
        try expectGolden(AdvanceReport(done: Self.done, outcome: .done, status: Sample.waiting), "advance-done")
    }

    @Test func `a gate that the status shows is not shown twice`() throws {
        let report = AdvanceReport(done: [], outcome: .waiting(Sample.waitingGate), status: Sample.waiting)
        try expectGolden(report, "advance-waiting")
    }

    @Test func `a gate that the status does not show is shown in full`() throws {
        let report = AdvanceReport(done: [], outcome: .closed(Sample.closedGate), status: Sample.waiting)
        try expectGolden(report, "advance-closed")
    }

    @Test func `a failed check is shown with its keys`() throws {
        let status = Sample.status(.active, at: .backfill, [], isBlocked: true)
        try expectGolden(
            AdvanceReport(done: [], outcome: .failedCheck(Sample.failed), status: status),
            "advance-failed"
        )
    }
}
