import Foundation
import Testing
import Workflow

/// What a throttle says of readings, at seconds after its start.
struct ThrottleCase: CustomTestStringConvertible, Sendable {
    /// Something that happens, or is looked at.
    enum Event: Sendable {
        case reads(Signal, SignalReading, at: Double)
        case holds(Signal, ThrottleReason.Kind, String, since: Double, at: Double)
        case goesOn(at: Double)
        case retunes(ThrottleSettings, at: Double)
    }

    let testDescription: String
    var settings: ThrottleSettings
    var window: TimeWindow?
    let events: [Event]

    init(
        _ sentence: String,
        _ settings: ThrottleSettings,
        window: TimeWindow? = nil,
        _ events: Event...
    ) {
        testDescription = sentence
        self.settings = settings
        self.window = window
        self.events = events
    }
}

extension ThrottleSettings {
    /// Only what is set here is on.
    static func only(_ change: (inout ThrottleSettings) -> Void) -> ThrottleSettings {
        var settings = ThrottleSettings.off
        change(&settings)
        return settings
    }
}

@Suite struct ThrottleTests {
    /// Monday, 2024-01-01 00:00 UTC.
    private static let start = Date(timeIntervalSince1970: 1_704_067_200)

    private static let lag = ThrottleSettings.only { $0.replicaLag = .seconds(10) }
    private static let flag = ThrottleSettings.only { $0.flagFile = "hold" }
    private static let sessions = ThrottleSettings.only { $0.activeSessions = .percent(80) }

    private static func behind(_ seconds: Double) -> SignalReading {
        .measured(seconds, "\(ThrottleWords.seconds(seconds)) behind on standby1")
    }

    private static func busy(_ least: Double, _ most: Double) -> SignalReading {
        .measured(
            .init(least: least, most: most, of: 100, "\(Int(least)) sessions are active", hidden: "some are hidden")
        )
    }

    static let blindness = [
        ThrottleCase("nothing switched on never holds", .off, .goesOn(at: 0), .goesOn(at: 3_600)),
        ThrottleCase(
            "a signal not read yet holds as measuring, and after its limit as unmeasurable",
            lag,
            .holds(.replicaLag, .measuring, "replica_lag is being measured", since: 0, at: 0),
            .holds(.replicaLag, .measuring, "replica_lag is being measured", since: 0, at: 15),
            .holds(
                .replicaLag,
                .unmeasurable,
                "replica_lag cannot be measured: there is no reading after 15 s; replica_lag: off does without it",
                since: 0,
                at: 16
            )
        ),
        ThrottleCase(
            "a reading that is too old holds, and a new one lets go at once",
            lag,
            .reads(.replicaLag, behind(0), at: 1),
            .goesOn(at: 16),
            .holds(
                .replicaLag,
                .unmeasurable,
                "replica_lag cannot be measured: the last reading is 16 s old; replica_lag: off does without it",
                since: 1,
                at: 17
            ),
            .reads(.replicaLag, behind(0), at: 18),
            .goesOn(at: 18)
        ),
        ThrottleCase(
            "a slow signal may be older",
            .only { $0.command = "true" },
            .reads(.command, .judged(holds: false, ""), at: 1),
            .goesOn(at: 31),
            .holds(
                .command,
                .unmeasurable,
                "command cannot be measured: the last reading is 31 s old; command: off does without it",
                since: 1,
                at: 32
            )
        ),
        ThrottleCase(
            "an error holds since the first one, and a reading lets go at once",
            lag,
            .reads(.replicaLag, behind(0), at: 1),
            .reads(.replicaLag, .unprivileged("the role may not see replicas"), at: 2),
            .reads(.replicaLag, .unprivileged("the role may not see replicas"), at: 3),
            .holds(
                .replicaLag,
                .unmeasurable,
                "replica_lag cannot be measured: the role may not see replicas; "
                    + "grant pg_monitor to the role or set replica_lag: off",
                since: 2,
                at: 4
            ),
            .reads(.replicaLag, behind(0), at: 5),
            .goesOn(at: 5)
        ),
        ThrottleCase(
            "an error does not end what held before",
            lag,
            .reads(.replicaLag, behind(12), at: 1),
            .reads(.replicaLag, .unmeasurable("the server is gone"), at: 2),
            .reads(.replicaLag, behind(7), at: 3),
            .holds(
                .replicaLag,
                .held,
                "7 s behind on standby1 (limit 10 s, goes on at 5 s)",
                since: 1,
                at: 3
            )
        ),
        ThrottleCase(
            "a reading of a signal that is off is not listened to",
            flag,
            .reads(.flagFile, .judged(holds: false, ""), at: 1),
            .reads(.replicaLag, behind(100), at: 1),
            .goesOn(at: 1)
        ),
        ThrottleCase(
            "a reading that comes late does not replace a newer one",
            lag,
            .reads(.replicaLag, behind(0), at: 5),
            .reads(.replicaLag, behind(100), at: 4),
            .goesOn(at: 5)
        ),
    ]

