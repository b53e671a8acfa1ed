package import Workflow

/// Turns remarks into lines for stderr: a line drawn over on a terminal, sparse lines elsewhere.
///
/// The cadence of sparse lines is gh-ost's: each second for the first minute, then each five seconds to the third, then
/// each thirty.
package struct ProgressLine: Sendable {
    package enum Output: Hashable, Sendable {
        /// A line of its own.
        case line(String)
        /// Drawn over the line before it.
        case over(String)
        case nothing
    }

    private let isTerminal: Bool
    private let paint: Paint
    private var shown: Double?
    private var began: Double?

    package init(isTerminal: Bool, paint: Paint) {
        self.isTerminal = isTerminal
        self.paint = paint
    }

    /// - Parameter now: seconds on any clock that only goes forward.
    package mutating func take(_ remark: Remark, now: Double) -> Output {
        switch remark {
        case .phase(let phase, let what):
            began = nil
            return .line(paint.strong("\(phase.rawValue): \(what)"))
        case .step(let title):
            began = nil
            return .line("  \(title)")
        case .blocked(_, let blockers, let retry):
            let who = blockers.isEmpty ? "a lock that was gone again when looked for" : blockers.joined(separator: "; ")
            return .line(paint.warm("  waits for \(who)") + (retry > .zero ? ", tries again in \(Words.duration(retry.seconds))" : ""))
        case .waiting(let gate):
            let reasons = gate.obstacles.map { "\($0.name): \($0.reason)" }.joined(separator: "; ")
            return sparse("  waiting: \(reasons)", now)
        case .notice(let text): return .line("  \(text)")
        case .progress(let progress): return draw(progress, now)
        }
    }

    private mutating func draw(_ progress: BackfillProgress, _ now: Double) -> Output {
        guard isTerminal else { return sparse("  " + progress.text, now) }
        let width = 24
        let filled = Int(progress.percent / 100 * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return .over("  \(bar) \(progress.text)")
    }

    private mutating func sparse(_ text: String, _ now: Double) -> Output {
        let start = began ?? now
        began = start
        let interval: Double = now - start < 60 ? 1 : now - start < 180 ? 5 : 30
        if let shown, now - shown < interval, start != now { return .nothing }
        shown = now
        return .line(text)
    }
}
