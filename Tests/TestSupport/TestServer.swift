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
    /// The ordinary role that owns the databases of the cases; nil where the administrator does.
    let owner: String?

    static let administrator = "postgres"

    private static let options = SessionOptions(applicationName: "crossfade tests")
    private let sessions = SessionStore(lifetime: .seconds(60))

    /// What CREATE DATABASE says of the owner.
    var ownership: String { owner.map { " OWNER \($0)" } ?? "" }

    init(url: String) {
        cluster = nil
        self.url = url
        owner = nil
    }

    /// A server of the tests' own.
    ///
    /// An ordinary role owns the databases and runs the cases; with `CROSSFADE_TEST_ROLE=superuser` the administrator does.
    init(owned cluster: Cluster) async throws {
        self.cluster = cluster
        url = cluster.url
        guard ProcessInfo.processInfo.environment["CROSSFADE_TEST_ROLE"] != "superuser" else {
            owner = nil
            return
        }
        owner = "app_owner"
        try await administer { connection in _ = try connection.execute("CREATE ROLE app_owner LOGIN") }
    }

    /// Runs work as the role that may create databases; cases share these sessions.
    func administer<T: Sendable>(_ work: @Sendable (Connection) throws -> T) async throws -> T {
        let kept = await sessions.take(Self.options)
        let session: Session
        if let kept {
            session = kept
        } else {
            session = try await Session.open(ConnectionTarget(url: url, environment: [:]), Self.options)
        }
        do {
            let result = try await session.run(work)
            await sessions.giveBack(session, Self.options)
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    /// Started by the first test that asks; gone with the process.
    package static var shared: TestServer {
        get async throws { try await starting.value }
    }

    private static let starting = Task {
        let environment = ProcessInfo.processInfo.environment
        if let url = environment["CROSSFADE_TEST_DATABASE"], !url.isEmpty {
            return TestServer(url: url)
        }
        // Cases run side by side, each with several connections.
        let cluster = try await Cluster.start(configuration: ["max_connections": "800"])
        return try await TestServer(owned: cluster)
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
