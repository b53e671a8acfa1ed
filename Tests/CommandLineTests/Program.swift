import Cluster
import Foundation
import Postgres
import TestSupport
import Testing

/// The built `crossfade`, run as a person or CI would, on the scratch database of the case.
struct Program {
    struct Result {
        let status: Int32
        let wasKilled: Bool
        let output: String
        let errors: String
    }

    let folder: URL
    let database: ScratchDatabase

    /// Makes a folder with a plan in `Plans/`.
    init(plan: String, name: String = "rename") throws {
        database = try ScratchDatabase.current
        folder = FileManager.default.temporaryDirectory.appending(path: "crossfade-\(UUID().uuidString)")
        let plans = folder.appending(path: "Plans")
        try FileManager.default.createDirectory(at: plans, withIntermediateDirectories: true)
        try plan.write(to: plans.appending(path: "\(name).yaml"), atomically: true, encoding: .utf8)
    }

    /// Beside the test bundle, where the build lays all products.
    static var executable: URL {
        get throws {
            var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
                folder = bundle.bundleURL.deletingLastPathComponent()
            }
            let candidates = [folder, URL(filePath: ".build/debug")].map { $0.appending(path: "crossfade") }
            return try #require(
                candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) },
                "crossfade is not built"
            )
        }
    }

    @discardableResult
    func run(_ arguments: String..., fault: String? = nil, withoutDatabase: Bool = false, user: String = "anna")
        async throws -> Result
    {
        try await run(arguments, fault: fault, withoutDatabase: withoutDatabase, user: user)
    }

    func run(_ arguments: [String], fault: String? = nil, withoutDatabase: Bool = false, user: String = "anna")
        async throws -> Result
    {
        let process = try start(arguments, fault: fault, withoutDatabase: withoutDatabase, user: user)
        return try await process.end()
    }

    /// Starts a command and leaves it running.
    func start(_ arguments: [String], fault: String? = nil, withoutDatabase: Bool = false, user: String = "anna") throws
        -> Running
    {
        let process = Process()
        process.executableURL = try Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "CROSSFADE_ACTOR": user]
        if !withoutDatabase { environment["DATABASE_URL"] = database.url }
        environment["CROSSFADE_FAULT"] = fault
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return try Running(process)
    }

    /// A command under way.
    final class Running: Sendable {
        private let process: Process
        private let output: Task<Data, any Error>
        private let errors: Task<Data, any Error>

        init(_ process: Process) throws {
            self.process = process
            let (out, err) = (Pipe(), Pipe())
            process.standardOutput = out
            process.standardError = err
            try process.run()
            output = Self.reading(out)
            errors = Self.reading(err)
        }

        /// On a thread of its own: reading blocks until the command closes the pipe.
        private static func reading(_ pipe: Pipe) -> Task<Data, any Error> {
            let handle = pipe.fileHandleForReading
            return Task {
                try await withCheckedThrowingContinuation { continuation in
                    Thread.detachNewThread {
                        continuation.resume(with: Swift.Result { try handle.readToEnd() ?? Data() })
                    }
                }
            }
        }

        func end() async throws -> Program.Result {
            let out = try await output.value
            let err = try await errors.value
            process.waitUntilExit()
            return Program.Result(
                status: process.terminationStatus,
                wasKilled: process.terminationReason == .uncaughtSignal,
                output: String(decoding: out, as: UTF8.self),
                errors: String(decoding: err, as: UTF8.self)
            )
        }
    }

    // MARK: - Database

    func sql(_ script: String) throws {
        let connection = try database.connect()
        try connection.execute("SET search_path = public")
        try connection.execute(script)
    }

    func value<T: ColumnDecodable>(_ query: String, as type: T.Type = T.self) throws -> T {
        let connection = try database.connect()
        try connection.execute("SET search_path = public")
        return try connection.query(query).only().decode(at: 0)
    }

    func dump(_ url: String? = nil) async throws -> String {
        let binaries = try PostgresBinaries.find(environment: ProcessInfo.processInfo.environment)
        let process = Process()
        process.executableURL = URL(filePath: binaries.path("pg_dump"))
        process.arguments = ["--schema-only", "-N", "crossfade", "-d", database.url]
        let result = try await Running(process).end()
        try #require(result.status == 0, "\(result.errors)")
        return result.output.split(separator: "\n").filter { !$0.contains("restrict") }.joined(separator: "\n")
    }

    /// A plan that waits for nothing and keeps the old column.
    static func plan(extra: String = "", contract: String = "retain: 7d") -> String {
        """
        version: 1
        name: rename
        change:
          rename_column: {table: Profile, from: bio, to: biography}
        \(extra)
        phases:
          lock_deadline: 10s
          backfill: {chunk_target: 10ms, workers: 2}
          dual_write_check: {observe: 0s, min_writes: 0}
          contract:
            \(contract)
        """
    }

    static let schema = """
        CREATE TABLE "Profile" (id serial PRIMARY KEY, bio text NOT NULL DEFAULT '', "userId" int, pad text DEFAULT repeat('x', 200),
          CONSTRAINT "Profile_bio_key" UNIQUE (bio), CHECK (bio <> 'never'));
        CREATE INDEX ON "Profile" (lower(bio));
        """

    /// Creates the table with some rows.
    func load(rows: Int) throws {
        try sql(Self.schema)
        try sql(
            "INSERT INTO \"Profile\" (bio, \"userId\") SELECT 'bio ' || n, n FROM generate_series(1, \(rows)) n; ANALYZE \"Profile\""
        )
    }
}
