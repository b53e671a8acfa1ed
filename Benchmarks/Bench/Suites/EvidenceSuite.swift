import Foundation
import Postgres

/// What it costs an old version's write that it leaves evidence behind: the sync trigger against itself without that part.
///
/// Each on a table of its own with the same rows. The statements take turns one by one, so that whatever else the machine does
/// befalls all alike, and medians are compared.
struct EvidenceSuite: Suite {
    private static let bound = 1.05
    /// Single-row updates of the old column of each table in one round.
    private static let updates = 2000
    private static let rounds = 9

    func run(on stage: Stage) async throws -> Findings {
        try await stage.onFreshDatabase(.bigint, rows: min(stage.settings.rows, 100_000), measure)
    }

    private func measure(_ database: Database, _ stage: Stage) async throws -> Findings {
        let contender = CrossfadeBackfill(stage.program, workers: 2)
        try await contender.prepare(database)
        _ = try await contender.backfill(database)
        for twin in Twin.allCases { try await twin.create(in: database, rows: Self.updates) }
        try await database.execute("SET synchronous_commit = off")

        var (client, server) = (Durations(), Durations())
        // The first round fills the caches, and is not counted.
        for round in 0...Self.rounds {
            try await database.execute("VACUUM")
            let seen = (try await fromClient(database), try await withinServer(database))
            guard round > 0 else { continue }
            client.add(seen.0)
            server.add(seen.1)
            Screen.remark("evidence, round \(round) of \(Self.rounds): \(Words.decimal(client.lastRatio, 3)) ×")
        }
        return findings(client, server)
    }

    /// Median seconds of a statement as the client that sends it sees it, commit and all; prepared, so that parsing hides nothing.
    private func fromClient(_ database: Database) async throws -> [Twin: Double] {
        let prepare = Twin.allCases.map { "PREPARE \($0.statement) (bigint) AS \($0.update("$1"))" }
        try await database.execute("DEALLOCATE ALL; " + prepare.joined(separator: "; "))
        let seconds = try await database.session.run { connection in
            var seconds: [Twin: [Double]] = [:]
            for number in 1...Self.updates {
                for twin in Twin.inTurn(number) {
                    let start = ContinuousClock.now
                    _ = try connection.execute("EXECUTE \(twin.statement) (\(number))")
                    seconds[twin, default: []].append((ContinuousClock.now - start) / .seconds(1))
                }
            }
            return seconds
        }
        return seconds.compactMapValues { Statistics($0)?.median }
    }

    /// The same from a loop inside the server, where neither client nor commit hides anything.
    private func withinServer(_ database: Database) async throws -> [Twin: Double] {
        let turns = (0..<Twin.allCases.count).map { place in
            let measured = Twin.inTurn(place).map { twin in
                """
                start := clock_timestamp();
                \(twin.update("number"));
                \(twin.rawValue) := \(twin.rawValue) || date_part('epoch', clock_timestamp() - start);
                """
            }
            return "IF number % \(Twin.allCases.count) = \(place) THEN \(measured.joined(separator: "\n")) END IF;"
        }
        let kept = Twin.allCases.map {
            "PERFORM set_config('bench.\($0.rawValue)', (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY s) FROM unnest(\($0.rawValue)) s)::text, false);"
        }
        try await database.execute(
            """
            DO $$
            DECLARE
              start timestamptz;
              \(Twin.allCases.map { "\($0.rawValue) float8[] := '{}';" }.joined(separator: "\n"))
            BEGIN
              FOR number IN 1..\(Self.updates) LOOP
                \(turns.joined(separator: "\n"))
              END LOOP;
              \(kept.joined(separator: "\n"))
            END
            $$
            """
        )
        var seconds: [Twin: Double] = [:]
        for twin in Twin.allCases {
            seconds[twin] = try await database.value("SELECT current_setting('bench.\(twin.rawValue)')::float8")
        }
        return seconds
    }

