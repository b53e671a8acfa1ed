import Workflow

/// Decides how much of the workers' time a backfill may take, by what a probe transaction feels.
///
/// Additive increase, multiplicative decrease (Chiu and Jain 1989; TCP's congestion control), with a slow start: the share
/// grows while no probe is late, and is halved when more than one in a window is. It is a value: time and measurements
/// come in, decisions are read off.
struct ForegroundGuard: Sendable {
    /// What was seen since the last look.
    struct Sample: Sendable {
        /// How long each probe transaction took.
        var latencies: [Duration]
        /// Whether anybody else uses the server.
        var isForegroundActive: Bool
        /// The longest an application's session has waited for a lock of ours so far; nil when none waits.
        var blockedFor: Duration?
    }

    private enum Stage: Sendable, Hashable {
        /// Nobody else is there.
        case alone
        /// No chunk runs: what a probe takes without us is measured.
        case measuring(since: ContinuousClock.Instant)
        /// Others are there, and the share follows their latency.
        case guarding
    }

    private(set) var budget: LatencyBudget
    private(set) var baseline: Duration?
    /// The 99th percentile of the last full window.
    private(set) var latency: Duration?
    private var stage: Stage
    private var allowance: Double
    private var isStarting = true
    private var window: [Duration] = []
    private var atFloorSince: ContinuousClock.Instant?
    private var lastForeground: ContinuousClock.Instant

    /// Probes looked at for one decision: the fewest of which one in a hundred late ones can be told from none.
    static let windowSize = 50
    /// Never stop altogether: a backfill that never ends is no kindness either.
    static let floor = 0.02
    /// Nobody else counts as gone after so long.
    static let quiet = Duration.seconds(2)
    /// Below this a chunk is mostly overhead.
    static let shortestChunk = Duration.milliseconds(5)
    /// A guard that has sat at the floor so long measures again what the applications take by themselves.
    static let patience = Duration.seconds(30)
    /// A baseline measured on a quiet server is not to be taken for a promise of microseconds.
    static let smallestBaseline = Duration.microseconds(500)

    init(budget: LatencyBudget, now: ContinuousClock.Instant) {
        self.budget = budget
        stage = .alone
        allowance = 0.25
        lastForeground = now - Self.quiet - Self.quiet
    }

    /// How many workers' time may be used, of so many.
    func share(of workers: Int) -> Double {
        switch stage {
        case .alone: Double(workers)
        case .measuring: 0
        case .guarding: min(allowance, Double(workers))
        }
    }

    /// How long a chunk may take: an application that meets one of its rows waits for the end of it.
    func chunkTarget(_ target: Duration) -> Duration {
        guard isWatching, let limit else { return target }
        return min(target, max(Self.shortestChunk, limit * 4))
    }

    /// What a probe may take; nil while nothing limits it.
    var limit: Duration? { baseline.flatMap(budget.limit(over:)) }

    /// Whether probes are of use now.
    var isWatching: Bool {
        if budget == .off { return false }
        if case .alone = stage { return false }
        return true
    }

    /// Why the share is not all of it, for people.
    var pressure: String? {
        switch stage {
        case .alone: return nil
        case .measuring: return "measuring what the applications' transactions take without it"
        case .guarding:
            guard let limit else { return nil }
            let measured = latency.map { "a probe's 99th percentile is \($0.inWords), " } ?? ""
            return "gives way to the applications: \(measured)the budget is \(limit.inWords)"
        }
    }

    /// Takes another budget; what was measured stays.
    mutating func take(_ budget: LatencyBudget) {
        self.budget = budget
        if budget == .off { stage = .alone }
    }

    // MARK: - Taking notes

    mutating func observe(_ sample: Sample, workers: Int, at now: ContinuousClock.Instant) {
        guard budget != .off else { return }
        if sample.isForegroundActive { lastForeground = now }
        guard now - lastForeground < Self.quiet else {
            if case .alone = stage { return }
            stage = .alone
            window = []
            return
        }
        switch stage {
        case .alone:
            window = []
            stage = baseline == nil ? .measuring(since: now) : .guarding
        case .measuring(let since): measure(sample, since: since, at: now)
        case .guarding: weigh(sample, workers, at: now)
        }
    }

    /// The applications alone: a hundred probes, or a second of them.
    private mutating func measure(_ sample: Sample, since: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        window += sample.latencies
        guard window.count >= 100 || (now - since > .seconds(1) && window.count >= 20) || now - since > .seconds(5)
        else { return }
        baseline = max(Self.percentile99(window) ?? Self.smallestBaseline, Self.smallestBaseline)
        window = []
        atFloorSince = nil
        stage = .guarding
    }

    private mutating func weigh(_ sample: Sample, _ workers: Int, at now: ContinuousClock.Instant) {
        guard let limit else { return }
        if let blocked = sample.blockedFor, blocked > limit {
            latency = blocked
            return shrink(at: now)
        }
        window += sample.latencies
        let late = window.count { $0 > limit }
        if late > 1 {
            latency = Self.percentile99(window)
            return shrink(at: now)
        }
        guard window.count >= Self.windowSize else { return }
        latency = Self.percentile99(window)
        if late == 0 { grow(workers) }
        window = []
    }

    private mutating func grow(_ workers: Int) {
        atFloorSince = nil
        allowance = isStarting ? allowance * 1.5 : allowance + 0.05
        allowance = min(allowance, Double(workers))
    }

    private mutating func shrink(at now: ContinuousClock.Instant) {
        isStarting = false
        window = []
        allowance = max(Self.floor, allowance / 2)
        guard allowance == Self.floor else { return }
        let since = atFloorSince ?? now
        atFloorSince = since
        // Late even so: it may not be our doing, and the load may have grown by itself.
        if now - since > Self.patience { stage = .measuring(since: now) }
    }

    static func percentile99(_ values: [Duration]) -> Duration? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * 0.99).rounded(.down)))]
    }
}
