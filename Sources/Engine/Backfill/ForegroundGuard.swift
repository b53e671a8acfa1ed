import Workflow

/// Decides how much of the workers' time a backfill may take, by what a probe transaction feels.
///
/// Additive increase, multiplicative decrease (Chiu and Jain 1989; TCP's congestion control), with a fast start where the
/// budget is far off: the share grows while no probe that met a chunk is late, and is halved when more than one in a window is. It is a value: time and measurements
/// come in, decisions are read off.
struct ForegroundGuard: Sendable {
    /// What was seen since the last look.
    struct Sample: Sendable {
        /// How long each probe transaction took while a chunk was being copied.
        var working: [Duration] = []
        /// The same while none was.
        var resting: [Duration] = []
        /// Whether others use the server so much that their latency is worth a measure.
        var isForegroundActive: Bool
        /// Whether anybody else is there at all.
        var isAnybodyThere = true
        /// Whether other processes copy too, so that what is rest here is none for the server.
        var hasCompany = false
        /// The longest an application's session has waited for a lock of ours so far; nil when none waits.
        var blockedFor: Duration?
    }

    private enum Stage: Sendable, Hashable {
        /// Nobody else is there, or hardly anybody: a monitor, a person at psql.
        case alone(withCompany: Bool)
        /// No chunk runs: what a probe takes without us is measured.
        case measuring(since: ContinuousClock.Instant)
        /// Others are there, and the share follows their latency.
        case guarding
    }

    private(set) var budget: LatencyBudget
    /// What a probe's 99th percentile was before the start.
    private(set) var baseline: Duration?
    /// The 99th percentile of the last full window.
    private(set) var latency: Duration?
    private var stage: Stage
    private var allowance: Double
    private var window: [Duration] = []
    /// Ones in the window that met a chunk, and the late ones of these.
    private var met = 0
    private var late = 0
    /// The newest probes taken between chunks: what the applications take without us at this hour.
    private var atRest: [Duration] = []
    private var lastRest: ContinuousClock.Instant
    private var restsUntil: ContinuousClock.Instant?
    private var lastForeground: ContinuousClock.Instant

    /// Probes looked at for one decision.
    ///
    /// With more than one late in a hundred as the limit, steps up and halvings balance
    /// where about one in two hundred is late: within the budget, not around it.
    static let windowSize = 100
    /// Probes that the baseline is taken from: the third largest of them is its 99th percentile.
    static let baselineSize = 200
    /// How much the share grows at a time near the budget.
    static let step = 0.05
    /// Never stop altogether: a backfill that never ends is no kindness either.
    static let floor = 0.05
    /// Probes at rest that are remembered.
    static let restSize = 200
    /// Workers that are never at rest pause so often, for so long, to find out what the applications take without them.
    static let restInterval = Duration.seconds(5)
    static let rest = Duration.milliseconds(250)
    /// Nobody else counts as gone after so long.
    static let quiet = Duration.seconds(2)
    /// A chunk for a single person who may meet it: hardly slower to copy with, and not felt.
    static let politeChunk = Duration.milliseconds(50)
    /// Below this a chunk is mostly overhead.
    static let shortestChunk = Duration.milliseconds(3)
    /// A baseline measured on a quiet server is not to be taken for a promise of microseconds.
    static let smallestBaseline = Duration.microseconds(500)

    init(budget: LatencyBudget, now: ContinuousClock.Instant) {
        self.budget = budget
        stage = .alone(withCompany: false)
        allowance = 0.25
        lastForeground = now - Self.quiet - Self.quiet
        lastRest = now
    }

    /// How many workers' time may be used, of so many.
    func share(of workers: Int) -> Double {
        switch stage {
        case .alone: Double(workers)
        case .measuring: 0
        case .guarding: restsUntil == nil ? min(allowance, Double(workers)) : 0
        }
    }

    /// How long a chunk may take: an application that meets one of its rows waits for the end of it.
    func chunkTarget(_ target: Duration) -> Duration {
        if case .alone(withCompany: true) = stage, budget != .off { return min(target, Self.politeChunk) }
        guard isWatching, let limit else { return target }
        return min(target, max(Self.shortestChunk, limit))
    }

    /// What a probe may take; nil while nothing limits it.
    ///
    /// Applications that have become slower by themselves since the start are no reason to stand still.
    var limit: Duration? { present.flatMap(budget.limit(over:)) }

