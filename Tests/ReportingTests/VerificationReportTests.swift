import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct VerificationReportTests {
    @Test func `a full check that passed`() throws {
        try expectGolden(Sample.passed, "verify-passed")
    }

    @Test func `a failed check names keys, counts the rest, and lets no key act on the terminal`() throws {
        try expectGolden(Sample.failed, "verify-failed")
        #expect(!Sample.failed.text(in: Form.plain).contains("\u{1B}"))
    }
}
