import Cluster
import Foundation
import Subprocess

/// PostgreSQL's own load generator, on the very table that is copied.
struct PGBench: Sendable {
    private let path: String
    private let folder: URL

    init(_ binaries: PostgresBinaries, folder: URL) throws {
        path = binaries.path("pgbench")
        self.folder = folder
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchError.programMissing("pgbench", path: path)
        }
        for (name, _, script) in Load.mix {
            let text = "\\set id random(1, :rows)\n\(script)\n"
            try Data(text.utf8).write(to: folder.appending(path: "\(name).sql"))
        }
    }

    /// Runs the load for as long as `work` takes; the answer is every transaction of it.
    func load<T: Sendable>(
        _ load: Load,
        on database: Database,
        during work: @escaping @Sendable () async throws -> T
    ) async throws -> (T, TransactionLog) {
        try removeLogs()
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(["-c", #"cd "$0" && exec "$@""#, folder.path, path] + arguments(load, database)),
            environment: .inherit.updating(["LC_ALL": "C"]),
            platformOptions: options,
            input: .none,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 24)
        ) { execution in
            let result: Result<T, any Error>
            do {
                result = .success(try await work())
            } catch {
                result = .failure(error)
            }
            // As at the end of --time: transactions under way are finished and the log is written. A process that has
            // ended before its time cannot be told, and shows it by its status.
            try? execution.send(signal: .alarm)
            return result
        }
        try Task.checkCancellation()
        let value = try result.closureResult.get()
        guard case .exited(let status) = result.terminationStatus, [0, Self.someClientsAborted].contains(status) else {
            throw BenchError.commandFailed(
                "pgbench",
                ending: "ended with \(result.terminationStatus)",
                errors: result.standardError
            )
        }
        var log = TransactionLog()
        for file in try logs() { try log.read(file) }
        log.abortedClients = result.standardError.split(separator: "\n").count { $0.contains(" aborted ") }
        try removeLogs()
        return (value, log)
    }

    private static let someClientsAborted: Int32 = 2

    private func arguments(_ load: Load, _ database: Database) -> [String] {
        let scripts = Load.mix.flatMap { ["--file", "\($0.name).sql@\($0.weight)"] }
        return [
            "--no-vacuum", "--protocol=prepared", "--client=\(Load.connections)", "--jobs=2", "--time=86400", "--log",
            "--log-prefix=\(Self.prefix)", "--define=rows=\(database.rows)", "--random-seed=1",
        ] + load.arguments + scripts + [database.url]
    }

    // MARK: - Logs

    private static let prefix = "transactions"

    /// One a thread.
    private func logs() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix(Self.prefix + ".") }
    }

    private func removeLogs() throws {
        for log in try logs() { try FileManager.default.removeItem(at: log) }
    }
}