    static let edges = [
        ThrottleCase(
            "a lag holds from its limit on, and lets go at half of it",
            lag,
            .reads(.replicaLag, behind(9.9), at: 1),
            .goesOn(at: 1),
            .reads(.replicaLag, behind(12.3), at: 2),
            .holds(.replicaLag, .held, "12.3 s behind on standby1 (limit 10 s)", since: 2, at: 2),
            .reads(.replicaLag, behind(5.1), at: 13),
            .holds(.replicaLag, .held, "5.1 s behind on standby1 (limit 10 s, goes on at 5 s)", since: 2, at: 13),
            .reads(.replicaLag, behind(5), at: 14),
            .goesOn(at: 14),
            .reads(.replicaLag, behind(7), at: 15),
            .goesOn(at: 15)
        ),
        ThrottleCase(
            "a pause lasts ten seconds at least, and ends without another reading",
            lag,
            .reads(.replicaLag, behind(12), at: 2),
            .reads(.replicaLag, behind(0.2), at: 3),
            .holds(
                .replicaLag,
                .held,
                "200 ms behind on standby1 (limit 10 s; a pause takes 10 s at least)",
                since: 2,
                at: 11.9
            ),
            .goesOn(at: 12)
        ),
        ThrottleCase(
            "a value that rises again within the pause goes on holding",
            lag,
            .reads(.replicaLag, behind(12), at: 2),
            .reads(.replicaLag, behind(1), at: 3),
            .reads(.replicaLag, behind(6), at: 4),
            .holds(.replicaLag, .held, "6 s behind on standby1 (limit 10 s, goes on at 5 s)", since: 2, at: 13)
        ),
        ThrottleCase(
            "a flag file holds no longer than it is there",
            flag,
            .reads(.flagFile, .judged(holds: true, "the file hold exists"), at: 1),
            .holds(.flagFile, .held, "the file hold exists", since: 1, at: 1),
            .reads(.flagFile, .judged(holds: false, ""), at: 2),
            .goesOn(at: 2)
        ),
        ThrottleCase(
            "a query that gives true holds for ten seconds at least",
            .only { $0.query = ThrottleQuery(sql: "SELECT true") },
            .reads(.query, .judged(holds: true, "the query gives true"), at: 1),
            .reads(.query, .judged(holds: false, "the query gives false"), at: 2),
            .holds(.query, .held, "the query gives false (over; a pause takes 10 s at least)", since: 1, at: 10),
            .goesOn(at: 11)
        ),
        ThrottleCase(
            "a share is one of the whole that the reading tells",
            sessions,
            .reads(.activeSessions, busy(79, 79), at: 1),
            .goesOn(at: 1),
            .reads(.activeSessions, busy(80, 80), at: 2),
            .holds(.activeSessions, .held, "80 sessions are active (limit 80)", since: 2, at: 2),
            .reads(.activeSessions, busy(71, 71), at: 13),
            .holds(.activeSessions, .held, "71 sessions are active (limit 80, goes on at 70)", since: 2, at: 13),
            .reads(.activeSessions, busy(70, 70), at: 14),
            .goesOn(at: 14)
        ),
        ThrottleCase(
            "what is hidden matters only where it could reach the limit",
            sessions,
            .reads(.activeSessions, busy(2, 79), at: 1),
            .goesOn(at: 1),
            .reads(.activeSessions, busy(2, 80), at: 2),
            .holds(
                .activeSessions,
                .unmeasurable,
                "active_sessions cannot be measured: some are hidden; "
                    + "grant pg_monitor to the role or set active_sessions: off",
                since: 2,
                at: 2
            ),
            .reads(.activeSessions, busy(81, 95), at: 3),
            .holds(.activeSessions, .held, "81 sessions are active (limit 80)", since: 3, at: 3)
        ),
        ThrottleCase(
            "one waiting request holds until none waits",
            .only { $0.lockWaits = 1 },
            .reads(.lockWaits, .measured(1, "1 request waits"), at: 1),
            .holds(.lockWaits, .held, "1 request waits (limit 1)", since: 1, at: 12),
            .reads(.lockWaits, .measured(0, "no request waits"), at: 13),
            .goesOn(at: 13)
        ),
        ThrottleCase(
            "sizes are said in the server's units",
            .only { $0.walBacklog = ByteSize(bytes: 1 << 30) },
            .reads(.walBacklog, .measured(1.5 * 1_073_741_824, "1.5 GB wait for the archive"), at: 1),
            .holds(.walBacklog, .held, "1.5 GB wait for the archive (limit 1 GB)", since: 1, at: 1)
        ),
        ThrottleCase(
            "commits let go at six tenths",
            .only { $0.commitLatency = .milliseconds(100) },
            .reads(.commitLatency, .measured(0.15, "a commit takes 150 ms"), at: 1),
            .reads(.commitLatency, .measured(0.061, "a commit takes 61 ms"), at: 12),
            .holds(.commitLatency, .held, "a commit takes 61 ms (limit 100 ms, goes on at 60 ms)", since: 1, at: 12),
            .reads(.commitLatency, .measured(0.06, "a commit takes 60 ms"), at: 13),
            .goesOn(at: 13)
        ),
    ]

