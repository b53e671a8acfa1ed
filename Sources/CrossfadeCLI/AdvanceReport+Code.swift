import Workflow

extension AdvanceReport {
    /// The exit status of a command that moves a run.
    var code: Failure.Code {
        switch outcome {
        case .done: .done
        case .waiting: .waiting
        case .closed, .failedCheck: .closed
        case .brownout(let brownout): brownout.code
        }
    }
}

extension Brownout {
    /// What it proved: nothing, where a person or a crash ended it.
    fileprivate var code: Failure.Code {
        switch outcome {
        case .held: .done
        case .inconclusive: .waiting
        case .named, .kept: .closed
        case .ended, nil: .interrupted
        }
    }
}
