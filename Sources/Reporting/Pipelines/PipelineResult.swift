import Diagnostics
package import struct Foundation.Date
import Foundation
package import Workflow

/// What a pipeline shows of a gate or a full check: one case for each requirement or single check.
package struct PipelineResult: Sendable, Hashable {
    package struct Case: Sendable, Hashable {
        package enum Outcome: String, Sendable, Hashable {
            case passed
            /// Time or a person will open it, or the server cannot tell.
            case waiting
            case failed
        }

        package let name: String
        package let outcome: Outcome
        package let message: String
        /// Keys of wrong rows, or what is wrong.
        package let details: [String]

        /// Stable from one run to the next, whatever was found: `gate.contract.no_legacy_writes`.
        package let id: String
    }

    /// Such as `gate of contract`.
    package let subject: String
    package let plan: String
    /// The plan's file as it was named, but relative where it is below the current folder.
    package let path: String
    package let cases: [Case]
    package let finishedAt: Date
    /// In seconds; nil where nothing was measured.
    package let duration: Double?

    package init(_ gate: Gate, of plan: Plan, at now: Date) {
        subject = "gate of \(gate.subject)"
        self.plan = plan.name.text
        path = plan.source.name.fromHere
        finishedAt = now
        duration = nil
        cases = gate.requirements.map { requirement in
            let opens = requirement.opensAt.map { ", opens at \($0.formatted(.iso8601))" } ?? ""
            return Case(
                name: requirement.name.harmless,
                outcome: Case.Outcome(requirement.verdict),
                message: requirement.reason.harmless + opens,
                details: [],
                id: "gate.\(gate.subject).\(requirement.name.asID)"
            )
        }
    }

    package init(_ report: VerificationReport, of plan: Plan) {
        subject = "full check"
        self.plan = plan.name.text
        path = plan.source.name.fromHere
        finishedAt = report.finishedAt
        duration = report.finishedAt.timeIntervalSince(report.startedAt)
        cases = report.checks.map { check in
            let violations = "\(check.violations) violation\(check.violations == 1 ? "" : "s")"
            return Case(
                name: check.name.harmless,
                outcome: Case.Outcome(check.verdict),
                message: check.verdict == .passed ? "holds" : "\(violations) in \(report.rowsChecked) rows",
                details: check.samples.map(\.harmless),
                id: "check.\(check.name.asID)"
            )
        }
    }

    /// The cases that are not passed, the failed ones first.
    package var open: [Case] { cases.filter { $0.outcome == .failed } + cases.filter { $0.outcome == .waiting } }
}

extension PipelineResult.Case {
    /// The message with what is wrong, in one text.
    var text: String { details.isEmpty ? message : message + ": " + details.joined(separator: "; ") }
}

extension PipelineResult.Case.Outcome {
    fileprivate init(_ verdict: GateVerdict) {
        switch verdict {
        case .open: self = .passed
        case .waiting: self = .waiting
        case .closed: self = .failed
        }
    }

    fileprivate init(_ verdict: Verdict) {
        switch verdict {
        case .passed: self = .passed
        case .inconclusive: self = .waiting
        case .failed: self = .failed
        }
    }
}

extension String {
    /// Without the current folder in front: GitHub and GitLab know the paths of their checkout only.
    fileprivate var fromHere: String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return hasPrefix(here) ? String(dropFirst(here.count)) : self
    }

    /// Letters, digits and underscores, with a hyphen for anything else.
    fileprivate var asID: String {
        let parts = unicodeScalars.split {
            !($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
        }
        return parts.map { String($0) }.joined(separator: "-")
    }
}
