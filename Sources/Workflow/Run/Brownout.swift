package import struct Foundation.Date

/// A contract that is set back after a stated time: who still uses the old shape shows while that is harmless.
///
/// A value: what is to be done next follows from what was seen and from the time, and from nothing else.
package struct Brownout: Sendable, Hashable {
    /// How it ended.
    package enum Outcome: String, CaseIterable, Sendable, Codable {
        /// The old shape was away for the whole time, no statement that was seen named it, and none failed.
        case held
        /// No statement that was seen named it, and transactions were rolled back for a reason that is not known.
        case inconclusive
        /// A statement named the old shape, and it was set back at once.
        case named
        /// A person stopped it, or the process that watched it was gone: nothing is proved.
        case ended
        /// It could not be set back without loss, and contract was kept.
        case kept
    }

    /// A statement that named the old shape while it was away, and so failed.
    package struct Sighting: Sendable, Hashable, Codable {
        package let role: String
        package let applicationName: String
        /// The address it came from; nil for a socket of the server's own host.
        package let client: String?
        package let query: String
        package let seenAt: Date

        package init(role: String, applicationName: String, client: String?, query: String, seenAt: Date) {
            self.role = role
            self.applicationName = applicationName
            self.client = client
            self.query = query
            self.seenAt = seenAt
        }
    }

    /// What is to be done.
    package enum Step: Sendable, Hashable {
        case watch(until: Date)
        case setBack(Outcome)
    }

    /// What a plan calls the requirement of one.
    package static let requirement = "brownout"

    /// How long the old shape is to be away.
    package let duration: Duration
    package let begunAt: Date
    /// Since when the old shape is away; nil before that, and when it never came to it.
    package var retiredAt: Date?
    /// When the old shape was back; nil while it is away.
    package var endedAt: Date?
    package var outcome: Outcome?
    /// Sessions at the moment it was ended for them; their statements without values.
    package var sightings: [Sighting]
    /// Transactions of the whole database that were rolled back meanwhile and are not Crossfade's own; nil where nobody watched.
    package var rollbacks: Int64?
    /// How long after its time the watch goes on, with the old shape still away.
    package var settling = statisticsDelay

    /// Within ten seconds a session that has become idle tells the server's statistics what it rolled back
    /// (PGSTAT_IDLE_INTERVAL in PostgreSQL's pgstat.c).
    package static let statisticsDelay = Duration.seconds(11)

    package init(
        duration: Duration,
        begunAt: Date,
        retiredAt: Date? = nil,
        endedAt: Date? = nil,
        outcome: Outcome? = nil,
        sightings: [Sighting] = [],
        rollbacks: Int64? = nil
    ) {
        self.duration = duration
        self.begunAt = begunAt
        self.retiredAt = retiredAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.sightings = sightings
        self.rollbacks = rollbacks
    }

    /// When its time is over; nil before the old shape is away.
    package var until: Date? { retiredAt?.addingTimeInterval(duration.seconds) }

    /// What is to be done at a time.
    ///
    /// With `isWatched` the process that asks has watched from the beginning, as what nobody watched proves nothing; with
    /// `isInterrupted` a person asked to stop.
    package func next(at now: Date, isWatched: Bool, isInterrupted: Bool) -> Step {
        if !sightings.isEmpty { return .setBack(.named) }
        guard let until, isWatched, !isInterrupted else { return .setBack(.ended) }
        let settled = until.addingTimeInterval(settling.seconds)
        if now < until { return .watch(until: until) }
        if now < settled { return .watch(until: settled) }
        return .setBack((rollbacks ?? 0) > 0 ? .inconclusive : .held)
    }
}
