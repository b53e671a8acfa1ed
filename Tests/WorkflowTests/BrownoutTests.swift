import Foundation
import Testing

@testable import Workflow

/// What a brownout comes to, by what was seen and by the time alone.
struct BrownoutTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static let sighting = Brownout.Sighting(
        role: "app",
        applicationName: "old-worker",
        client: "10.0.0.7",
        query: "SELECT bio FROM \"Profile\"",
        seenAt: start.addingTimeInterval(3)
    )

    private func brownout(
        of duration: Duration = .seconds(600),
        _ outcome: Brownout.Outcome? = nil,
        sightings: [Brownout.Sighting] = [],
        rollbacks: Int64 = 0
    ) -> Brownout {
        Brownout(
            duration: duration,
            begunAt: Self.start.addingTimeInterval(-1),
            retiredAt: Self.start,
            endedAt: outcome.map { _ in Self.start.addingTimeInterval(600) },
            outcome: outcome,
            sightings: sightings,
            rollbacks: rollbacks
        )
    }

    private func step(_ brownout: Brownout, after seconds: Double, watched: Bool = true, interrupted: Bool = false)
        -> Brownout.Step
    {
        brownout.next(at: Self.start.addingTimeInterval(seconds), isWatched: watched, isInterrupted: interrupted)
    }

    @Test func `it lasts to its last moment, and not longer`() {
        #expect(step(brownout(), after: 599.9) == .watch(until: Self.start.addingTimeInterval(600)))
        // The server may be told late of what was rolled back in the last moment.
        #expect(step(brownout(), after: 610.9) == .watch(until: Self.start.addingTimeInterval(611)))
        #expect(step(brownout(), after: 611) == .setBack(.held))
        var short = brownout(of: .seconds(2))
        short.settling = .zero
        #expect(step(short, after: 2) == .setBack(.held))
    }

    @Test func `a transaction that failed for an unknown reason makes it inconclusive, and never held`() {
        #expect(step(brownout(rollbacks: 1), after: 611) == .setBack(.inconclusive))
        #expect(step(brownout(rollbacks: 1), after: 300) == .watch(until: Self.start.addingTimeInterval(600)))
        #expect(step(brownout(sightings: [Self.sighting], rollbacks: 1), after: 611) == .setBack(.named))
        #expect(step(brownout(rollbacks: 1), after: 300, interrupted: true) == .setBack(.ended))
        let result = result(brownout(.inconclusive, rollbacks: 3))
        #expect(result.verdict == .waiting)
        #expect(result.reason.contains("3 transactions of the database rolled back for an unknown reason"))
    }

    @Test func `whoever names the old shape ends it, also in the last moment`() {
        let seen = brownout(sightings: [Self.sighting])
        #expect(step(seen, after: 3) == .setBack(.named))
        #expect(step(seen, after: 700, interrupted: true) == .setBack(.named))
    }

    @Test func `a person, a crash and a retire that never came end it without a proof`() {
        #expect(step(brownout(), after: 3, interrupted: true) == .setBack(.ended))
        #expect(step(brownout(), after: 700, watched: false) == .setBack(.ended))
        var early = brownout()
        early.retiredAt = nil
        #expect(step(early, after: 700) == .setBack(.ended))
    }

    // MARK: - The requirement

    private func result(_ last: Brownout?, asking: Duration = .seconds(600)) -> RequirementResult {
        var facts = GateFacts(now: Self.start.addingTimeInterval(1000), run: Run())
        facts.lastBrownout = last
        return Gate.brownout(asking, facts)
    }

    @Test func `only one that held for long enough opens the gate`() {
        #expect(result(brownout(.held)).verdict == .open)
        #expect(result(brownout(of: .seconds(599), .held)).verdict == .waiting)
        for outcome in [nil, .ended, .kept, .inconclusive] as [Brownout.Outcome?] {
            #expect(result(brownout(outcome)).verdict == .waiting, "\(String(describing: outcome))")
        }
        #expect(result(nil).verdict == .waiting)
    }

    @Test func `one that somebody ended closes it, and says who`() {
        let result = result(brownout(.named, sightings: [Self.sighting]))
        #expect(result.verdict == .closed)
        #expect(
            result.reason.hasPrefix(
                "'old-worker' as role app from 10.0.0.7 named the old shape at 2027-01-15T08:00:03Z: SELECT bio FROM \"Profile\""
            ),
            "\(result.reason)"
        )
    }
}