    static let reasons = [
        ThrottleCase(
            "a fact is told before what is still being measured",
            .only {
                $0.replicaLag = .seconds(10)
                $0.flagFile = "hold"
            },
            .holds(.flagFile, .measuring, "flag_file is being measured", since: 0, at: 0),
            .reads(.replicaLag, behind(12), at: 1),
            .holds(.replicaLag, .held, "12 s behind on standby1 (limit 10 s)", since: 1, at: 1)
        ),
        ThrottleCase(
            "one reason is told while it lasts, and then the next with its own beginning",
            .only {
                $0.replicaLag = .seconds(10)
                $0.flagFile = "hold"
            },
            .reads(.flagFile, .judged(holds: false, ""), at: 1),
            .reads(.replicaLag, behind(12), at: 1),
            .holds(.replicaLag, .held, "12 s behind on standby1 (limit 10 s)", since: 1, at: 1),
            .reads(.flagFile, .judged(holds: true, "the file hold exists"), at: 2),
            .holds(.replicaLag, .held, "12 s behind on standby1 (limit 10 s)", since: 1, at: 3),
            .reads(.replicaLag, behind(1), at: 12),
            .holds(.flagFile, .held, "the file hold exists", since: 2, at: 12),
            .reads(.flagFile, .judged(holds: false, ""), at: 13),
            .goesOn(at: 13)
        ),
        ThrottleCase(
            "a higher limit lets go of what it allows, and the reading stays",
            lag,
            .reads(.replicaLag, behind(12), at: 1),
            .holds(.replicaLag, .held, "12 s behind on standby1 (limit 10 s)", since: 1, at: 12),
            .retunes(.only { $0.replicaLag = .seconds(60) }, at: 12),
            .goesOn(at: 12)
        ),
        ThrottleCase(
            "a lower limit holds at once",
            lag,
            .reads(.replicaLag, behind(4), at: 1),
            .goesOn(at: 2),
            .retunes(.only { $0.replicaLag = .seconds(2) }, at: 3),
            .holds(.replicaLag, .held, "4 s behind on standby1 (limit 2 s)", since: 3, at: 3)
        ),
        ThrottleCase(
            "a signal that is switched on is measured first, and one switched off is forgotten",
            lag,
            .reads(.replicaLag, behind(12), at: 1),
            .retunes(flag, at: 2),
            .holds(.flagFile, .measuring, "flag_file is being measured", since: 2, at: 2),
            .reads(.flagFile, .judged(holds: false, ""), at: 3),
            .goesOn(at: 3)
        ),
        ThrottleCase(
            "another file is another matter",
            flag,
            .reads(.flagFile, .judged(holds: true, "the file hold exists"), at: 1),
            .retunes(.only { $0.flagFile = "other" }, at: 2),
            .holds(.flagFile, .measuring, "flag_file is being measured", since: 2, at: 2)
        ),
        ThrottleCase(
            "a closed window holds until it opens",
            .off,
            window: TimeOfDay("01:00").flatMap { from in
                TimeOfDay("05:00").map { TimeWindow(days: [.mon], from: from, to: $0, zone: .gmt) }
            },
            .holds(.window, .held, "outside its window, which opens at 2024-01-01T01:00:00Z", since: 0, at: 0),
            .holds(.window, .held, "outside its window, which opens at 2024-01-01T01:00:00Z", since: 0, at: 3_599),
            .goesOn(at: 3_600),
            .goesOn(at: 5 * 3_600 - 1),
            .holds(
                .window,
                .held,
                "outside its window, which opens at 2024-01-08T01:00:00Z",
                since: 5 * 3_600,
                at: 5 * 3_600
            )
        ),
    ]

