import Cluster
import Foundation
import Postgres

/// The database, the program and the clients of one demonstration.
struct Stage<Client: ApplicationClient>: Sendable {
    let plan: DemoPlan
    let rows: Int
    let program: Program
    let session: Session
    let fleet: Fleet<Client>
    let timeline: Timeline<Client>

    /// Creates the application's database on a fresh cluster.
    ///
    /// The plan is written into the cluster's folder, which is removed with it.
    init(_ plan: DemoPlan, _ settings: Settings, on cluster: Cluster) async throws {
        self.plan = plan
        rows = settings.rows
        let plans = URL(filePath: cluster.folder)
        try plan.write(into: plans)
        let server = try await Session.open(ConnectionTarget(url: cluster.url, environment: [:]), as: "demo")
        try await server.run { connection in _ = try connection.execute("CREATE DATABASE \(DemoDatabase.name)") }
        await server.close()
        let url = cluster.url(database: DemoDatabase.name)
        let target = ConnectionTarget(url: url, environment: [:])
        program = Program(executable: settings.crossfade, database: url, plans: plans)
        session = try await Session.open(target, as: "demo")
        fleet = Fleet(target)
        timeline = Timeline(fleet: fleet, table: PartTable(versions: Client.versions))
    }

    /// Runs a demonstration from the load to the comparison, and then ends all clients.
    ///
    /// - Throws: `CancellationError` only; any other error is the summary's problem.
    func perform(_ play: (inout Summary) async throws -> Void) async throws -> Summary {
        var summary = Summary(rows: rows)
        do {
            timeline.begin()
            try await play(&summary)
        } catch {
            summary.problem = "\(error)"
        }
        await fleet.cancel()
        try Task.checkCancellation()
        summary.statistics = await fleet.reading.statistics
        return summary
    }

    // MARK: - Parts

    /// Lets the application run alone.
    func traffic(for time: Duration) async throws {
        try await timeline.measure("traffic") { _ in try await Task.sleep(for: time) }
    }

    /// Checks the plan against the catalog and the rows.
    func check() async throws {
        try await timeline.measure("check") { _ in try await program.run("check", plan.name, "--data") }
    }

    /// Runs phases, one after the other.
    func advance(_ phases: String...) async throws {
        for phase in phases {
            try await timeline.measure(phase) { gauge in try await program.advance(plan.name, gauge) }
        }
    }

    /// Waits until the plan allows purge, and purges.
    func purge(after retention: Duration) async throws {
        timeline.note("purge may begin \(Words.seconds(retention)) s after contract")
        try await traffic(for: retention)
        try await timeline.measure("purge") { _ in
            try await program.run("purge", plan.name, "--confirm", plan.name)
        }
    }

    /// Makes checks, and notes what they find.
    func inspect(_ checks: [Inspection.Check], _ summary: inout Summary) async throws {
        summary.checks += checks.count
        summary.violations += try await session.run { try Inspection.violations(checks, on: $0) }
    }
}
