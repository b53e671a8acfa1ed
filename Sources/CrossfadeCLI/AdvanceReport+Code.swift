import Workflow

extension AdvanceReport {
    /// The exit status of a command that moves a run.
    var code: Failure.Code {
        switch outcome {
        case .done: .done
        case .waiting: .waiting
        case .closed, .failedCheck: .closed
        }
    }
}
