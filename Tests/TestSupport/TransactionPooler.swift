import Foundation
package import Postgres
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A PgBouncer in transaction mode before the case's database.
package struct TransactionPooler: Sendable {
    /// A connection string that leads through it.
    package let url: String

    /// How to reach the database through it from this process.
    package var target: ConnectionTarget { ConnectionTarget(url: url, environment: [:]) }

    /// Runs `body` beside a pooler with `size` connections to the server; it is gone when `body` or this process ends.
    ///
    /// One that `ignoresOptions` passes over startup options, as people configure it; else it refuses them.
    package static func with(
        size: Int = 1,
        ignoresOptions: Bool = false,
        _ body: @escaping @Sendable (TransactionPooler) async throws -> Void
    ) async throws {
        let database = try ScratchDatabase.current
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "crossfade-pooler-\(UInt32.random(in: .min ... .max))"
        )
        // The pooler gives up root's rights, and makes its socket here afterwards.
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o777]
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        defer { try? FileManager.default.removeItem(at: folder) }
        let target = database.target
        let server = ["host", "port", "user", "password"].compactMap { keyword in
            target[keyword: keyword].map { "\(keyword)=\($0)" }
        }
        let configuration = """
            [databases]
            \(database.name) = \(server.joined(separator: " ")) dbname=\(database.name)
            [pgbouncer]
            listen_port = 6432
            unix_socket_dir = \(folder.path)
            auth_type = any
            pool_mode = transaction
            default_pool_size = \(size)
            max_client_conn = 200
            logfile = \(folder.path)/log
            ignore_startup_parameters = extra_float_digits\(ignoresOptions ? ", options" : "")

            """
        try Data(configuration.utf8).write(to: folder.appending(path: "pgbouncer.ini"))
        let pooler = TransactionPooler(
            url: "postgresql:///\(database.name)?host=\(folder.path)&port=6432&user=postgres"
        )
        // The shell ends the pooler when its input ends, which it does with this process too.
        let script = """
            PATH=$PATH:/usr/sbin; cd "$0"; pgbouncer -q \(user) pgbouncer.ini & pooler=$!
            cat >/dev/null; kill $pooler; wait $pooler
            """
        let result = try await run(
            .name("sh"),
            arguments: ["-c", script, folder.path],
            input: .inputWriter,
            output: .string(limit: 16_384),
            error: .string(limit: 16_384)
        ) { execution in
            let log = folder.appending(path: "log")
            let outcome: Result<Void, any Error>
            do {
                // Its socket is there before it takes connections.
                try await waitUntil("the pooler to take connections") {
                    (try? String(contentsOf: log, encoding: .utf8))?.contains("process up") == true
                }
                try await body(pooler)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            try await execution.standardInputWriter.finish()
            return outcome
        }
        try result.closureResult.get()
    }

    /// PgBouncer refuses to run as root.
    private static var user: String {
        guard geteuid() == 0 else { return "" }
        let name = ["postgres", "nobody"].first { (name: String) in unsafe getpwnam(name) != nil }
        return name.map { "-u \($0)" } ?? ""
    }
}
