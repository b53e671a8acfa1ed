import Foundation

/// What is known of one signal: its last reading, and whether it holds.
struct SignalWatch: Sendable {
    private struct Hold: Sendable {
        var since: Date
        /// When the value first was at or below the limit's lower edge; nil while it is above.
        var letsGoSince: Date?
    }

    let signal: Signal
    /// Since when it is watched.
    private let begin: Date
    private var reading: (value: SignalReading, at: Date)?
    private var hold: Hold?
    private var blindSince: Date?

    init(_ signal: Signal, from begin: Date) {
        self.signal = signal
        self.begin = begin
    }

    /// Takes a reading in.
    mutating func take(_ value: SignalReading, at now: Date, _ rules: Throttle.Rules) {
        if let reading, now < reading.at { return }
        if let hold, !lasts(hold, at: now, rules) { self.hold = nil }
        reading = (value, now)
        if case .unmeasurable = value { blindSince = blindSince ?? now } else { blindSince = nil }
        judge(at: now, rules)
    }

    /// Compares the last reading with other limits.
    mutating func judgeAnew(at now: Date, _ rules: Throttle.Rules) {
        if let hold, !lasts(hold, at: now, rules) { self.hold = nil }
        judge(at: now, rules)
    }

    /// Why the signal holds at this moment; nil while it lets the copy go on.
    func reason(at now: Date, _ rules: Throttle.Rules) -> ThrottleReason? {
        let limit = signal.staleness.seconds
        guard let reading else {
            if now.timeIntervalSince(begin) > limit {
                return blind("there is no reading after \(ThrottleWords.seconds(limit))", since: begin)
            }
            return ThrottleReason(
                signal: signal,
                kind: .measuring,
                text: "\(signal.rawValue) is being measured",
                since: begin
            )
        }
        let age = now.timeIntervalSince(reading.at)
        if age > limit { return blind("the last reading is \(ThrottleWords.seconds(age)) old", since: reading.at) }
        switch reading.value {
        case .unmeasurable(let blindness):
            return blind(
                blindness.reason,
                lacksPrivilege: blindness.lacksPrivilege,
                since: blindSince ?? reading.at
            )
        case .judged(_, let text):
            return hold.flatMap { lasts($0, at: now, rules) ? held(text, since: $0.since, isOver: $0, rules) : nil }
        case .measured(let found):
            if let hold, lasts(hold, at: now, rules) { return held(found, hold, rules) }
            guard let limit = rules.settings.limit(of: signal, total: found.total), found.most >= limit.enter else {
                return nil
            }
            return blind(found.hidden, lacksPrivilege: true, since: reading.at)
        }
    }

    // MARK: - Judgement

    private mutating func judge(at now: Date, _ rules: Throttle.Rules) {
        switch reading?.value {
        case nil, .unmeasurable: break
        case .judged(let holds, _): turn(begins: holds, ends: !holds, at: now)
        case .measured(let found):
            guard let limit = rules.settings.limit(of: signal, total: found.total) else {
                hold = nil
                return
            }
            turn(begins: found.least >= limit.enter, ends: found.most <= limit.leave, at: now)
        }
    }

    /// Between both edges everything stays as it is.
    private mutating func turn(begins: Bool, ends: Bool, at now: Date) {
        if begins {
            hold = Hold(since: hold?.since ?? now, letsGoSince: nil)
        } else if ends {
            let since = hold?.letsGoSince
            hold?.letsGoSince = since ?? now
        } else {
            hold?.letsGoSince = nil
        }
    }

    private func lasts(_ hold: Hold, at now: Date, _ rules: Throttle.Rules) -> Bool {
        guard hold.letsGoSince != nil else { return true }
        return signal.isFickle && now.timeIntervalSince(hold.since) < rules.minimumHold.seconds
    }

    // MARK: - Words

    private func held(_ text: String, since: Date, isOver hold: Hold, _ rules: Throttle.Rules) -> ThrottleReason {
        let rest = hold.letsGoSince == nil ? "" : " (over; \(pause(rules)))"
        return ThrottleReason(signal: signal, kind: .held, text: text + rest, since: since)
    }

    private func held(_ found: SignalReading.Measurement, _ hold: Hold, _ rules: Throttle.Rules) -> ThrottleReason {
        var text = found.text
        if let limit = rules.settings.limit(of: signal, total: found.total) {
            if hold.letsGoSince != nil {
                text += " (limit \(limit.text); \(pause(rules)))"
            } else if found.most < limit.enter {
                text += " (limit \(limit.text), goes on at \(limit.leaveText))"
            } else {
                text += " (limit \(limit.text))"
            }
        }
        return ThrottleReason(signal: signal, kind: .held, text: text, since: hold.since)
    }

    private func pause(_ rules: Throttle.Rules) -> String {
        "a pause takes \(ThrottleWords.seconds(rules.minimumHold.seconds)) at least"
    }

    private func blind(_ reason: String, lacksPrivilege: Bool = false, since: Date) -> ThrottleReason {
        let key = signal.rawValue
        let remedy = lacksPrivilege ? "grant pg_monitor to the role or set \(key): off" : "\(key): off does without it"
        let text = "\(key) cannot be measured: \(reason); \(remedy)"
        return ThrottleReason(signal: signal, kind: .unmeasurable, text: text, since: since)
    }
}
