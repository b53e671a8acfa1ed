import Foundation
import Postgres
import Testing
import TestSupport

@testable import Cluster

@Suite(.load(.ordinary), .timeLimit(.minutes(60))) struct ClusterTests {
    private static let options = SessionOptions(applicationName: "tests")

    private func setting(_ name: String, of cluster: Cluster) throws -> String {
        let target = ConnectionTarget(url: cluster.url, environment: [:])
        return try Connection.open(target, Self.options).query("SHOW \(name)").only().decode(at: 0)
    }

    // MARK: - Life

    @Test func `a cluster serves on a socket in its folder, and is gone after stop`() async throws {
        let cluster = try await Cluster.start()
        #expect(cluster.url.contains(cluster.folder))
        #expect(try setting("listen_addresses", of: cluster) == "")
        #expect(try setting("unix_socket_directories", of: cluster) == cluster.folder)
        let server = try Self.serverProcess(in: cluster.folder)
        await cluster.stop()
        #expect(!FileManager.default.fileExists(atPath: cluster.folder))
        #expect(!Self.isRunning(server))
        await cluster.stop()
    }

    @Test func `settings have defaults that can be overridden`() async throws {
        let cluster = try await Cluster.start(
            configuration: ["shared_buffers": "16MB", "max_connections": "20", "crossfade.note": #"it's a \ note"#],
            sharedPreloadLibraries: ["auto_explain"]
        )
        for (name, value) in [
            ("fsync", "off"), ("full_page_writes", "off"), ("synchronous_commit", "off"), ("wal_level", "replica"),
            ("shared_buffers", "16MB"), ("max_connections", "20"), ("crossfade.note", #"it's a \ note"#),
            ("shared_preload_libraries", "auto_explain"), ("server_encoding", "UTF8"),
        ] {
            #expect(try setting(name, of: cluster) == value)
        }
        await cluster.stop()
    }

    @Test func `data and settings outlive a restart`() async throws {
        let cluster = try await Cluster.start()
        let target = ConnectionTarget(url: cluster.url, environment: [:])
        try Connection.open(target, Self.options).execute("ALTER SYSTEM SET max_connections = 31")
        try Connection.open(target, Self.options).execute("CREATE DATABASE \"odd / näme\"")
        let before = try Self.serverProcess(in: cluster.folder)
        try await cluster.restart()
        #expect(try Self.serverProcess(in: cluster.folder) != before)
        #expect(try setting("max_connections", of: cluster) == "31")
        let odd = ConnectionTarget(url: cluster.url(database: "odd / näme"), environment: [:])
        #expect(try Connection.open(odd, Self.options).query("SELECT 1").count == 1)
        await cluster.stop()
    }

    @Test func `a cluster that nobody holds any more is gone`() async throws {
        var cluster: Cluster? = try await Cluster.start()
        let folder = try #require(cluster?.folder)
        cluster = nil
        try await waitUntil("the folder to go") { !FileManager.default.fileExists(atPath: folder) }
    }

    // MARK: - The parent's end

    @Test func `a cluster is gone after its parent was killed`() async throws {
        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            try await ClusterTests.announceCluster()
            kill(getpid(), SIGKILL)
        }
        try await expectGone(result)
    }

    @Test func `a cluster is gone after Ctrl-C`() async throws {
        let result = await #expect(processExitsWith: .signal(SIGINT), observing: [\.standardOutputContent]) {
            // As a terminal does it, to the whole process group; which is not to be the one of the tests.
            setpgid(0, 0)
            // The program, which is linked into the tests, ends by an exit status.
            signal(SIGINT, SIG_DFL)
            try await ClusterTests.announceCluster()
            kill(0, SIGINT)
        }
        try await expectGone(result)
    }

    @Test func `a cluster is gone after its parent exited`() async throws {
        let result = await #expect(processExitsWith: .exitCode(3), observing: [\.standardOutputContent]) {
            try await ClusterTests.announceCluster()
            exit(3)
        }
        try await expectGone(result)
    }

    @Test func `a kept cluster outlives its parent, and is gone after its process was ended`() async throws {
        let (folder, process) = try await keptCluster()
        let server = try Self.serverProcess(in: folder)
        #expect(Self.isRunning(server))
        #expect(kill(process, SIGTERM) == 0)
        try await waitUntil("the folder to go") { !FileManager.default.fileExists(atPath: folder) }
        try await waitUntil("the server to end") { !Self.isRunning(server) }
    }

    @Test func `a kept cluster is gone after its server was ended`() async throws {
        let (folder, process) = try await keptCluster()
        #expect(kill(try Self.serverProcess(in: folder), SIGINT) == 0)
        try await waitUntil("the folder to go") { !FileManager.default.fileExists(atPath: folder) }
        try await waitUntil("the supervisor to end") { !Self.isRunning(process) }
    }

    /// A cluster whose parent kept it and has exited.
    private func keptCluster() async throws -> (folder: String, process: pid_t) {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let cluster = try await Cluster.start()
            print("cluster \(cluster.folder) \(try await cluster.keep()) .")
            fflush(nil)
        }
        let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        let announcement = try #require(output.firstMatch(of: /cluster (\S+) (\d+) \./))
        let target = ConnectionTarget(
            url: "postgresql:///postgres?host=\(announcement.1)&port=5432&user=postgres",
            environment: [:]
        )
        #expect(try Connection.open(target, Self.options).query("SELECT 1").count == 1)
        return (String(announcement.1), try #require(pid_t(announcement.2)))
    }

    #if os(Linux)
        @Test func `another child of the parent does not keep the cluster alive`() async throws {
            let cluster = try await Cluster.start()
            let server = try Self.serverProcess(in: cluster.folder)
            let status = try String(contentsOfFile: "/proc/\(server)/status", encoding: .utf8)
            let supervisor = try #require(status.firstMatch(of: /PPid:\s+(\d+)/)?.1)
            let input = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(supervisor)/fd/0")
            #expect(input.hasPrefix("pipe:"))
            // popen hands on every descriptor that is not marked close-on-exec.
            let child = try unsafe #require(popen("ls -l /proc/self/fd", "r"))
            defer { unsafe pclose(child) }
            var inherited = ""
            var line = [CChar](repeating: 0, count: 1024)
            while unsafe fgets(&line, Int32(line.count), child) != nil {
                inherited += String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
            #expect(inherited.contains("pipe:"))
            #expect(!inherited.contains(input))
            await cluster.stop()
        }
    #endif

    /// Starts a cluster in a process that is about to end, and says where it is.
    private static func announceCluster() async throws {
        // The end of the process, not of the object, is what is tested.
        let cluster = unsafe Unmanaged.passRetained(try await Cluster.start())
        let folder = unsafe cluster.takeUnretainedValue().folder
        print("cluster \(folder) \(try serverProcess(in: folder)) .")
        fflush(nil)
    }

    private func expectGone(_ result: ExitTest.Result?) async throws {
        let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        let announcement = try #require(output.firstMatch(of: /cluster (\S+) (\d+) \./))
        let folder = String(announcement.1)
        let server = try #require(pid_t(announcement.2))
        try await waitUntil("the folder to go") { !FileManager.default.fileExists(atPath: folder) }
        try await waitUntil("the server to end") { !Self.isRunning(server) }
    }

    private static func serverProcess(in folder: String) throws -> pid_t {
        let lines = try String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8).split(separator: "\n")
        return try #require(lines.first.flatMap { pid_t($0) })
    }

    private static func isRunning(_ process: pid_t) -> Bool {
        kill(process, 0) == 0 || errno != ESRCH
    }

    // MARK: - Failures

    @Test func `a server that does not start shows its log`() async throws {
        let error = await #expect(throws: ClusterError.self) {
            try await Cluster.start(configuration: ["shared_buffers": "a lot"])
        }
        #expect("\(try #require(error))".contains("shared_buffers"))
    }

    @Test(arguments: ["bad name", "x = 1 #", "", "1st"])
    func `a setting that is no name is refused`(name: String) async {
        await #expect(throws: ClusterError.invalidSetting(name)) {
            try await Cluster.start(configuration: [name: "1"])
        }
    }

    @Test func `a supervisor that cannot even make its folder says why`() async throws {
        let supervisor = Supervisor(arguments: ["/nonexistent", "/nonexistent", ""], user: nil)
        let error = await #expect(throws: ClusterError.self) { try await supervisor.next() }
        #expect("\(try #require(error))".contains("mktemp"))
    }

    @Test func `a value of two lines is refused`() async {
        await #expect(throws: ClusterError.invalidSetting("work_mem")) {
            try await Cluster.start(configuration: ["work_mem": "1MB'\nfsync = 'on"])
        }
    }
}

