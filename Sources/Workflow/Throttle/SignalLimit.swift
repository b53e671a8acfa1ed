/// Where a signal begins to hold and where it lets go; the distance keeps it from flapping.
struct SignalLimit: Sendable, Hashable {
    /// It begins to hold at this value or above.
    var enter: Double
    /// It lets go at this value or below.
    var leave: Double
    /// The limit for people.
    var text: String
    /// What it lets go at, for people.
    var leaveText: String
}

extension ThrottleSettings {
    /// The limit of a measured signal; nil for signals that judge by themselves.
    func limit(of signal: Signal, total: Double?) -> SignalLimit? {
        switch signal {
        case .replicaLag: replicaLag.map { .half($0.seconds, ThrottleWords.seconds) }
        // Asked directly they have the same limit, also where the server's own view is off.
        case .replicaURLs: .half((replicaLag ?? ThrottleSettings().replicaLag ?? .zero).seconds, ThrottleWords.seconds)
        case .oldestTransaction: oldestTransaction.map { .half($0.seconds, ThrottleWords.seconds) }
        case .replicaLagBytes: replicaLagBytes.map { .half(Double($0.bytes), ThrottleWords.bytes) }
        case .slotLag: slotLag.map { .half(Double($0.bytes), ThrottleWords.bytes) }
        case .walBacklog: walBacklog.map { .half(Double($0.bytes), ThrottleWords.bytes) }
        case .walRate: walRate.map { .half(Double($0.bytes)) { ThrottleWords.bytes($0) + "/s" } }
        case .xminAge: xminAge.map { .half(Double($0), ThrottleWords.count) }
        case .lockWaits: lockWaits.map { .half(Double($0)) { ThrottleWords.count($0.rounded(.down)) } }
        case .commitLatency:
            commitLatency.map { .share(0.6, of: $0.seconds, ThrottleWords.seconds) }
        case .activeSessions:
            switch activeSessions {
            case nil: nil
            case .count(let count): .share(0.875, of: Double(count)) { ThrottleWords.count($0.rounded(.down)) }
            case .percent(let percent):
                total.map { total in
                    .share(0.875, of: (total * Double(percent) / 100).rounded(.up)) {
                        ThrottleWords.count($0.rounded(.down))
                    }
                }
            }
        case .window, .flagFile, .sharedFlagFile, .wraparoundVacuum, .query, .command, .url: nil
        }
    }
}

extension SignalLimit {
    fileprivate static func half(_ value: Double, _ words: (Double) -> String) -> SignalLimit {
        share(0.5, of: value, words)
    }

    fileprivate static func share(_ share: Double, of value: Double, _ words: (Double) -> String) -> SignalLimit {
        SignalLimit(enter: value, leave: value * share, text: words(value), leaveText: words(value * share))
    }
}
