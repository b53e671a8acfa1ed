import Cluster
import Foundation
import Testing
import TestSupport

@testable import Postgres

@Suite(.scratchDatabase) struct ConnectionTests {
    // MARK: - Settings

    @Test func `every session has the same settings, whatever the database's defaults are`() throws {
        let database = try ScratchDatabase.current
        let defaults = [
            "row_security = on", "search_path = public", "client_min_messages = error", "DateStyle = 'SQL, DMY'",
            "TimeZone = 'Asia/Tokyo'", "IntervalStyle = iso_8601", "extra_float_digits = 0",
            "standard_conforming_strings = off", "statement_timeout = '9s'", "lock_timeout = '9s'",
        ]
        try database.connect().execute(
            defaults.map { "ALTER DATABASE \(database.name) SET \($0)" }.joined(separator: ";")
        )

        let plain = try database.connect()
        func shown(_ connection: Connection, _ name: String) throws -> String {
            try connection.query("SHOW \(name)").only().decode(at: 0)
        }
        for (name, value) in [
            ("row_security", "off"), ("search_path", "pg_catalog"), ("client_min_messages", "notice"),
            ("DateStyle", "ISO, YMD"), ("TimeZone", "UTC"), ("IntervalStyle", "postgres"), ("extra_float_digits", "3"),
            ("standard_conforming_strings", "on"), ("statement_timeout", "0"), ("lock_timeout", "0"),
            ("client_encoding", "UTF8"),
        ] {
            #expect(try shown(plain, name) == value)
        }
        let limited = try Connection.open(
            database.target,
            SessionOptions(
                applicationName: "tests",
                statementTimeout: .seconds(90),
                lockTimeout: .microseconds(50_500)
            )
        )
        #expect(try shown(limited, "statement_timeout") == "90s")
        #expect(try shown(limited, "lock_timeout") == "51ms")
    }

    @Test func `a setting that the server changes is noticed`() throws {
        let connection = try ScratchDatabase.current.connect()
        #expect(
            throws: PostgresError.connectionFailed("the server has DateStyle = 'ISO, YMD' after it was set to 'iso'")
        ) {
            try connection.execute("SET DateStyle = 'iso'")
            try connection.verify([("DateStyle", "iso")])
        }
    }

    @Test func `a long application name is shortened and shown`() throws {
        let connection = try ScratchDatabase.current.connect(as: String(repeating: "n", count: 100))
        let row = try connection.query(
            "SELECT application_name AS n FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        ).only()
        #expect(try row.decode("n", as: String.self) == String(repeating: "n", count: 63))
        #expect(connection.notices.isEmpty)
    }

    @Test func `our name and encoding win over the connection string's, its timeout over ours`() {
        let target = ConnectionTarget(
            url: "application_name=theirs client_encoding=LATIN1 connect_timeout=77",
            environment: [:]
        )
        let parameters = target.parameters(for: SessionOptions(applicationName: "ours"))
        // libpq takes the last value.
        let values = Dictionary(parameters.map { ($0.keyword, $0.value) }) { $1 }
        #expect(values["application_name"] == "ours")
        #expect(values["client_encoding"] == "UTF8")
        #expect(values["connect_timeout"] == "77")
        #expect(values["tcp_user_timeout"] == "30000")
    }

    @Test func `PGCONNECT_TIMEOUT is left to libpq`() {
        func timeout(_ environment: [String: String]) -> String? {
            ConnectionTarget(url: nil, environment: environment)
                .parameters(for: SessionOptions(applicationName: "tests", connectTimeout: .milliseconds(2100)))
                .last { $0.keyword == "connect_timeout" }?.value
        }
        #expect(timeout([:]) == "3")
        #expect(timeout(["PGCONNECT_TIMEOUT": "5"]) == nil)
    }

    @Test func `process and version are the server's`() throws {
        let connection = try ScratchDatabase.current.connect()
        let row = try connection.query("SELECT pg_backend_pid() AS pid, current_setting('server_version_num') AS v")
            .only()
        #expect(try row.decode("pid", as: Int32.self) == connection.processID)
        #expect(try row.decode("v", as: Int.self) == connection.serverVersion)
    }

    // MARK: - Failures

    @Test func `a missing database, host or socket is a failed connection`() async throws {
        let server = try await TestServer.shared
        for (url, reason) in [
            (server.url(database: "nowhere"), "database \"nowhere\" does not exist"),
            ("postgresql://ada:hunter2@127.0.0.1:1/app", "127.0.0.1"),
            ("postgresql://ada:hunter2@/app?host=/nonexistent", "/nonexistent"),
            ("postgresql://ada:hunter2@host.invalid/app", "host.invalid"),
        ] {
            let target = ConnectionTarget(url: url, environment: [:])
            let error = try failure(of: { try Connection.open(target, SessionOptions(applicationName: "tests")) })
            guard case .connectionFailed(let message) = error else {
                Issue.record("\(url) gave \(String(describing: error))")
                continue
            }
            #expect(message.contains(reason))
            #expect(!message.contains("hunter2"))
            #expect(!message.contains("\n"))
        }
    }

    @Test func `a closed connection says so`() throws {
        let connection = try ScratchDatabase.current.connect()
        connection.close()
        #expect(!connection.isUsable)
        #expect(throws: PostgresError.connectionFailed("the connection was closed before")) {
            try connection.query("SELECT 1")
        }
    }
}

@Suite(.load(.ordinary)) struct AuthenticationTests {
    @Test func `a wrong password is refused without being shown`() async throws {
        let cluster = try await Cluster.start()
        let administrator = ConnectionTarget(url: cluster.url, environment: [:])
        let options = SessionOptions(applicationName: "tests")
        try Connection.open(administrator, options).execute("CREATE ROLE ada LOGIN PASSWORD 'right p@ss'")
        try "local all ada scram-sha-256\n".write(
            toFile: cluster.folder + "/data/pg_hba.conf",
            atomically: false,
            encoding: .utf8
        )
        try await cluster.restart()

        let url = cluster.url.replacing("user=postgres", with: "user=ada")
        let wrong = ConnectionTarget(url: url + "&password=hunter2", environment: [:])
        let error = try #require(try failure(of: { try Connection.open(wrong, options) }))
        #expect(error.isConnectionProblem)
        #expect("\(error)".contains("password authentication failed for user \"ada\""))
        #expect(!"\(error)".contains("hunter2"))

        let right = ConnectionTarget(url: url + "&password=right%20p%40ss", environment: [:])
        #expect(try Connection.open(right, options).query("SELECT 1").count == 1)
        await cluster.stop()
    }
}
