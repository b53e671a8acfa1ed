import Reporting
import TestSupport
import Testing
import Workflow

@Suite struct GateTests {
    @Test func `a gate that time will open says when`() throws {
        try expectGolden(Sample.waitingGate, "gate-waiting")
    }

    @Test func `a closed gate names every requirement, and no text of a plan acts on the terminal`() throws {
        try expectGolden(Sample.closedGate, "gate-closed")
        #expect(!Sample.closedGate.text(in: Form.plain).contains("\u{1B}"))
    }

    @Test func `an open gate is open`() throws {
        try expectGolden(Sample.openGate, "gate-open")
    }
}
