/// What a command that moves a run has done, where the run stands, and what comes next.
package struct AdvanceReport: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// What was asked for is done.
        case done
        /// Time or a person is awaited.
        case waiting(Gate)
        /// A fact is against it.
        case closed(Gate)
        /// A full check failed.
        case failedCheck(VerificationReport)
        /// A brownout is over.
        case brownout(Brownout)
    }

    /// Sentences on what was done, in order: `expand applied and verified (3 steps, 0.1 s)`.
    package var done: [String]
    package var outcome: Outcome
    package var status: StatusReport

    package init(done: [String], outcome: Outcome, status: StatusReport) {
        self.done = done
        self.outcome = outcome
        self.status = status
    }
}

/// Something that happens while a command works; shown on stderr.
package enum Remark: Sendable, Hashable {
    case phase(Phase, String)
    /// A step begins.
    case step(String)
    /// A lock is not to be had yet: who holds it, and when the next try comes.
    case blocked(step: String, by: [String], retryIn: Duration)
    case progress(BackfillProgress)
    case waiting(Gate)
    case notice(String)
}
