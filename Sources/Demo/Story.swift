import Cluster
import Foundation
import Postgres

/// The order of things: which version of the application is deployed when, and what the release manager runs.
struct Story {
    let cluster: Cluster
    let rows: Int

    private static let plan = "rename-profile-bio"

    /// - Returns: whether nothing failed, nothing was lost and nothing is wrong.
    func tell() async throws -> Bool {
        let start = ContinuousClock.now
        let schema = Schema(target: ConnectionTarget(url: cluster.url, environment: [:]), rows: rows)
        heading("A database with \(rows) users, each with a profile")
        try schema.load()
        let program = try Program(url: cluster.url, plan: try Self.writePlan())
        let fleet = Fleet(target: schema.target, rows: rows)
        var seconds: [(String, Double)] = []

        heading("Old versions of the application are running: they know only \"bio\"")
        try await fleet.deploy(.old, clients: 3)
        try program.run("check", Self.plan)
        seconds.append(("expand", try program.run("advance", Self.plan)))

        heading("From here on versions that write both columns may come")
        try await fleet.deploy(.dual, clients: 2)
        seconds.append(("backfill", try program.run("advance", Self.plan)))
        try program.run("status", Self.plan)
        seconds.append(("dual_write_check", try program.run("advance", Self.plan, "--wait")))
        seconds.append(("enforce", try program.run("advance", Self.plan)))

        heading("Enforce is verified: versions that know only \"biography\" run beside the others")
        try await fleet.deploy(.new, clients: 3)
        try await Task.sleep(for: .seconds(4))
        try program.run("status", Self.plan)

        heading("The old versions are gone; contract sets \"bio\" aside")
        await fleet.retire(.old)
        await fleet.retire(.dual)
        seconds.append(("contract", try program.run("advance", Self.plan, "--wait", "--confirm", Self.plan)))
        try program.run("status", Self.plan)
        try await Task.sleep(for: .seconds(3.5))
        heading("retain is over; purge drops it")
        seconds.append(("purge", try program.run("purge", Self.plan, "--confirm", Self.plan)))
        try await Task.sleep(for: .seconds(1))
        await fleet.retire(.new)

        let violations = try schema.violations(touched: fleet.touched)
        let lost = fleet.lostReads + (try schema.lost(fleet.remembered))
        let elapsed = (ContinuousClock.now - start).seconds
        let summary = Summary(
            rows: rows,
            elapsed: elapsed,
            phases: seconds,
            tallies: fleet.tallies,
            lost: lost,
            violations: violations
        )
        heading("What it came to")
        print(summary.text)
        return summary.isClean
    }

    private func heading(_ text: String) { print("\n━━ \(text)\n") }

    /// The plan of Plans/rename-profile-bio.yaml, with hours and days shortened to seconds.
    private static func writePlan() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "crossfade-demo-\(ProcessInfo.processInfo.processIdentifier)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = """
            version: 1
            name: \(plan)
            change:
              rename_column: {table: Profile, from: bio, to: biography}
            phases:
              dual_write_check: {observe: 5s, min_writes: 100}
              contract:
                retain: 3s
                requires:
                  - soak: 3s
                  - assertion: {name: no nulls, sql: SELECT id FROM "Profile" WHERE biography IS NULL}
            """
        try text.write(to: folder.appending(path: "\(plan).yaml"), atomically: true, encoding: .utf8)
        return folder
    }
}

extension Duration {
    /// With the fraction.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