@Suite struct PostgresBinariesTests {
    @Test func `CROSSFADE_PG_BIN is taken at its word`() throws {
        let found = try PostgresBinaries.find(environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""])
        #expect(try PostgresBinaries.find(environment: ["CROSSFADE_PG_BIN": found.folder]) == found)
        let relative = String(repeating: "../", count: 40) + found.folder.dropFirst()
        #expect(try PostgresBinaries.find(environment: ["CROSSFADE_PG_BIN": relative]).folder.hasPrefix("/"))
        #expect(found.path("initdb") == found.folder + "/initdb")
        #expect(throws: ClusterError.programMissing("initdb", folder: "/nonexistent")) {
            try PostgresBinaries.find(environment: ["CROSSFADE_PG_BIN": "/nonexistent"])
        }
    }

    @Test func `PATH is searched where there is no pg_config`() throws {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for program in ["initdb", "postgres"] {
            #expect(
                FileManager.default.createFile(
                    atPath: folder + "/" + program,
                    contents: Data(),
                    attributes: [.posixPermissions: 0o755]
                )
            )
        }
        #expect(try PostgresBinaries.find(environment: ["PATH": "/nonexistent:\(folder)"]).folder == folder)
    }

    @Test func `what is missing is said with the command that installs it`() {
        #expect("\(ClusterError.binariesNotFound(searched: ["PATH"]))".contains("apt-get install postgresql"))
        #expect("\(ClusterError.programMissing("initdb", folder: "/x"))".contains("/x"))
        #expect("\(ClusterError.noOrdinaryUser(tried: ["postgres"]))".contains("root"))
    }
}
