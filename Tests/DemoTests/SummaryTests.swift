import Testing

@testable import Demo

@Suite struct SummaryTests {
    private static func statistics(_ statements: Int) -> ClientStatistics {
        var statistics = ClientStatistics()
        for _ in 0..<statements { statistics.countStatement(took: .milliseconds(3)) }
        return statistics
    }

    private var passed: Summary {
        var summary = Summary(rows: 100)
        summary.statistics = [.old: Self.statistics(1_200), .new: Self.statistics(34)]
        summary.comparison = Summary.Comparison(rows: 105, differing: 0)
        summary.checks = 6
        summary.time = .seconds(31)
        return summary
    }

    @Test func `the result of a demonstration in which all is well`() {
        #expect(passed.complaints.isEmpty)
        #expect(passed.verdict == "passed: 1,234 statements, 0 failed, 0 writes lost, 0 violations")
        #expect(
            passed.text == """
                  version   statements   failed   lost writes   longest wait
                  old            1,200        0             0           3 ms
                  new               34        0             0           3 ms
                  all            1,234        0             0           3 ms

                  rows loaded                                            100
                  rows compared with the value last written or loaded    105
                  rows that differ                                         0
                  other checks of data and schema                          6
                  violations                                               0
                  seconds from start to result                          31.0
                """
        )
    }

    /// One way not to pass, alone.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let complaint: String
        /// Failed statements, lost writes, violations.
        let counts: (failed: Int, lost: Int, violations: Int)
        /// Whether the rows are compared.
        let isAtEnd: Bool
        let make: @Sendable (inout Summary) -> Void

        init(
            _ description: String,
            _ complaint: String,
            _ counts: (failed: Int, lost: Int, violations: Int) = (0, 0, 0),
            isAtEnd: Bool = true,
            make: @escaping @Sendable (inout Summary) -> Void
        ) {
            testDescription = description
            self.complaint = complaint
            self.counts = counts
            self.isAtEnd = isAtEnd
            self.make = make
        }
    }

    private static let faults = [
        Fault("a failed statement", "1 statements failed", (1, 0, 0)) {
            $0.statistics[.old]?.countFailure("old, read: no such column")
        },
        Fault("a read of another value", "1 writes were lost", (0, 1, 0)) {
            $0.statistics[.new]?.countLostWrite("new read 'a' for key 1, not 'b'")
        },
        Fault("a row that differs at the end", "2 writes were lost", (0, 2, 0)) {
            $0.comparison = Summary.Comparison(rows: 105, differing: 2)
        },
        Fault("a check of the schema", "triggers left behind: 3", (0, 0, 1)) {
            $0.violations = [Inspection.Violation(description: "triggers left behind", count: 3)]
        },
        Fault("a version without statements", "the dual version sent no statement") {
            $0.statistics[.dual] = ClientStatistics()
        },
        Fault("a command that failed", "crossfade check ended with exit status 2", isAtEnd: false) {
            $0.comparison = nil
            $0.problem = "crossfade check ended with exit status 2"
        },
        Fault("no comparison", "the rows were not compared", isAtEnd: false) { $0.comparison = nil },
    ]

    @Test(arguments: faults)
    func `any fault is named, and fails the demonstration`(fault: Fault) {
        var summary = passed
        fault.make(&summary)
        #expect(summary.complaints.contains(fault.complaint))
        let (failed, lost, violations) = fault.counts
        let counts = "1,234 statements, \(failed) failed, \(lost) writes lost, \(violations) violations"
        #expect(summary.verdict == (fault.isAtEnd ? "failed: " : "failed before the end: ") + counts)
    }
}
