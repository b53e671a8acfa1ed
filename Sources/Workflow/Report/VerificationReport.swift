package import struct Foundation.Date

/// The result of a full check.
package struct VerificationReport: Sendable, Hashable {
    /// One check of the many a full check consists of.
    package struct Check: Sendable, Hashable, Codable {
        package let name: String
        package let verdict: Verdict
        package let violations: Int64
        /// Keys of violating rows, or what is wrong, at most 20.
        package let samples: [String]

        package init(name: String, verdict: Verdict, violations: Int64, samples: [String]) {
            self.name = name
            self.verdict = verdict
            self.violations = violations
            self.samples = samples
        }
    }

    package let plan: String
    package let rowsChecked: Int64
    package let checks: [Check]
    package let startedAt: Date
    package let finishedAt: Date
    /// What has been changed from outside, which is no violation; nil where the two shapes do not stand side by side.
    package var changes: OutsideChanges?

    package init(plan: String, rowsChecked: Int64, checks: [Check], startedAt: Date, finishedAt: Date) {
        self.plan = plan
        self.rowsChecked = rowsChecked
        self.checks = checks
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    package var violations: Int64 { checks.reduce(0) { $0 + $1.violations } }

    /// Failed when any check failed, else inconclusive when any was, else passed.
    package var verdict: Verdict {
        if checks.contains(where: { $0.verdict == .failed }) { return .failed }
        return checks.contains { $0.verdict == .inconclusive } ? .inconclusive : .passed
    }
}
