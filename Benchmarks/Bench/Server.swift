import Cluster
import Foundation
import Postgres

/// The benchmark's own PostgreSQL, with one database a shape to copy from.
///
/// A copy of files makes the same table for every contender: the same rows in the same blocks, vacuumed and analyzed.
struct Server: Sendable {
    /// Durable, as a production server is, and with room for a run without a checkpoint that only one contender meets.
    static let configuration = [
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "shared_buffers": "512MB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "30min",
        "maintenance_work_mem": "256MB",
    ]

    private let cluster: Cluster
    private let admin: Session

    var binaries: PostgresBinaries { cluster.binaries }
    var version: Int { admin.serverVersion }

    /// For files of the run: it goes when the server goes, however this process ends.
    ///
    /// Files only: a folder in it that root has made could not be removed by the server's user.
    var folder: URL { URL(filePath: cluster.folder) }

    static func start() async throws -> Server {
        let cluster = try await Cluster.start(configuration: configuration)
        do {
            let admin = try await Session.open(
                ConnectionTarget(url: cluster.url, environment: [:]),
                SessionOptions(applicationName: "bench")
            )
            return Server(cluster: cluster, admin: admin)
        } catch {
            await cluster.stop()
            throw error
        }
    }

    func stop() async {
        await admin.close()
        await cluster.stop()
    }

    // MARK: - Databases

    private static let database = "bench"
    private static let loading = "loading"

    /// A fresh database with the table, in place of the one before; its sessions are ended.
    func freshDatabase(_ shape: TableShape, rows: Int) async throws -> Database {
        let template = try await template(shape, rows: rows)
        // Before 15 files are what is always copied.
        let strategy = version >= 150_000 ? " STRATEGY = FILE_COPY" : ""
        try await admin.run { connection in
            try connection.execute("DROP DATABASE IF EXISTS \(Self.database) WITH (FORCE)")
            try connection.execute("CREATE DATABASE \(Self.database) TEMPLATE \"\(template)\"\(strategy)")
        }
        return try await Database(url: cluster.url(database: Self.database), shape: shape, rows: rows)
    }

    private func template(_ shape: TableShape, rows: Int) async throws -> String {
        let name = "\(shape.name) \(rows)"
        let exists = try await admin.run { connection in
            try !connection.query("SELECT FROM pg_database WHERE datname = $1", [name]).isEmpty
        }
        if exists { return name }
        Screen.remark("load: \(Words.number(rows)) rows, \(shape.name)")
        // It has its name only when it is complete.
        try await admin.run { connection in
            try connection.execute("DROP DATABASE IF EXISTS \(Self.loading) WITH (FORCE)")
            try connection.execute("CREATE DATABASE \(Self.loading)")
        }
        let target = ConnectionTarget(url: cluster.url(database: Self.loading), environment: [:])
        let session = try await Session.open(target, SessionOptions(applicationName: "bench"))
        try await session.run { connection in
            try connection.execute(shape.script(rows: rows))
            try connection.execute("VACUUM (ANALYZE) \(TableShape.table)")
        }
        await session.close()
        try await admin.run { connection in
            // The session's end reaches the server a little later.
            try connection.query(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1",
                [Self.loading]
            )
            try connection.execute("ALTER DATABASE \(Self.loading) RENAME TO \"\(name)\"")
        }
        return name
    }

    /// The settings that the figures depend on, as the server has them.
    func settings() async throws -> [(name: String, value: String)] {
        let names = Self.configuration.keys.sorted() + ["autovacuum", "max_parallel_workers_per_gather", "wal_level"]
        let rows = try await admin.run { connection in
            try connection.query("SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name", [names])
        }
        return try rows.map { (try $0.decode("name"), try $0.decode("value")) }
    }

    func versionText() async throws -> String {
        try await admin.run { connection in
            // What the packager adds in brackets says nothing.
            try connection.query("SELECT split_part(current_setting('server_version'), ' ', 1)").only().decode(at: 0)
        }
    }
}
