import Cluster
package import Postgres
import Testing

/// A database that belongs to one test case.
package struct ScratchDatabase: Sendable {
    package let name: String
    /// A connection string, for programs under test: as the database's owner.
    package let url: String
    private let administratorURL: String

    /// How to reach it from this process.
    package var target: ConnectionTarget { ConnectionTarget(url: url, environment: [:]) }

    @TaskLocal private static var ofThisCase: ScratchDatabase?
    /// Whether the present case uses its databases as the server's administrator.
    @TaskLocal private static var isOfSuperuser = false

    /// The present case's database, which the trait `.scratchDatabase` makes.
    package static var current: ScratchDatabase {
        get throws {
            guard let ofThisCase else { throw TraitMissing() }
            return ofThisCase
        }
    }

    /// A test used `ScratchDatabase.current` without the trait.
    package struct TraitMissing: Error, CustomStringConvertible {
        package var description: String { "the test or its suite lacks the trait .scratchDatabase" }
    }

    /// A new connection, for use on the test's own thread.
    package func connect(as applicationName: String = "crossfade tests") throws(PostgresError) -> Connection {
        try Connection.open(target, SessionOptions(applicationName: applicationName))
    }

    /// A new connection on a thread of its own, for tests in which several work side by side.
    package func session(as applicationName: String = "crossfade tests") async throws -> Session {
        try await Session.open(target, SessionOptions(applicationName: applicationName))
    }

    /// Every row of every table of the application, in no order: a line of table and digest for each.
    package func content() throws -> String {
        let connection = try connect()
        let tables = try connection.query(
            """
            SELECT c.oid::regclass::text AS name FROM pg_class c WHERE relkind = 'r' AND relpersistence = 'p'
               AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'crossfade', 'pg_toast'))
             ORDER BY 1
            """
        ).map { try $0.decode("name", as: String.self) }
        return try tables.map { table in
            try connection.query(
                "SELECT $1 || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \(table) t",
                [table]
            )
            .only().decode(at: 0, as: String.self)
        }.joined(separator: "\n")
    }

    // MARK: - Life

    /// Makes a database, binds it to `current` while `body` runs, and drops it whatever happens.
    ///
    /// `definition` is added to CREATE DATABASE.
    static func with(
        server: TestServer,
        template: String = "template0",
        definition: String = "",
        _ body: () async throws -> Void
    ) async throws {
        let owned = ScratchDatabase(named: server)
        let database = isOfSuperuser ? ScratchDatabase(asSuperuserOf: owned) : owned
        let name = database.name
        // Nobody connects to a template.
        try await server.administer { connection in
            _ = try connection.execute(
                "CREATE DATABASE \(name) TEMPLATE \(template) \(definition)\(server.ownership)\(strategy(on: connection))"
            )
        }
        do {
            try await $ofThisCase.withValue(database) { try await body() }
        } catch {
            // What the case failed of is what is to be told, also where its database cannot be dropped for the same reason.
            do { try await drop(name, on: server) } catch let leftover { Issue.record(leftover) }
            throw error
        }
        try await drop(name, on: server)
    }

    /// To copy the files takes a third of the processor's time that it takes to write them to the log.
    private static func strategy(on connection: Connection) -> String {
        connection.serverVersion >= 150_000 ? " STRATEGY file_copy" : ""
    }

    /// In a task of its own: a case that ran out of time is cancelled, and its database is to go all the same.
    private static func drop(_ name: String, on server: TestServer) async throws {
        try await Task.detached {
            try await server.administer { connection in
                _ = try connection.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
            }
        }.value
    }

    /// Lets `body` use the case's database as the server's administrator, and those that it makes itself.
    static func asSuperuser(_ body: () async throws -> Void) async throws {
        try await $isOfSuperuser.withValue(true) {
            try await $ofThisCase.withValue(ofThisCase.map(ScratchDatabase.init(asSuperuserOf:))) { try await body() }
        }
    }

    /// Makes a database for others to be copied from; it goes with the server.
    static func makeTemplate(
        on server: TestServer,
        _ prepare: @Sendable (Connection) throws -> Void
    ) async throws -> String {
        let database = ScratchDatabase(named: server)
        try await server.administer { connection in
            _ = try connection.execute("CREATE DATABASE \(database.name) TEMPLATE template0\(server.ownership)")
        }
        let session = try await database.session()
        do {
            try await session.run(prepare)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
        // One that has sessions cannot be copied.
        try await server.administer { connection in
            _ = try connection.execute("ALTER DATABASE \(database.name) ALLOW_CONNECTIONS false")
        }
        return database.name
    }

    /// Runs of several people may share a server: the name is nobody's guess.
    private init(named server: TestServer) {
        name = "crossfade_test_" + String(UInt64.random(in: .min ... .max), radix: 16)
        let administratorURL = server.url(database: name)
        self.administratorURL = administratorURL
        url =
            server.owner.map { administratorURL.replacing("user=\(TestServer.administrator)", with: "user=\($0)") }
            ?? administratorURL
    }

    private init(asSuperuserOf other: ScratchDatabase) {
        name = other.name
        url = other.administratorURL
        administratorURL = other.administratorURL
    }
}

extension ScratchDatabase {
    /// Binds another database of the shared server, with an encoding of its own, while `body` runs.
    package static func encoded(in encoding: String, _ body: () async throws -> Void) async throws {
        let definition = "ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C'"
        try await with(server: try await TestServer.required(), definition: definition, body)
    }

    /// Binds a database on a server of its own while `body` runs, for settings that the shared one does not have.
    package static func onServer(
        with configuration: [String: String],
        _ body: () async throws -> Void
    ) async throws {
        let cluster = try await Cluster.start(configuration: configuration)
        do {
            try await with(server: try await TestServer(owned: cluster), body)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }
}
