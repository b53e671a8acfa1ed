import Diagnostics
import Foundation
import Testing

@testable import Workflow

/// What a gate makes of writes that were noted once a minute at most.
struct EvidenceTests {
    /// When a minute of the clock begins, by which the trigger goes.
    private static let minute = Date(timeIntervalSince1970: 1_800_000_000)

    private func writer(
        _ name: String = "web",
        last: Double,
        samples: [(key: String, at: Double)] = []
    ) -> GateFacts.LegacyWriter {
        GateFacts.LegacyWriter(
            role: "app",
            applicationName: name,
            client: nil,
            firstSeen: Self.minute.addingTimeInterval(-7200),
            lastSeen: Self.minute.addingTimeInterval(last),
            writes: 120,
            samples: samples.map { .init(key: $0.key, seenAt: Self.minute.addingTimeInterval($0.at)) }
        )
    }

    private func facts(at seconds: Double) -> GateFacts {
        var facts = GateFacts(now: Self.minute.addingTimeInterval(seconds), run: Run())
        facts.recordingSince = Self.minute.addingTimeInterval(-7200)
        return facts
    }

    /// A session that writes all the time is noted in the first second of the minute, and again in that of the next.
    @Test(arguments: [0, 30, 59.9])
    func `a writer that was noted may have written to the end of the minute`(_ second: Double) {
        var facts = facts(at: second + 5)
        facts.legacyWriters = [writer(last: second)]
        facts.missedDualWrites = facts.legacyWriters
        for gate in [Gate.noLegacyWrites, Gate.dualWrites] {
            facts.now = Self.minute.addingTimeInterval(second + 5)
            let closed = gate(.seconds(5), facts)
            #expect(closed.verdict == .closed)
            #expect(closed.opensAt == Self.minute.addingTimeInterval(65))
            facts.now = Self.minute.addingTimeInterval(64.9)
            #expect(gate(.seconds(5), facts).verdict == .closed)
            facts.now = Self.minute.addingTimeInterval(65)
            #expect(gate(.seconds(5), facts).verdict == .open)
        }
    }

    @Test func `who asks for no time at all does not wait`() {
        var facts = facts(at: 1)
        facts.missedDualWrites = [writer(last: 0.5)]
        #expect(Gate.dualWrites(.zero, facts).verdict == .open)
    }

    @Test func `an open gate says for how long`() {
        #expect(Gate.dualWrites(.seconds(5), facts(at: 1)).reason == "no write left a side out for 5s")
    }

    @Test func `a closed gate tells count, first and last, rows of the window alone, and the other way`() {
        var facts = facts(at: 20)
        facts.missedDualWrites = [
            writer("job", last: -600), writer(last: 10, samples: [("id=9", 10), ("id=8", -20), ("id=1", -7000)]),
        ]
        let reason = Gate.dualWrites(.seconds(30), facts).reason
        #expect(
            reason.hasPrefix(
                "'web' as role app did not write both sides to values that fit, at least 120 times, first at 2027-01-15T06:00:00Z, "
                    + "last at 2027-01-15T08:00:10Z; for example id=9; id=8; "
            ),
            "\(reason)"
        )
        #expect(reason.contains("begin anew with dual_write.by: trigger"))
        #expect(!reason.contains("other writer") && !reason.contains("id=1;"), "\(reason)")
    }

    @Test func `where the server does not tell of statements that name both it is inconclusive, and says the way out`()
    {
        var facts = facts(at: 1)
        (facts.legacyWrite, facts.untracedWriters) = ("wrote the working name wide", .unknown("load the extension"))
        let result = Gate.noLegacyWrites(.seconds(5), facts)
        #expect(result.verdict == .waiting)
        #expect(result.reason.contains("no session wrote the working name wide"), "\(result.reason)")
        #expect(result.reason.contains("load the extension; or put an approval into"), "\(result.reason)")
        facts.untracedWriters = .unwatched
        #expect(Gate.noLegacyWrites(.seconds(5), facts).verdict == .waiting)
    }

    @Test func `a statement that names both keeps it closed until the window has passed`() {
        var facts = facts(at: 1)
        let writer = GateFacts.LegacyReader(role: "app", query: "INSERT 1", calls: 3, lastSeen: Self.minute)
        let gone = GateFacts.LegacyReader(
            role: "app",
            query: "INSERT 2",
            calls: 3,
            lastSeen: Self.minute.addingTimeInterval(-600)
        )
        facts.untracedWriters = .watched(since: Self.minute.addingTimeInterval(-3600), [writer, gone])
        let closed = Gate.noLegacyWrites(.seconds(5), facts)
        #expect(closed.verdict == .closed)
        #expect(
            closed.reason.hasPrefix("role app used the old side") && closed.reason.hasSuffix("INSERT 1"),
            "\(closed)"
        )
        #expect(closed.opensAt == Self.minute.addingTimeInterval(5))
        facts.now = Self.minute.addingTimeInterval(5)
        #expect(Gate.noLegacyWrites(.seconds(5), facts).verdict == .open)
        // One side alone, which the trigger has noted, is told of first.
        facts.legacyWriters = [self.writer(last: 4)]
        #expect(Gate.noLegacyWrites(.seconds(5), facts).reason.hasPrefix("'web' as role app"))
    }

    // MARK: - Whose writes are asked for

    private func plan(_ by: String) throws -> Plan {
        let text = """
            version: 1
            name: people
            changes:
              - rename_column: {table: person, from: name, to: title}
              - make_required: {table: person, column: email, fill: "'x'"}
              - change_type: {table: person, column: age, type: bigint}
            dual_write: {by: \(by)}
            """
        return try #require(PlanReader.read(SourceText(name: "p", text: text)).0)
    }

    @Test func `of several changes those are asked for that an application can write twice`() throws {
        #expect(try plan("application").missedWrites.map(\.plan) == ["people#1", "people#3"])
        #expect(try plan("trigger").missedWrites.map(\.plan) == ["people#1", "people#2", "people#3"])
    }

    @Test func `every row is compared once more before what would fail at a wrong one`() throws {
        let application = try plan("application")
        #expect(Phase.allCases.filter(application.comparesRows) == [.enforce, .contract])
        #expect(Phase.allCases.filter(try plan("trigger").comparesRows) == [.contract])
    }
}
