package import Cluster
import Foundation
import Postgres
import Testing

/// The server that the scratch databases of this test process live on.
package struct TestServer: Sendable {
    /// The server's own cluster, or nil when `CROSSFADE_TEST_DATABASE` names a server that is there anyway.
    package let cluster: Cluster?
    /// Its administrative database, as a role that may create others.
    package let url: String

    /// Started by the first test that asks; gone with the process.
    package static var shared: TestServer {
        get async throws { try await starting.value }
    }

    private static let starting = Task {
        let environment = ProcessInfo.processInfo.environment
        if let url = environment["CROSSFADE_TEST_DATABASE"], !url.isEmpty {
            return TestServer(cluster: nil, url: url)
        }
        // Cases run side by side, each with several connections.
        let cluster = try await Cluster.start(configuration: ["max_connections": "800"])
        return TestServer(cluster: cluster, url: cluster.url)
    }

    /// The shared server for a test that cannot do without: its absence fails in CI, and elsewhere skips the test.
    package static func required() async throws -> TestServer {
        do {
            return try await shared
        } catch let error as ClusterError {
            if ProcessInfo.processInfo.environment["CI"] == "true" { throw error }
            try Test.cancel("no PostgreSQL server: \(error)")
        }
    }

    /// The connection string of another database of the server.
    package func url(database: String) -> String {
        if let cluster { return cluster.url(database: database) }
        // A later setting wins, in URLs and in keyword strings alike.
        guard url.contains("://") else { return "\(url) dbname='\(database)'" }
        return url + (url.contains("?") ? "&" : "?") + "dbname=\(database)"
    }
}
