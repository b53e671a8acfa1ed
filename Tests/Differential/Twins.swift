import Postgres
import SQL

/// Two databases of one server, and the roles that work in them: an owner without further rights, an application, and an
/// idle session of a third role beside them.
package final class Twins {
    /// One of the two databases.
    final class Side {
        let target: ConnectionTarget
        /// A superuser's, which reads what every role wrote.
        let administrator: Connection
        let owner: Connection
        let application: Connection
        /// A session that does nothing, of a role that the owner may not look at.
        let bystander: Connection

        init(_ database: String, _ roles: Roles, _ url: (String) -> String) throws {
            func target(_ role: String) -> ConnectionTarget {
                ConnectionTarget(url: "\(url(database))&user=\(role)", environment: [:])
            }
            let options = SessionOptions(applicationName: "differential", keepsSearchPath: true)
            self.target = target(roles.owner)
            administrator = try Connection.open(ConnectionTarget(url: url(database), environment: [:]), options)
            owner = try Connection.open(target(roles.owner), options)
            application = try Connection.open(target(roles.application), options)
            bystander = try Connection.open(target(roles.bystander), options)
            // As clients have it; the sessions of Crossfade switch it off.
            for client in [owner, application] { try client.execute("SET row_security = on") }
        }

        func close() { for connection in [administrator, owner, application, bystander] { connection.close() } }
    }

    /// Names that are the server's and not the database's.
    struct Roles {
        let prefix: String
        var owner: String { prefix + "_owner" }
        var application: String { prefix + "_app" }
        var bystander: String { prefix + "_other" }
        var all: [String] { [owner, application, bystander] }
    }

    let roles: Roles
    private let names: (twin: String, changed: String)
    private let url: (String) -> String
    private(set) var twin: Side
    private(set) var changed: Side
    private var resets = 0

    /// Makes roles and databases, whose names begin with the given one.
    ///
    /// `url` gives the connection string of a database as a superuser.
    package init(_ name: String, url: @escaping (String) -> String) throws {
        roles = Roles(prefix: name)
        names = (name + "_twin", name + "_changed")
        self.url = url
        let server = try Self.administrator(url)
        for role in roles.all { try server.execute("CREATE ROLE \(role) LOGIN") }
        // COPY from a program is the only one that needs no client.
        try server.execute("GRANT pg_execute_server_program TO \(roles.application)")
        (twin, changed) = try Self.create(names, roles, url)
    }

    private static func administrator(_ url: (String) -> String) throws -> Connection {
        try Connection.open(
            ConnectionTarget(url: url("postgres"), environment: [:]),
            SessionOptions(applicationName: "differential")
        )
    }

    private static func create(_ names: (twin: String, changed: String), _ roles: Roles, _ url: (String) -> String)
        throws -> (twin: Side, changed: Side)
    {
        let server = try administrator(url)
        for name in [names.twin, names.changed] {
            try server.execute("CREATE DATABASE \(name) OWNER \(roles.owner) TEMPLATE template0")
        }
        return try open(names, roles, url)
    }

    private static func open(_ names: (twin: String, changed: String), _ roles: Roles, _ url: (String) -> String)
        throws -> (twin: Side, changed: Side)
    {
        let sides = (twin: try Side(names.twin, roles, url), changed: try Side(names.changed, roles, url))
        // What is written into the twin behind its triggers' back.
        try sides.twin.administrator.execute("SET session_replication_role = replica")
        return sides
    }

    /// Empties both databases; a ledger that knows of no run stays, since it takes long to make.
    func reset(_ namespace: Identifier) throws {
        resets += 1
        // Sessions remember what they have seen of dropped tables, and grow slow.
        if resets % 20 == 0 { try reconnect() }
        for side in [twin, changed] {
            let schemas = try side.administrator.query(
                """
                SELECT 'SCHEMA ' || quote_ident(nspname) AS name FROM pg_namespace
                 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND (nspname <> 'crossfade' OR $1)
                UNION ALL SELECT 'FUNCTION ' || oid::regprocedure FROM pg_proc
                 WHERE pronamespace = to_regnamespace('crossfade') AND proname ~ '^crossfade_'
                """,
                [try hasRuns(side)]
            ).map { try $0.decode("name", as: String.self) }
            // Functions first: a schema takes its own with it.
            let drops = schemas.sorted().map { "DROP \($0) CASCADE; " }.joined()
            let path = "SET search_path = \(namespace.quoted)"
            try side.administrator.execute(
                """
                SET client_min_messages = warning; \(drops)
                CREATE SCHEMA \(namespace.quoted) AUTHORIZATION \(roles.owner);
                GRANT USAGE ON SCHEMA \(namespace.quoted) TO \(roles.application); \(path)
                """
            )
            for client in [side.owner, side.application] { try client.execute(path) }
        }
    }

    private func hasRuns(_ side: Side) throws -> Bool {
        let hasLedger = try side.administrator.query("SELECT to_regclass('crossfade.run') IS NOT NULL").only()
        guard try hasLedger.decode(at: 0) else { return true }
        return try side.administrator.query("SELECT EXISTS (SELECT FROM crossfade.run)").only().decode(at: 0)
    }

    private func reconnect() throws {
        twin.close()
        changed.close()
        (twin, changed) = try Self.open(names, roles, url)
    }

    /// New databases in the place of those in which a run was broken off.
    package func renew() throws {
        try dropDatabases()
        (twin, changed) = try Self.create(names, roles, url)
    }

    private func dropDatabases() throws {
        twin.close()
        changed.close()
        let server = try Self.administrator(url)
        for name in [names.twin, names.changed] { try server.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
    }

    /// Drops everything again.
    package func close() throws {
        try dropDatabases()
        let server = try Self.administrator(url)
        for role in roles.all { try server.execute("DROP ROLE \(role)") }
    }
}
