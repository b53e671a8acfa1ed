/// Decides, while a statement runs, whether to go on waiting for it.
struct Watch {
    /// Why a statement is not to go on.
    enum Interruption {
        case cancelled
        case deadline

        func error(statement: String) -> PostgresError {
            switch self {
            case .cancelled: .cancelled
            case .deadline: .deadlineExceeded(statement: statement.shortened())
            }
        }
    }

    /// What the waiting side does next.
    enum Verdict {
        case wait
        /// Ask the server to stop, once more if need be.
        case cancel
        /// The server does not react.
        case giveUp
    }

    private let deadline: ContinuousClock.Instant?
    private let patience: Duration
    private let isShielded: Bool
    /// Once found it stays: the request is under way.
    private var reason: Interruption?
    private var nextRequest: ContinuousClock.Instant
    private var end: ContinuousClock.Instant?

    /// The longest silence after which cancellation and deadline are looked at again.
    private static let interval = Duration.milliseconds(250)

    init(deadline: ContinuousClock.Instant?, patience: Duration, isShielded: Bool) {
        self.deadline = deadline
        self.patience = patience
        self.isShielded = isShielded
        nextRequest = .now
        end = isShielded ? .now + patience : nil
    }

    /// Why the statement is not to go on, if so; the first reason found is kept.
    mutating func interruption(now: ContinuousClock.Instant) -> Interruption? {
        guard reason == nil, !isShielded else { return reason }
        if Task.isCancelled {
            reason = .cancelled
        } else if let deadline, now >= deadline {
            reason = .deadline
        }
        if reason != nil {
            nextRequest = now
            end = now + patience
        }
        return reason
    }

    mutating func verdict(now: ContinuousClock.Instant) -> Verdict {
        let interruption = interruption(now: now)
        if let end, now >= end { return .giveUp }
        guard interruption != nil, now >= nextRequest else { return .wait }
        // A request that met the backend between two statements was void, hence the repetition.
        nextRequest = now + Self.interval
        return .cancel
    }

    func pollInterval(now: ContinuousClock.Instant) -> Duration {
        guard let deadline, reason == nil, !isShielded else { return Self.interval }
        return max(.zero, min(Self.interval, now.duration(to: deadline)))
    }
}
