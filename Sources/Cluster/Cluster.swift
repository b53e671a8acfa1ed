import Foundation

/// A throw-away PostgreSQL server in a temporary folder, reachable through a socket in that folder only.
///
/// It is gone, folder and all, when `stop` returns, when the object goes away, and when this process ends in any way,
/// unless `keep` was called: see `SupervisorScript`.
package final class Cluster: Sendable {
    /// Holds the socket, the server's log and its data.
    package let folder: String
    package let binaries: PostgresBinaries
    private let supervisor: Supervisor
    private let environment: [String: String]

    private init(folder: String, binaries: PostgresBinaries, supervisor: Supervisor, environment: [String: String]) {
        self.folder = folder
        self.binaries = binaries
        self.supervisor = supervisor
        self.environment = environment
    }

    /// Makes a cluster and starts its server, as an ordinary user if the caller is root.
    ///
    /// Durability is off, since nothing outlives the server. `configuration` overrides settings of postgresql.conf.
    package static func start(
        configuration: [String: String] = [:],
        sharedPreloadLibraries: [String] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(ClusterError) -> Cluster {
        let binaries = try PostgresBinaries.find(environment: environment)
        var settings = defaults
        if !sharedPreloadLibraries.isEmpty {
            settings["shared_preload_libraries"] = sharedPreloadLibraries.joined(separator: ",")
        }
        return try await launch(
            binaries,
            replicaOf: nil,
            settings: settings.merging(configuration) { $1 },
            environment: environment
        )
    }

    /// Copies the cluster and starts the copy as its streaming replica, by the name that `pg_stat_replication` then shows.
    ///
    /// The replica is a cluster like any other: it is gone when it is stopped or nobody holds it, and outlives the stop
    /// of the one it copies. It has that one's settings but for `configuration`.
    package func startReplica(
        _ name: String,
        configuration: [String: String] = [:]
    ) async throws(ClusterError) -> Cluster {
        try await Self.launch(
            binaries,
            replicaOf: folder,
            settings: ["cluster_name": name].merging(configuration) { $1 },
            environment: environment
        )
    }

    private static func launch(
        _ binaries: PostgresBinaries,
        replicaOf primary: String?,
        settings: [String: String],
        environment: [String: String]
    ) async throws(ClusterError) -> Cluster {
        let user = try OrdinaryUser.unlessOrdinary(environment: environment)
        let lines = try configurationLines(settings)
        let base = temporaryFolder(environment: environment, isShared: user != nil)
        let supervisor = Supervisor(arguments: [binaries.folder, base, primary ?? ""] + lines, user: user)

        let folder = try await supervisor.next().dropFirst(SupervisorScript.Report.folder.count)
        let cluster = Cluster(
            folder: String(folder),
            binaries: binaries,
            supervisor: supervisor,
            environment: environment
        )
        do {
            try await cluster.awaitServer()
        } catch {
            await cluster.stop()
            throw error
        }
        return cluster
    }

    /// Stops the server at once, and returns when it and the folder are gone; further calls do nothing.
    package func stop() async {
        await supervisor.stop()
    }

    /// Lets the server outlive this process and this object; `stop` then only waits until it was ended.
    ///
    /// - Returns: the id of the process to end by SIGTERM, which then stops the server and removes the folder.
    package func keep() async throws(ClusterError) -> Int {
        supervisor.send(SupervisorScript.keep)
        let report = try await supervisor.next()
        guard report.hasPrefix(SupervisorScript.Report.kept),
            let process = Int(report.dropFirst(SupervisorScript.Report.kept.count))
        else { throw .supervisorEnded(report) }
        return process
    }

    /// Ends all sessions, stops the server cleanly and starts it again on the same data and socket.
    package func restart() async throws {
        supervisor.send(SupervisorScript.restart)
        try await awaitServer()
    }

    private func awaitServer() async throws(ClusterError) {
        guard try await supervisor.next() != SupervisorScript.Report.ready else { return }
        // The log is what there is to say; without one the supervisor's word has to do.
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw .startFailed(log: log.split(separator: "\n").suffix(20).joined(separator: "\n"))
    }

    // MARK: - Addresses

    /// The database `postgres`, as superuser `postgres`.
    package var url: String { url(database: "postgres") }

    /// A database by its name, as superuser `postgres`.
    package func url(database: String) -> String {
        "postgresql:///\(Self.percentEncoded(database))?host=\(Self.percentEncoded(folder))&port=5432&user=postgres"
    }

    private static func percentEncoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        return text.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            return "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    // MARK: - Settings

    private static let defaults = [
        "listen_addresses": "",
        "port": "5432",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "shared_buffers": "128MB",
        "max_connections": "100",
        "wal_level": "replica",
    ]

    private static func configurationLines(_ settings: [String: String]) throws(ClusterError) -> [String] {
        var lines: [String] = []
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.]*/) != nil, !value.contains(where: \.isNewline),
                !value.utf8.contains(0)
            else { throw .invalidSetting(name) }
            lines.append("\(name) = '\(value.replacing("\\", with: "\\\\").replacing("'", with: "''"))'")
        }
        return lines
    }

    /// The first of these in which the socket's path fits into an address.
    ///
    /// The folder that `CROSSFADE_CLUSTER_FOLDER` names, such as one in memory; TMPDIR, where the server's user may surely
    /// write; /tmp.
    ///
    /// An address holds 107 bytes on Linux and 103 on macOS, of which the folder's name and `/.s.PGSQL.5432` take 32.
    private static func temporaryFolder(environment: [String: String], isShared: Bool) -> String {
        let named = environment["CROSSFADE_CLUSTER_FOLDER"].flatMap { $0.isEmpty ? nil : $0 }
        let wanted = [named, isShared ? nil : environment["TMPDIR"]].compactMap(\.self)
        return wanted.first { $0.utf8.count <= 70 && $0.wholeMatch(of: /\/[A-Za-z0-9\/._-]+/) != nil } ?? "/tmp"
    }
}
