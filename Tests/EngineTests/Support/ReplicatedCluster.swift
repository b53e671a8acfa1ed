import Cluster
import Foundation
import Postgres
import TestSupport

/// A primary and its streaming replica, both gone with the case.
struct ReplicatedCluster: Sendable {
    let primary: Cluster
    let replica: Cluster

    /// The replica's name in `pg_stat_replication`.
    static let name = "standby1"

    /// Returns once the replica streams.
    static func start(configuration: [String: String] = [:]) async throws -> ReplicatedCluster {
        let primary = try await Cluster.start(configuration: configuration)
        do {
            let replica = try await primary.startReplica(name)
            let connection = try connection(primary)
            try await waitUntil("the replica to stream") {
                try !connection.query("SELECT FROM pg_stat_replication WHERE state = 'streaming'").isEmpty
            }
            return ReplicatedCluster(primary: primary, replica: replica)
        } catch {
            await primary.stop()
            throw error
        }
    }

    /// Whether there is a program that copies a cluster.
    static var isPossible: Bool {
        guard let binaries = try? PostgresBinaries.find(environment: ProcessInfo.processInfo.environment) else {
            return false
        }
        return FileManager.default.isExecutableFile(atPath: binaries.path("pg_basebackup"))
    }

    func stop() async {
        await replica.stop()
        await primary.stop()
    }

    func onPrimary(_ script: String, user: String = "postgres") throws { try Self.run(script, primary, user) }

    func onReplica(_ script: String) throws { try Self.run(script, replica, "postgres") }

    /// Returns once the replica has replayed all that the primary has written.
    func catchUp() async throws {
        let connection = try Self.connection(primary)
        let position: String = try connection.query("SELECT pg_current_wal_insert_lsn() AS position").only()
            .decode("position")
        let replica = try Self.connection(replica)
        try await waitUntil("the replica to catch up") {
            try replica.query("SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS there", [position])
                .only().decode("there")
        }
    }

    static func connection(_ cluster: Cluster, user: String = "postgres") throws -> Connection {
        let url = cluster.url.replacing("user=postgres", with: "user=\(user)")
        return try Connection.open(
            ConnectionTarget(url: url, environment: [:]),
            SessionOptions(applicationName: "application")
        )
    }

    private static func run(_ script: String, _ cluster: Cluster, _ user: String) throws {
        let connection = try connection(cluster, user: user)
        try connection.execute(script)
        connection.close()
    }
}
