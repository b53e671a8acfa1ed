/// Why a command ended without doing what was asked: what happened, to what, and the next command.
package struct Failure: Error, Sendable, Hashable {
    /// The exit statuses of the command line.
    package enum Code: Int32, CaseIterable, Sendable, Hashable {
        case done = 0
        case failed = 1
        case closed = 2
        case waiting = 3
        case refused = 4
        case usage = 64
        case invalidPlan = 65
        case unreachable = 69
        case tryAgain = 75
        case interrupted = 130

        /// The word in JSON output.
        package var name: String {
            switch self {
            case .done: "done"
            case .failed: "failed"
            case .closed: "closed"
            case .waiting: "waiting"
            case .refused: "refused"
            case .usage: "usage"
            case .invalidPlan: "invalid_plan"
            case .unreachable: "unreachable"
            case .tryAgain: "try_again"
            case .interrupted: "interrupted"
            }
        }

        /// What it says to a person, as a phrase; examples and details follow a colon.
        package var meaning: String {
            switch self {
            case .done: "done, open, valid or passed; also where nothing was left to do"
            case .failed: "unexpected error of the program or the database; a failed step"
            case .closed:
                "blocked by a fact: a failed check, a dependent object, a finding that is not acknowledged, a violated "
                    + "assertion, rows that cannot be copied"
            case .waiting:
                "waiting for time or a person: an approval, a soak, a window, an observation, an inconclusive check or brownout, a "
                    + "backfill that no process runs"
            case .refused:
                "not allowed in this state: out of order, paused, change or templates edited during the run, not confirmed, "
                    + "after purge"
            case .usage: "wrong usage: an unknown flag, no such plan"
            case .invalidPlan: "invalid plan: mistakes in a plan, or in an edited file"
            case .unreachable: "database unreachable: no connection, or a connection that was lost"
            case .tryAgain:
                "try again: a lock timeout, locked rows, or another process that runs the plan; nothing is half done"
            case .interrupted: "interrupted: stopped by a signal; the state is saved"
            }
        }

        /// The meaning without examples and details.
        package var brief: Substring { meaning.prefix { $0 != ":" && $0 != ";" } }

        /// What to do next; nil where nothing is left to do.
        package var remedy: String? {
            switch self {
            case .done: nil
            case .failed: "fix the cause; the same command continues with that step"
            case .closed: "change the fact; waiting does not help"
            case .waiting: "the same command later"
            case .refused: "the message says what is allowed now"
            case .usage: "`crossfade help`"
            case .invalidPlan: "the diagnostics say where"
            case .unreachable: "the same command once the database is back"
            case .tryAgain: "the message names the session or process; the same command later"
            case .interrupted: "the same command"
            }
        }
    }

    package let code: Code
    package let message: String
    /// The next command, or what to do first.
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
