import Dispatch
import Synchronization

/// When a silent server is asked, and how often in vain before a connection counts as lost.
struct SilencePace: Hashable, Sendable {
    /// The silence before the first question, and between two that were answered.
    let quiet: Duration
    /// Between two questions after one that leaves doubt.
    let pause: Duration
    /// How long an answer may take.
    let answer: Duration

    /// A peer that forwards nothing is noticed within 45 s: 20, 10 without an answer, 5, and 10 without another.
    static let standard = SilencePace(quiet: .seconds(20), pause: .seconds(5), answer: .seconds(10))
}

/// Finds out, while a statement runs without a word from the server, whether the server still works on it.
///
/// A peer that acknowledges each packet and forwards none keeps TCP's own timers quiet, and a long statement is silent too. So
/// the server is asked over a new connection what the session does.
final class SilenceWatch {
    /// What the server says of a session that has a statement under way.
    enum Answer: Sendable {
        case working
        /// The session has ended, waits for a statement, or waits for its answer to be taken.
        case over
        /// The server is there, and cannot be asked.
        case unknown
    }

    /// A question on its way; whoever asks no longer waits for one that takes too long.
    private final class Question: Sendable {
        let start = ContinuousClock.now
        let answer = Mutex<Answer?>(nil)
    }

    private let pace: SilencePace
    private let ask: @Sendable () -> Answer
    private var question: Question?
    private var silentSince: ContinuousClock.Instant?
    private var next: ContinuousClock.Instant?
    private var doubts = 0

    /// An answer may be on its way when the first question is asked.
    private static let mostDoubts = 2

    init(pace: SilencePace, ask: @escaping @Sendable () -> Answer) {
        self.pace = pace
        self.ask = ask
    }

    /// Whether the answer to the statement will not come; asks where it is time to.
    func isLost(silentSince: ContinuousClock.Instant, now: ContinuousClock.Instant) -> Bool {
        if self.silentSince != silentSince {
            (self.silentSince, question, doubts) = (silentSince, nil, 0)
            next = silentSince + pace.quiet
        }
        if let question {
            if let answer = question.answer.withLock(\.self) {
                take(hasDoubt: answer == .over, now)
            } else if now >= question.start + pace.answer {
                take(hasDoubt: true, now)
            }
        } else if let next, now >= next {
            send()
        }
        return doubts >= Self.mostDoubts
    }

    private func take(hasDoubt: Bool, _ now: ContinuousClock.Instant) {
        question = nil
        doubts = hasDoubt ? doubts + 1 : 0
        next = now + (hasDoubt ? pace.pause : pace.quiet)
    }

    private func send() {
        let question = Question()
        self.question = question
        DispatchQueue.global().async { [ask] in
            let answer = ask()
            question.answer.withLock { $0 = answer }
        }
    }
}

extension Connection {
    /// Begins to watch over this connection's statements, unless it asks on behalf of another one.
    ///
    /// Without a session of the server's that is known to be its own, it can only be asked whether anything is there.
    func watchSilence(_ options: SessionOptions, _ handle: ConnectionHandle, isDirect: Bool) {
        guard let pace = options.silence else {
            deadline = .now + options.connectTimeout
            return
        }
        // The one that asks gives up later than whoever waits for it, who takes the time for the answer.
        var asking = SessionOptions(applicationName: "crossfade/silence", connectTimeout: pace.answer * 2)
        asking.silence = nil
        let backend = isDirect ? processID : nil
        silence = SilenceWatch(pace: pace) { [target = target.pinned(to: handle), asking] in
            Self.answer(about: backend, at: target, asking)
        }
    }

    private static func answer(
        about backend: Int32?,
        at target: ConnectionTarget,
        _ options: SessionOptions
    ) -> SilenceWatch.Answer {
        guard let backend else {
            // A statement may wait for its turn in the pooler, and so would a question.
            _ = ConnectionHandle(parameters: target.parameters(for: options))
            return .unknown
        }
        do {
            let connection = try Connection.open(target, options)
            defer { connection.close() }
            // A replica that answers in the name of several servers does not know another's sessions.
            let isWorking = try connection.query(
                """
                SELECT pg_is_in_recovery() OR EXISTS (
                  SELECT FROM pg_stat_activity
                   WHERE pid = $1 AND state NOT LIKE 'idle%' AND wait_event IS DISTINCT FROM 'ClientWrite')
                """,
                [Int(backend)]
            ).only().decode(at: 0, as: Bool.self)
            return isWorking ? .working : .over
        } catch {
            // That the server refuses a connection says nothing about the statement; one that never comes is seen by the time.
            return .unknown
        }
    }
}

extension ConnectionTarget {
    /// The target with the one address, of those it may have, that a connection leads to.
    func pinned(to handle: ConnectionHandle) -> ConnectionTarget {
        var pinned = self
        pinned.parameters += handle.address
        return pinned
    }
}
