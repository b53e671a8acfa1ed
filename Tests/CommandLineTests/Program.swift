import Cluster
import Foundation
import Postgres
import Subprocess
import TestSupport
import Testing

/// The built `crossfade`, run as a person or CI would, in a folder of its own with `Plans/` in it.
struct Program {
    /// What a command has left behind.
    struct Result {
        let status: Int32
        let wasKilled: Bool
        let output: String
        let errors: String
    }

    private let home: TemporaryFolder
    private let scratch: ScratchDatabase?
    private let reading: KeptConnection?

    var folder: URL { home.url }

    /// On the scratch database of the case, with a plan in `Plans/`.
    init(plan: String, name: String = "rename") throws {
        try self.init(on: try ScratchDatabase.current)
        try write(plan, to: "Plans/\(name).yaml")
    }

    /// With nothing but what is written later.
    init(on database: ScratchDatabase? = nil) throws {
        scratch = database
        reading = database.map(KeptConnection.init)
        home = try TemporaryFolder()
    }

    var database: ScratchDatabase {
        get throws { try #require(scratch, "the program runs without a database") }
    }

    /// Writes a file into the folder.
    func write(_ text: String, to path: String) throws {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// The text of a file in the folder.
    func text(of path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
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

    // MARK: - Commands

    @discardableResult
    func run(
        _ arguments: String...,
        environment: [String: String] = [:],
        fault: String? = nil,
        withoutDatabase: Bool = false,
        user: String = "anna"
    ) async throws -> Result {
        try await run(
            arguments,
            environment: environment,
            fault: fault,
            withoutDatabase: withoutDatabase,
            user: user
        )
    }

    /// Runs a command to its end; `during` is given its process id meanwhile.
    func run(
        _ arguments: [String],
        environment extra: [String: String] = [:],
        fault: String? = nil,
        withoutDatabase: Bool = false,
        user: String = "anna",
        during: @escaping @Sendable (pid_t) async throws -> Void = { _ in }
    ) async throws -> Result {
        var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "CROSSFADE_ACTOR": user]
        // So that the throw-away server is found by those who asked for another one.
        environment["CROSSFADE_PG_BIN"] = ProcessInfo.processInfo.environment["CROSSFADE_PG_BIN"]
        if let scratch, !withoutDatabase { environment["DATABASE_URL"] = scratch.url }
        environment["CROSSFADE_FAULT"] = fault
        environment.merge(extra) { $1 }
        return try await Self.run(
            try Self.executable.path,
            arguments,
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            in: folder,
            during: during
        )
    }

    /// Runs a command that is killed after each step it runs, and started again, until it comes to its end.
    ///
    /// Each start finds done what those before it did, so that every step is killed once in one walk.
    func runKilledAfterEachStep(_ arguments: [String]) async throws -> (kills: Int, last: Result) {
        var kills = 0
        while true {
            let result = try await run(arguments, fault: "kill:ran:1")
            guard result.wasKilled else { return (kills, result) }
            kills += 1
            // More than any plan has: a step that never counts as done would be run for ever.
            try #require(kills < 200, "\(arguments) comes to no end: \(result.errors)")
        }
    }

    /// Runs a line of shell in the folder, with the program as `$0` and the case's database.
    @discardableResult
    func shell(
        _ script: String,
        during: @escaping @Sendable (pid_t) async throws -> Void = { _ in }
    ) async throws -> Result {
        let environment = Environment.inherit.updating(["DATABASE_URL": try database.url])
        let arguments = ["-c", script, try Self.executable.path]
        return try await Self.run("/bin/sh", arguments, environment: environment, in: folder, during: during)
    }

    private static func run(
        _ path: String,
        _ arguments: [String],
        environment: Environment = .inherit,
        in folder: URL,
        during: @escaping @Sendable (pid_t) async throws -> Void = { _ in }
    ) async throws -> Result {
        let limit = 64 << 20
        let result = try await Subprocess.run(
            // The shell changes the folder and becomes the program: no FilePath, and so no swift-system, is needed.
            .name("sh"),
            arguments: Arguments(["-c", "cd \"$0\" && exec \"$@\"", folder.path, path] + arguments),
            environment: environment,
            input: .none,
            output: .string(limit: limit),
            error: .string(limit: limit)
        ) { execution in try await during(execution.processIdentifier.value) }
        let status: (code: Int32, wasKilled: Bool) =
            switch result.terminationStatus {
            case .exited(let code): (code, false)
            case .signaled(let signal): (128 + signal, true)
            }
        return Result(
            status: status.code,
            wasKilled: status.wasKilled,
            output: result.standardOutput,
            errors: result.standardError
        )
    }

    // MARK: - Database

    func sql(_ script: String) throws {
        let connection = try database.connect()
        try connection.execute("SET search_path = public")
        try connection.execute(script)
    }

    func value<T: ColumnDecodable & Sendable>(_ query: String, as type: T.Type = T.self) throws -> T {
        try #require(reading, "the program runs without a database").value(query)
    }

    func dump() async throws -> String {
        let binaries = try PostgresBinaries.find(environment: ProcessInfo.processInfo.environment)
        let arguments = ["--schema-only", "-N", "crossfade", "-d", try database.url]
        let result = try await Self.run(binaries.path("pg_dump"), arguments, in: folder)
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