    @Test(arguments: blindness + edges + reasons)
    func `a throttle`(of example: ThrottleCase) {
        var throttle = Throttle(example.settings, window: example.window, at: Self.start)
        for event in example.events {
            switch event {
            case .reads(let signal, let reading, let at):
                throttle.take(reading, of: signal, at: Self.start + at)
            case .retunes(let settings, let at):
                throttle.retune(settings, window: example.window, at: Self.start + at)
            case .goesOn(let at):
                #expect(throttle.hold(at: Self.start + at) == nil, "at \(at)")
            case .holds(let signal, let kind, let text, let since, let at):
                let reason = ThrottleReason(signal: signal, kind: kind, text: text, since: Self.start + since)
                #expect(throttle.hold(at: Self.start + at) == reason, "at \(at)")
            }
        }
    }

    @Test func `every signal but the window is a key of the plan, and on when its key is set`() {
        var settings = ThrottleSettings.off
        #expect(settings.signals.isEmpty)
        settings.replicaLag = .seconds(1)
        settings.replicaLagBytes = ByteSize(bytes: 1)
        settings.replicaURLs = ["host=a"]
        settings.slotLag = ByteSize(bytes: 1)
        settings.activeSessions = .count(1)
        settings.lockWaits = 1
        settings.walBacklog = ByteSize(bytes: 1)
        settings.walRate = ByteSize(bytes: 1)
        settings.oldestTransaction = .seconds(1)
        settings.xminAge = 1
        settings.wraparoundVacuum = .hold
        settings.commitLatency = .seconds(1)
        settings.query = ThrottleQuery(sql: "SELECT true")
        settings.command = "true"
        settings.url = "http://localhost"
        settings.flagFile = "a"
        settings.sharedFlagFile = "b"
        #expect(settings.signals == Set(Signal.allCases).subtracting([.window]))
    }
}

@Suite struct ReplayClockTests {
    private static let start = Date(timeIntervalSince1970: 0)

    @Test func `a replica is behind since the first position it has not reached`() {
        var clock = ReplayClock()
        #expect(clock.lag(of: 0, at: Self.start) == nil)
        for second in 0...10 { clock.note(100 + Int64(second) * 10, at: Self.start + Double(second)) }
        #expect(clock.lag(of: 200, at: Self.start + 11) == 0)
        #expect(clock.lag(of: 199, at: Self.start + 11) == 1)
        #expect(clock.lag(of: 100, at: Self.start + 11) == 10)
    }

    @Test func `nobody knows how far behind a replica was before the first note`() {
        var clock = ReplayClock()
        clock.note(100, at: Self.start)
        #expect(clock.lag(of: 99, at: Self.start + 5) == nil)
        #expect(clock.lag(of: 100, at: Self.start + 5) == 0)
    }

    @Test func `a primary that stands still makes nobody late`() {
        var clock = ReplayClock()
        for second in 0...100 { clock.note(100, at: Self.start + Double(second)) }
        #expect(clock.lag(of: 100, at: Self.start + 101) == 0)
        clock.note(101, at: Self.start + 101)
        #expect(clock.lag(of: 100, at: Self.start + 103) == 2)
    }

    @Test func `a replica that stands still for a day is a day behind`() throws {
        var clock = ReplayClock()
        for second in 0...86_400 { clock.note(Int64(second), at: Self.start + Double(second)) }
        let lag = try #require(clock.lag(of: 0, at: Self.start + 86_400))
        #expect(lag > 80_000 && lag < 86_400)
    }

    @Test func `a position that goes back is another server's`() {
        var clock = ReplayClock()
        clock.note(100, at: Self.start)
        clock.note(50, at: Self.start + 1)
        #expect(clock.lag(of: 50, at: Self.start + 2) == 0)
    }
}

@Suite struct ThrottleWordsTests {
    @Test(
        arguments: [
            (0, "0 ms"), (0.35, "350 ms"), (1, "1 s"), (12.34, "12.3 s"), (60, "1 min"), (754, "12 min 34 s"),
            (12_000, "3 h 20 min"), (90_000, "1 d 1 h"),
        ] as [(Double, String)]
    )
    func `a time is said in the units that matter`(seconds: Double, text: String) {
        #expect(ThrottleWords.seconds(seconds) == text)
    }

    @Test(
        arguments: [
            (0, "0 bytes"), (1_023, "1023 bytes"), (1_024, "1 kB"), (3_355_443, "3.2 MB"), (1_073_741_824, "1 GB"),
        ] as [(Double, String)]
    )
    func `a size is said in the server's units`(bytes: Double, text: String) {
        #expect(ThrottleWords.bytes(bytes) == text)
    }

    @Test(arguments: [(0, "0 rows"), (1, "1 row"), (1_234_567, "1,234,567 rows")])
    func `a count has commas`(count: Int, text: String) {
        #expect(ThrottleWords.counted(count, "row") == text)
    }
}
