import Cluster
import Foundation
import Postgres

/// The rename from the first to the last phase, with the application's versions deployed around it.
struct Demonstration {
    /// For how long all three versions run side by side once the change is enforced.
    private static let together = Duration.seconds(5)
    /// For how long there is nothing but the application, before and after the change.
    private static let calm = Duration.seconds(2)

    private let settings: Settings
    private let target: ConnectionTarget
    private let program: Program
    private let session: Session
    private let fleet: Fleet
    private var summary: Summary

    private init(_ settings: Settings, on cluster: Cluster) async throws {
        self.settings = settings
        let url = try await Self.createDatabase(on: cluster)
        target = ConnectionTarget(url: url, environment: [:])
        // The cluster's folder goes when the server goes, however this process ends.
        let plans = URL(filePath: cluster.folder)
        try DemoPlan.write(into: plans)
        program = Program(executable: settings.crossfade, database: url, plans: plans)
        session = try await Session.open(target, as: "demo")
        fleet = Fleet(target, rows: settings.rows)
        summary = Summary(rows: settings.rows)
    }

    private static let database = "shop"

    /// Creates the application's database.
    ///
    /// - Returns: its address.
    static func createDatabase(on cluster: Cluster) async throws -> String {
        let target = ConnectionTarget(url: cluster.url, environment: [:])
        let session = try await Session.open(target, as: "demo")
        try await session.run { connection in _ = try connection.execute("CREATE DATABASE \(database)") }
        await session.close()
        return cluster.url(database: database)
    }

    /// Carries it all out on a fresh cluster.
    static func run(_ settings: Settings, on cluster: Cluster) async throws -> Summary {
        var demonstration = try await Demonstration(settings, on: cluster)
        do {
            try await demonstration.play()
        } catch {
            // What the clients met with often is the reason, and is told with it.
            demonstration.summary.problem = "\(error)"
        }
        demonstration.summary.end()
        await demonstration.fleet.cancel()
        try Task.checkCancellation()
        await demonstration.account()
        return demonstration.summary
    }

    // MARK: - The play

    private mutating func play() async throws {
        let rows = settings.rows
        Screen.heading("A shop's database with \(Words.number(rows)) users and profiles")
        try await measure("load") { it in
            try await it.session.run { try Schema.load(rows: rows, on: $0) }
        }
        summary.begin()
        try await deploy(.old, "reads and writes bio")
        try await measure("before") { _ in try await Task.sleep(for: Self.calm) }
        Screen.heading("The plan")
        Screen.show(DemoPlan.text + "\n")
        try await program.run("check")
        for phase in DemoPlan.phases {
            if phase == "contract" { try await retireVersions() }
            try await advance(phase)
            if phase == "expand" { try await deploy(.dual, "writes both columns") }
            if phase == "enforce" { try await shareTheTable() }
        }
        try await purge()
        try await measure("after") { _ in try await Task.sleep(for: Self.calm) }
        await fleet.stop(.new)
        try await inspect()
    }

    private mutating func advance(_ phase: String) async throws {
        Screen.heading("Phase \(phase)")
        try await measure(phase) { it in
            // Its report is the status.
            try await it.program.run("advance", DemoPlan.name, "--wait", "--confirm", DemoPlan.name)
        }
    }

    private func deploy(_ version: ApplicationVersion, _ what: String) async throws {
        Screen.heading("Deployed: the \(version) version, which \(what)")
        await fleet.start(version)
    }

    /// Old, dual and new at work on one table.
    private mutating func shareTheTable() async throws {
        try await deploy(.new, "knows biography only")
        try await measure("together") { _ in try await Task.sleep(for: Self.together) }
        await reportTraffic()
        try await program.run("status", DemoPlan.name)
    }

    /// Only what knows the new column stays; it goes on with the others' rows.
    private mutating func retireVersions() async throws {
        Screen.heading("Stopped: the old and the dual version; the new one takes over their rows")
        for version in [ApplicationVersion.old, .dual] {
            await fleet.stop(version)
            await fleet.handOver(version, to: .new)
        }
        await reportTraffic()
        summary.violations += try await session.run { try Inspection.violations([Inspection.columnsDiffer], on: $0) }
    }

    private mutating func purge() async throws {
        Screen.heading("Purge, once the old column was kept for \(DemoPlan.retain)")
        try await measure("purge") { it in
            try await Task.sleep(for: DemoPlan.retain + .milliseconds(500))
            try await it.program.run("purge", DemoPlan.name, "--confirm", DemoPlan.name)
        }
        try await program.run("history", DemoPlan.name)
    }

    // MARK: - Accounts

    private mutating func measure(_ part: String, _ work: (Demonstration) async throws -> Void) async throws {
        let start = ContinuousClock.now
        _ = await fleet.takeRecentWait()
        try await work(self)
        summary.parts.append(Summary.Part(name: part, time: .now - start, wait: await fleet.takeRecentWait()))
    }

    private func reportTraffic() async {
        for version in ApplicationVersion.allCases {
            let statistics = await fleet.statistics(of: version)
            let statements = Words.number(statistics.statements)
            Screen.show("  \(version): \(statements) statements, \(statistics.failures) failed")
        }
        Screen.show("")
    }

    private mutating func inspect() async throws {
        let rows = settings.rows
        for client in await fleet.clients {
            let written = client.memory.written
            try await session.run { try Inspection.record(written, on: $0) }
        }
        summary.violations += try await session.run {
            try Inspection.violations(Inspection.atTheEnd(rows: rows), on: $0)
        }
        summary.comparison = try await session.run { connection in
            func count(_ query: String) throws -> Int { try connection.query(query).only().decode(at: 0) }
            return try Summary.Comparison(
                rows: count(#"SELECT count(*) FROM "Profile""#),
                written: count("SELECT count(*) FROM written"),
                differing: count(Inspection.lostWrites)
            )
        }
    }

    private mutating func account() async {
        for version in ApplicationVersion.allCases {
            summary.versions.append((version, await fleet.statistics(of: version)))
        }
    }
}