    /// What counts as late: half way to the limit, since the slowest transactions of an application feel more of a chunk
    /// than the probe, which is short.
    private var aim: Duration? {
        guard let present, let limit else { return nil }
        return limit > present ? present + (limit - present) / 2 : limit
    }

    /// What a probe takes without us, at this hour.
    private var present: Duration? {
        guard let baseline else { return nil }
        let now = atRest.count >= Self.restSize / 2 ? Self.percentile99(atRest) : nil
        return max(baseline, now ?? baseline)
    }

    /// Whether no chunk may run, so that probes may follow each other closely.
    var isMeasuring: Bool { if case .measuring = stage { true } else { false } }

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
            let measured = latency.map { "a probe's 99th percentile is \($0.inMilliseconds), " } ?? ""
            return "gives way to the applications: \(measured)the budget is \(limit.inMilliseconds)"
        }
    }

    /// Takes another budget; what was measured stays.
    mutating func take(_ budget: LatencyBudget) {
        self.budget = budget
        if budget == .off { stage = .alone(withCompany: false) }
    }

    // MARK: - Taking notes

    mutating func observe(_ sample: Sample, workers: Int, at now: ContinuousClock.Instant) {
        guard budget != .off else { return }
        if sample.isForegroundActive { lastForeground = now }
        guard now - lastForeground < Self.quiet else {
            if case .alone = stage {} else { becomeAlone() }
            stage = .alone(withCompany: sample.isAnybodyThere)
            return
        }
        switch stage {
        case .alone:
            forget()
            stage = baseline == nil ? .measuring(since: now) : .guarding
        case .measuring(let since): measure(sample, since: since, at: now)
        case .guarding: weigh(sample, workers, at: now)
        }
    }

    /// The applications alone: enough probes, or those of some seconds.
    private mutating func measure(_ sample: Sample, since: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        // The first look may still feel the chunks that were under way.
        window += sample.resting
        guard window.count >= Self.baselineSize || now - since > .seconds(3) else { return }
        baseline = max(Self.percentile99(window) ?? Self.smallestBaseline, Self.smallestBaseline)
        forget()
        lastRest = now
        stage = .guarding
    }

    private mutating func weigh(_ sample: Sample, _ workers: Int, at now: ContinuousClock.Instant) {
        takeRest(sample, at: now)
        guard let limit, let aim else { return }
        if let blocked = sample.blockedFor, blocked > limit {
            latency = blocked
            return shrink()
        }
        window += sample.working + sample.resting
        // What is late between two chunks is not our doing.
        met += sample.working.count
        late += sample.working.count { $0 > aim }
        if late > 1 {
            latency = Self.percentile99(window)
            return shrink()
        }
        guard window.count >= Self.windowSize else { return }
        latency = Self.percentile99(window)
        // Where no chunk ran, held or paused, nothing was proved.
        if late == 0, met > 0 { grow(workers, isFarBelow: latency.map { $0 * 2 < aim } ?? false) }
        forget()
    }

    private mutating func takeRest(_ sample: Sample, at now: ContinuousClock.Instant) {
        if sample.hasCompany {
            atRest = []
            restsUntil = nil
            return
        }
        atRest = Array((atRest + sample.resting).suffix(Self.restSize))
        if sample.resting.count >= 10 { lastRest = now }
        if let end = restsUntil {
            if now >= end { restsUntil = nil }
        } else if now - lastRest > Self.restInterval {
            restsUntil = now + Self.rest
        }
    }

    /// By half where there is room to double, else by a step.
    private mutating func grow(_ workers: Int, isFarBelow: Bool) {
        allowance = isFarBelow ? max(allowance * 1.5, allowance + Self.step) : allowance + Self.step
        allowance = min(allowance, Double(workers))
    }

    private mutating func becomeAlone() {
        forget()
        atRest = []
        restsUntil = nil
    }

    private mutating func forget() {
        window = []
        met = 0
        late = 0
    }

    private mutating func shrink() {
        forget()
        allowance = max(Self.floor, allowance / 2)
    }

    /// The smallest value that at least 99 of 100 do not exceed; nil of none.
    static func percentile99(_ values: [Duration]) -> Duration? {
        guard !values.isEmpty else { return nil }
        let place = Int((Double(values.count) * 0.99).rounded(.up))
        return values.sorted()[place - 1]
    }
}

extension Duration {
    /// As `1.5 ms`.
    fileprivate var inMilliseconds: String { "\((seconds * 10_000).rounded() / 10) ms" }
}
