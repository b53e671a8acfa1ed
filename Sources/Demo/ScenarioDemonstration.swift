import Cluster
import Foundation
import Postgres

/// A change of any kind from the first to the last phase, with the application's versions at work around it.
struct ScenarioDemonstration {
    private static let together = Duration.seconds(3)
    private static let clientsPerVersion = 3

    private let scenario: Scenario
    private let rows: Int
    private let plans: URL
    private let target: ConnectionTarget
    private let program: Program
    private let session: Session
    private var summary: Summary
    private var clients: [(client: ScenarioClient, work: Task<Void, Never>)] = []

    private init(_ scenario: Scenario, _ settings: Settings, on cluster: Cluster) async throws {
        self.scenario = scenario
        rows = settings.rows
        let url = try await Demonstration.createDatabase(on: cluster)
        target = ConnectionTarget(url: url, environment: [:])
        plans = URL(filePath: cluster.folder)
        let plan = try scenario.plan(examples: settings.examples)
        try Data(plan.utf8).write(to: plans.appending(path: "\(Scenario.planName).yaml"))
        program = Program(executable: settings.crossfade, database: url, plans: plans)
        session = try await Session.open(target, as: "demo")
        summary = Summary(rows: settings.rows)
    }

    /// Carries it all out on a fresh cluster.
    static func run(_ scenario: Scenario, _ settings: Settings, on cluster: Cluster) async throws -> Summary {
        var demonstration = try await ScenarioDemonstration(scenario, settings, on: cluster)
        do {
            try await demonstration.play()
        } catch {
            // What the clients met with often is the reason, and is told with it.
            demonstration.summary.problem = "\(error)"
        }
        demonstration.summary.end()
        for member in demonstration.clients { member.work.cancel() }
        for member in demonstration.clients { await member.work.value }
        try Task.checkCancellation()
        demonstration.account()
        return demonstration.summary
    }

    // MARK: - The play

    private mutating func play() async throws {
        Screen.heading("\(scenario.kind), on \(Words.number(rows)) rows")
        try await measure("load") { it in
            let script = it.scenario.schema.replacing("{rows}", with: "\(it.rows)")
            try await it.session.run { connection in
                try connection.execute(script)
                try connection.execute("VACUUM (ANALYZE)")
                // What the old version reads of what was loaded, to compare with what the new one reads in the end.
                try connection.execute(
                    "CREATE TEMPORARY TABLE loaded AS SELECT n AS key, (\(it.loaded(it.scenario.old.read))) AS value FROM generate_series(1, \(it.rows)) n"
                )
            }
        }
        summary.begin()
        start(.old)
        try await program.run("check", "--data")
        try await advance("expand")
        try await advance("backfill")
        try await advance("dual_write_check")
        try await advance("enforce")
        Screen.heading("Deployed: the version that knows the new shape")
        start(.new)
        try await measure("together") { _ in try await Task.sleep(for: Self.together) }
        try await inspect(scenario.between)
        Screen.heading("Stopped: the version that knows the old shape")
        await stop(.old)
        try await advance("contract")
        if scenario.hasPurge {
            try await measure("purge") { it in
                try await Task.sleep(for: .milliseconds(2500))
                try await it.program.run("purge", Scenario.planName, "--confirm", Scenario.planName)
            }
        }
        try await measure("after") { _ in try await Task.sleep(for: .seconds(1)) }
        await stop(.new)
        try await program.run("status", Scenario.planName)
        try await inspect(scenario.afterwards)
        try await compare()
    }

    private mutating func advance(_ phase: String) async throws {
        Screen.heading("Phase \(phase)")
        try await measure(phase) { it in
            try await it.program.run("advance", Scenario.planName, "--wait", "--confirm", Scenario.planName)
        }
    }

    private mutating func start(_ version: ApplicationVersion) {
        for _ in 0..<Self.clientsPerVersion {
            let client = ScenarioClient(version, number: clients.count + 1, of: scenario)
            clients.append((client, Task { [target] in await client.run(on: target) }))
        }
    }

    private func stop(_ version: ApplicationVersion) async {
        let leaving = clients.filter { $0.client.version == version }
        for member in leaving { member.client.stop() }
        for member in leaving { await member.work.value }
    }

    // MARK: - Accounts

    private mutating func measure(_ part: String, _ work: (ScenarioDemonstration) async throws -> Void) async throws {
        let start = ContinuousClock.now
        for member in clients { _ = member.client.takeRecentWait() }
        try await work(self)
        let wait = clients.map { $0.client.takeRecentWait() }.max() ?? .zero
        summary.parts.append(Summary.Part(name: part, time: .now - start, wait: wait))
    }

    private mutating func inspect(_ checks: [Scenario.Check]) async throws {
        summary.violations += try await session.run { try Inspection.violations(checks, on: $0) }
    }

    /// A read for each loaded row, as part of a query.
    private func loaded(_ read: String) -> String { read.replacing("{key}", with: "n") }

    /// Everything that any client wrote last or deleted, and everything loaded, read as the new version reads it.
    private mutating func compare() async throws {
        let read = scenario.new.read
        var written: [Int: String] = [:]
        var deleted: Set<Int> = []
        for member in clients {
            written.merge(member.client.written) { $1 }
            deleted.formUnion(member.client.deleted)
        }
        let untouched = "SELECT value, (\(loaded(read))) AS found FROM loaded CROSS JOIN LATERAL (SELECT key AS n) k"
        summary.comparison = try await session.run { [written, deleted] connection in
            var (rows, differing) = (0, 0)
            for (key, expected) in written {
                let found: String? = try connection.query(ScenarioClient.text(read, key, "")).first?.decodeIfPresent(
                    at: 0
                )
                if found != nil { rows += 1 }
                if found != expected { differing += 1 }
            }
            for key in deleted where try connection.query(ScenarioClient.text(read, key, "")).first != nil {
                differing += 1
            }
            let counts = try connection.query(
                "SELECT count(found) AS rows, count(*) FILTER (WHERE found IS DISTINCT FROM value) AS differing FROM (\(untouched)) u"
            ).only()
            rows += try counts.decode("rows", as: Int.self)
            differing += try counts.decode("differing", as: Int.self)
            return Summary.Comparison(rows: rows, written: written.count, differing: differing)
        }
    }

    private mutating func account() {
        for version in [ApplicationVersion.old, .new] {
            var sum = ClientStatistics()
            for member in clients where member.client.version == version { sum.add(member.client.statistics) }
            summary.versions.append((version, sum))
        }
    }
}
