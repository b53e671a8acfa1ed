import Cluster
import Foundation
package import Postgres
package import Schema
import SchemaReader
package import SQL
package import Workflow

/// Databases that are empty, in which scripts are run so that what they make can be read.
///
/// Of the places that there can be, the first that is there is taken: a database that is named, a throw-away server on this
/// machine, a new database on the live server. What was made is gone afterwards, also after an error.
package actor ShadowDatabase {
    /// Where scripts are run.
    private enum Place {
        case named(ConnectionTarget)
        case cluster(Cluster)
        case beside(ConnectionTarget)
    }

    private let place: Place
    private var count = 0

    /// Takes a database that a person names, which must not be the `live` one, and must hold nothing but what a shadow has left.
    ///
    /// - Throws: ``Failure`` `refused` for another, `unreachable` for one that does not answer.
    package static func named(_ target: ConnectionTarget, apartFrom live: ConnectionTarget?) async throws
        -> ShadowDatabase
    {
        let shadow = ShadowDatabase(.named(target))
        let session = try await Self.open(target)
        do {
            let identity = try await session.run { try Self.identity(on: $0) }
            if let live, try await Self.identity(of: live) == identity {
                throw Failure(
                    .refused,
                    "the shadow database is the live database",
                    hint: "name another one with --shadow: everything in it is removed"
                )
            }
            try await session.run { try EmptyDatabase(connection: $0).requireShadow() }
            await session.close()
        } catch {
            await session.close()
            throw error
        }
        return shadow
    }

    /// A throw-away server where its programs are on this machine, else a database of the live server.
    ///
    /// - Throws: ``Failure`` where there is neither.
    package static func own(beside live: ConnectionTarget?, environment: [String: String]) async throws
        -> ShadowDatabase
    {
        do throws(ClusterError) {
            return ShadowDatabase(.cluster(try await Cluster.start(environment: environment)))
        } catch {
            guard let live else {
                throw Failure(
                    .failed,
                    "there is no database to run the scripts in: \(error)",
                    hint: "name an empty one with --shadow URL, or install PostgreSQL's server programs"
                )
            }
            return ShadowDatabase(.beside(live))
        }
    }

    private init(_ place: Place) { self.place = place }

    /// Ends what was started.
    package func close() async {
        if case .cluster(let cluster) = place { await cluster.stop() }
    }

    /// Runs scripts in an empty database, and then `change` if there is one, and reads what they have made.
    ///
    /// - Throws: ``Failure`` with the place of the statement that failed.
    package func schema(
        of scripts: SchemaScripts,
        excluding excluded: [Identifier] = [],
        then change: (@Sendable (ConnectionTarget) async throws -> Void)? = nil
    ) async throws -> DatabaseSchema {
        try await using(change) { connection in
            if case .cluster = self.place { try Self.makeRoles(scripts.roles, on: connection) }
            for script in scripts.scripts {
                try connection.execute("RESET ALL")
                try connection.execute("SET search_path = public; SET check_function_bodies = off")
                try ScriptRun(script).run(on: connection)
            }
            // A dump leaves settings behind, and what is read is read with ours.
            try connection.execute("ROLLBACK")
        } reading: { connection in
            try SchemaReader.read(connection, excluding: excluded)
        }
    }

    /// The roles that the scripts name exist nowhere but here.
    private static func makeRoles(_ roles: Set<Identifier>, on connection: Connection) throws {
        for role in roles.sorted(by: { $0.name < $1.name }) {
            let isThere = try !connection.query("SELECT FROM pg_roles WHERE rolname = $1", [role]).isEmpty
            if !isThere { try connection.execute("CREATE ROLE \(role.quoted)") }
        }
    }

    /// Prepares an empty database, does the work in it, reads it on another session, and removes it.
    private func using<T: Sendable>(
        _ change: (@Sendable (ConnectionTarget) async throws -> Void)?,
        _ work: @Sendable (Connection) throws -> Void,
        reading: @Sendable (Connection) throws -> T
    ) async throws -> T {
        let target = try await prepare()
        do {
            let worker = try await Self.open(target, keepsSearchPath: true)
            do {
                try await worker.run(work)
                await worker.close()
            } catch {
                await worker.close()
                throw error
            }
            try await change?(target)
            let reader = try await Self.open(target)
            let result: T
            do {
                result = try await reader.run(reading)
                await reader.close()
            } catch {
                await reader.close()
                throw error
            }
            try await remove(target)
            return result
        } catch {
            // The reason of the failure is told; a database that could not be removed is told with it.
            do { try await remove(target) } catch let left { throw Self.both(error, left) }
            throw error
        }
    }

    private static func both(_ error: any Error, _ left: any Error) -> any Error {
        guard let failure = error as? Failure else { return error }
        return Failure(
            failure.code,
            "\(failure.message)\nand the shadow database could not be removed: \(left)",
            hint: failure.hint
        )
    }

    // MARK: - Places

    private func prepare() async throws -> ConnectionTarget {
        count += 1
        switch place {
        case .named(let target):
            try await Self.empty(target)
            return target
        case .cluster(let cluster):
            let name = "shadow_\(count)"
            try await Self.execute("CREATE DATABASE \(name) TEMPLATE template0", at: target(cluster.url))
            return target(cluster.url(database: name))
        case .beside(let live):
            let name = "crossfade_shadow_\(UUID().uuidString.prefix(8).lowercased())"
            do {
                try await Self.execute("CREATE DATABASE \(name) TEMPLATE template0", at: live)
            } catch let error as PostgresError {
                throw Failure(
                    error.isConnectionProblem ? .unreachable : .refused,
                    "no shadow database can be made on the live server: \(error)",
                    hint: "ALTER ROLE ... CREATEDB, or name an empty database with --shadow URL"
                )
            }
            return live.database(name)
        }
    }

    private func remove(_ target: ConnectionTarget) async throws {
        switch place {
        case .named: try await Self.empty(target)
        case .cluster: break
        case .beside(let live):
            guard let name = target[keyword: "dbname"] else { return }
            try await Self.execute("DROP DATABASE \(try Identifier(name).quoted) WITH (FORCE)", at: live)
        }
    }

    private func target(_ url: String) -> ConnectionTarget { ConnectionTarget(url: url, environment: [:]) }

    private static func open(_ target: ConnectionTarget, keepsSearchPath: Bool = false) async throws -> Session {
        do {
            return try await Session.open(
                target,
                SessionOptions(applicationName: "crossfade/-/shadow", keepsSearchPath: keepsSearchPath)
            )
        } catch {
            throw Failure(.unreachable, "the shadow database cannot be reached: \(error)")
        }
    }

    private static func execute(_ statement: String, at target: ConnectionTarget) async throws {
        let session = try await open(target)
        do {
            try await session.run { try $0.executeAlone(statement) }
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }

    private static func empty(_ target: ConnectionTarget) async throws {
        let session = try await open(target)
        do {
            try await session.run { try EmptyDatabase(connection: $0).make() }
            await session.close()
        } catch {
            await session.close()
            throw error
        }
    }

    // MARK: - Which database it is

    private static func identity(of target: ConnectionTarget) async throws -> String {
        let session = try await open(target)
        do {
            let identity = try await session.run { try Self.identity(on: $0) }
            await session.close()
            return identity
        } catch {
            await session.close()
            throw error
        }
    }

    /// The same for two addresses of one database.
    private static func identity(on connection: Connection) throws -> String {
        try connection.query(
            """
            SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid AS identity FROM pg_database
             WHERE datname = current_database()
            """
        ).only().decode("identity")
    }
}

extension ConnectionTarget {
    /// Another database of the same server, as the same role.
    fileprivate func database(_ name: String) -> ConnectionTarget { with(keyword: "dbname", value: name) }
}
