/// How often something that goes on is worth a line: often at first, then less and less.
struct Cadence {
    /// From the start of what goes on, so much time between two lines, until the next stage.
    private let stages: [(until: Duration, interval: Duration)]
    private let last: Duration
    private var start: Duration?
    private var shown: Duration?

    /// gh-ost's: each second at first, from half a minute on each 5 s, from 3 min on each 30 s.
    static let copying = Cadence(
        stages: [(until: .seconds(30), interval: .seconds(1)), (until: .seconds(180), interval: .seconds(5))],
        last: .seconds(30)
    )

    /// For waiting, which may take days: each 10 s at first, from a minute on each minute, then each 10 min.
    static let waiting = Cadence(
        stages: [(until: .seconds(60), interval: .seconds(10)), (until: .seconds(600), interval: .seconds(60))],
        last: .seconds(600)
    )

    private init(stages: [(until: Duration, interval: Duration)], last: Duration) {
        self.stages = stages
        self.last = last
    }

    /// Whether a line is due now; if so it counts as written.
    mutating func isDue(at time: Duration) -> Bool {
        let start = self.start ?? time
        self.start = start
        let interval = stages.first { time - start < $0.until }?.interval ?? last
        if let shown, time - shown < interval { return false }
        shown = time
        return true
    }
}
