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
