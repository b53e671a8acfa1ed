import Cluster
import Postgres

/// The rename of a column from the first to the last phase, with three versions of an application deployed around it.
struct RenameDemonstration {
    private let stage: Stage<ProfileClient>

    private static let clientsPerVersion = 2

    /// Carries it all out on a fresh cluster.
    static func run(_ settings: Settings, on cluster: Cluster) async throws -> Summary {
        Introduction(kind: "rename_column", plan: .rename, rows: settings.rows, versions: ProfileClient.versions).show()
        let stage = try await Stage<ProfileClient>(.rename, settings, on: cluster)
        let demonstration = RenameDemonstration(stage: stage)
        return try await stage.perform { try await demonstration.play(&$0) }
    }

    private func play(_ summary: inout Summary) async throws {
        let (timeline, rows) = (stage.timeline, stage.rows)
        try await timeline.measure("load") { [session = stage.session] _ in
            try await session.run { try Schema.load(rows: rows, on: $0) }
        }
        await deploy(.old, "it reads and writes bio")
        try await stage.traffic(for: .seconds(2))
        try await stage.check()
        try await stage.advance("expand")
        await deploy(.dual, "it writes both columns")
        try await stage.advance("backfill", "dual_write_check", "enforce")
        await deploy(.new, "it reads and writes biography")
        try await stage.traffic(for: .seconds(4))
        await stopOldVersions()
        try await stage.inspect([Inspection.columnsDiffer], &summary)
        try await stage.advance("contract")
        try await stage.purge(after: stage.plan.retention ?? .zero)
        await stage.fleet.stop(.new)
        try await compare(&summary)
    }

    private func deploy(_ version: ApplicationVersion, _ what: String) async {
        stage.timeline.note("\(version) version deployed: \(what)")
        let deployed = await stage.fleet.clients.count
        for number in deployed..<deployed + Self.clientsPerVersion {
            let stride = ApplicationVersion.allCases.count * Self.clientsPerVersion
            let memory = Memory(remainder: number, of: stride, rows: stage.rows)
            await stage.fleet.start(ProfileClient(version, number: number + 1, memory: memory))
        }
    }

    private func stopOldVersions() async {
        stage.timeline.note("old and dual version stopped: the new version takes over their rows")
        for version in [ApplicationVersion.old, .dual] {
            await stage.fleet.stop(version)
            await stage.fleet.handOver(version, to: .new)
        }
    }

    private func compare(_ summary: inout Summary) async throws {
        let rows = stage.rows
        let clients = await stage.fleet.clients
        summary.comparison = try await stage.timeline.measure("compare") { [session = stage.session] _ in
            try await session.run { connection in
                try Inspection.record(clients, on: connection)
                return try Inspection.compareProfiles(loaded: rows, on: connection)
            }
        }
        try await stage.inspect(Inspection.atTheEnd(rows: rows), &summary)
    }
}
