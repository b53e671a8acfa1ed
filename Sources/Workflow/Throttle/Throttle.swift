package import Foundation

/// Decides from readings whether the next chunk may begin; what is not known holds.
package struct Throttle: Sendable {
    /// What readings are judged by.
    struct Rules: Sendable {
        var settings: ThrottleSettings
        var minimumHold: Duration
    }

    private var rules: Rules
    private var watches: [SignalWatch]
    private var hours: OpeningHours?
    private var present: ThrottleReason?

    /// How long a pause takes at least, so that copy and pause do not alternate every second.
    package static let minimumHold = Duration.seconds(10)

    package init(
        _ settings: ThrottleSettings,
        window: TimeWindow?,
        at now: Date,
        minimumHold: Duration = Throttle.minimumHold
    ) {
        rules = Rules(settings: settings, minimumHold: minimumHold)
        hours = window.map(OpeningHours.init)
        watches = Signal.allCases.filter(settings.isOn).map { SignalWatch($0, from: now) }
    }

    /// The limits in force.
    package var settings: ThrottleSettings { rules.settings }

    /// Takes in what a look at a signal found; one that is off is not listened to.
    package mutating func take(_ reading: SignalReading, of signal: Signal, at now: Date) {
        guard let place = watches.firstIndex(where: { $0.signal == signal }) else { return }
        watches[place].take(reading, at: now, rules)
    }

    /// Changes the limits; readings of what is still measured are judged by the new ones at once.
    package mutating func retune(_ settings: ThrottleSettings, window: TimeWindow?, at now: Date) {
        let former = rules.settings
        rules.settings = settings
        if window != hours?.window { hours = window.map(OpeningHours.init) }
        watches = Signal.allCases.filter(settings.isOn).map { signal in
            let known = watches.first { $0.signal == signal }
            guard var watch = known, settings.measures(signal, as: former) else {
                return SignalWatch(signal, from: now)
            }
            watch.judgeAnew(at: now, rules)
            return watch
        }
    }

    /// What keeps the next chunk from beginning; nil while it may begin.
    ///
    /// One reason is given while it lasts, though others come and go.
    package mutating func hold(at now: Date) -> ThrottleReason? {
        let reasons = watches.compactMap { $0.reason(at: now, rules) }
        let all = [hours?.reason(at: now)].compactMap { $0 } + reasons
        let telling = all.filter { !$0.isMeasuring }
        var reason = telling.first { $0.signal == present?.signal } ?? telling.first ?? all.first
        if let present, reason?.signal == present.signal, reason?.kind == present.kind { reason?.since = present.since }
        present = reason
        return reason
    }
}

/// A window, and what it said last: it is asked many times a second, and answers by the minute.
private struct OpeningHours: Sendable {
    let window: TimeWindow
    private var minute: Double?
    private var closed: String?

    init(_ window: TimeWindow) {
        self.window = window
    }

    mutating func reason(at now: Date) -> ThrottleReason? {
        let minute = (now.timeIntervalSince1970 / 60).rounded(.down)
        if minute != self.minute {
            self.minute = minute
            closed = window.contains(now) ? nil : Self.words(window.opening(after: now))
        }
        return closed.map { ThrottleReason(signal: .window, kind: .held, text: $0, since: now) }
    }

    private static func words(_ opening: Date?) -> String {
        opening.map { "outside its window, which opens at \($0.formatted(.iso8601))" } ?? "its window never opens"
    }
}
