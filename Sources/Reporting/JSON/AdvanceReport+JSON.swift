package import Workflow

extension AdvanceReport {
    /// What was done, what stopped it, and the status as of `status`.
    package var json: JSON {
        .object([
            ("plan", .string(status.plan)),
            ("outcome", .string(outcome.name)),
            ("done", .array(done.map(JSON.string))),
            ("gate", .init(outcome.gate, \.json)),
            ("check", .init(outcome.check, \.json)),
            ("brownout", .init(outcome.brownout, \.json)),
            ("status", status.json),
        ])
    }
}

extension AdvanceReport.Outcome {
    fileprivate var name: String {
        switch self {
        case .done: "done"
        case .waiting: "waiting"
        case .closed: "closed"
        case .failedCheck: "check_failed"
        case .brownout(let brownout): "brownout_" + (brownout.outcome?.rawValue ?? "begun")
        }
    }

    /// What is over, if it is a brownout.
    fileprivate var brownout: Brownout? {
        if case .brownout(let brownout) = self { brownout } else { nil }
    }

    /// What is in the way, if it is a gate.
    fileprivate var gate: Gate? {
        switch self {
        case .waiting(let gate), .closed(let gate): gate
        case .done, .failedCheck, .brownout: nil
        }
    }

    /// What is in the way, if it is a check.
    fileprivate var check: VerificationReport? {
        switch self {
        case .failedCheck(let check): check
        case .done, .waiting, .closed, .brownout: nil
        }
    }
}