    private func findings(_ client: Durations, _ server: Durations) -> Findings {
        var table = MarkdownTable("one UPDATE of one row, microseconds", "seen by the client", "within the server")
        for twin in Twin.allCases {
            table.add(twin.title, client.microseconds(twin), server.microseconds(twin))
        }
        table.add("recorded against without", client.text(.recording), server.text(.recording))
        table.add("the same trigger twice, for comparison", client.text(.control), server.text(.control))
        var findings = Findings()
        let ratio = client.ratio(.recording)
        findings.add(.evidence, Words.ratio(ratio), isMet: ratio <= Self.bound)
        findings.sections = [
            Section(
                title: "Evidence",
                text:
                    "Tables of the same rows, whose statements take turns one by one. To the client: prepared, over a socket of the same "
                    + "host, one statement a transaction, `synchronous_commit = off`, so that no disk hides the difference. Within the "
                    + "server: a loop in one transaction, for information. Medians of \(Words.number(Self.updates)) statements; least, "
                    + "median and most of \(Self.rounds) rounds.",
                table: table
            )
        ]
        return findings
    }
}

/// A table with the sync trigger, in one of its forms.
private enum Twin: String, CaseIterable {
    case recording, bare, control

    var title: String {
        switch self {
        case .recording: "the sync trigger"
        case .bare: "the same without evidence"
        case .control: "the same without evidence, once more"
        }
    }

    private var table: String { "public.orders_\(rawValue)" }
    var statement: String { "of_\(rawValue)" }

    func update(_ key: String) -> String {
        "UPDATE \(table) SET \(TableShape.old) = md5(\(TableShape.old)) WHERE id = \(key)"
    }

    /// All of them, beginning with another one each time.
    static func inTurn(_ number: Int) -> [Twin] {
        let first = number % allCases.count
        return Array(allCases[first...] + allCases[..<first])
    }

    func create(in database: Database, rows: Int) async throws {
        let named: String = try await database.value("SELECT tgfoid::regproc::text \(Self.trigger)")
        let function: String = try await database.value("SELECT pg_get_functiondef(tgfoid) \(Self.trigger)")
        let trigger: String = try await database.value("SELECT pg_get_triggerdef(oid) \(Self.trigger)")
        let own = "public.sync_\(rawValue)"
        let body = self == .recording ? function : try Self.withoutEvidence(function)
        try await database.execute(
            """
            CREATE TABLE \(table) (LIKE \(TableShape.table) INCLUDING ALL) WITH (autovacuum_enabled = off);
            INSERT INTO \(table) OVERRIDING SYSTEM VALUE SELECT * FROM \(TableShape.table) ORDER BY id LIMIT \(rows);
            """
        )
        try await database.execute(body.replacing("\(named)()", with: "\(own)()"))
        try await database.execute(
            trigger.replacing("\(named)()", with: "\(own)()").replacing(
                " ON \(TableShape.table) ",
                with: " ON \(table) "
            )
        )
    }

    private static let trigger = "FROM pg_trigger WHERE tgrelid = '\(TableShape.table)'::regclass AND NOT tgisinternal"

    /// The function without what records who wrote, which stands right before its end, and without what that is told.
    private static func withoutEvidence(_ definition: String) throws -> String {
        guard let start = definition.range(of: "  IF side IS NOT NULL THEN"),
            let end = definition.range(of: "  RETURN NEW;\nEND\n", options: .backwards),
            start.lowerBound < end.lowerBound
        else { throw BenchError.unmeasurable("the sync function has no part that records") }
        let bare = definition.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "")
        return bare.replacing(/side := [^;]*;/, with: "")
    }
}

/// Median durations of a statement on each table, round by round, in seconds.
private struct Durations {
    private var rounds: [Twin: [Double]] = [:]

    mutating func add(_ seconds: [Twin: Double]) {
        for (twin, value) in seconds { rounds[twin, default: []].append(value) }
    }

    /// Of each round, against the trigger without evidence.
    private func ratios(_ twin: Twin) -> [Double] {
        zip(rounds[twin, default: []], rounds[.bare, default: []]).map { $0 / $1 }
    }

    var lastRatio: Double { ratios(.recording).last ?? .nan }

    /// The median of the rounds; not a number without one, which meets no bound.
    func ratio(_ twin: Twin) -> Double { Statistics(ratios(twin))?.median ?? .nan }

    func text(_ twin: Twin) -> String {
        Statistics(ratios(twin))?.text { Words.decimal($0, 3) } ?? "not measured"
    }

    func microseconds(_ twin: Twin) -> String {
        Statistics(rounds[twin, default: []])?.text { Words.decimal($0 * 1_000_000, 1) } ?? "not measured"
    }
}
