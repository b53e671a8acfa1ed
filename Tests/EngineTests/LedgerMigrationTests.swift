import Diagnostics
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// How a ledger gets to a newer version, tried with a second version that no program has.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct LedgerMigrationTests {
    /// A table, a function and a column, as versions add them.
    private static let second = SourceText(
        name: "ledger/2",
        text: """
            CREATE TABLE crossfade.invented (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL);
            CREATE FUNCTION crossfade.invent() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
              AS $$ INSERT INTO crossfade.invented (note) VALUES ('made') $$;
            ALTER TABLE crossfade.lease ADD COLUMN invented integer NOT NULL DEFAULT 7;
            INSERT INTO crossfade.version (version) VALUES (2);
            """
    )

    private func scripts(_ second: SourceText? = Self.second) throws -> LedgerScripts {
        let own = try LedgerScripts(Fixture.templates())
        return LedgerScripts(scripts: own.scripts.prefix(1) + (second.map { [$0] } ?? []), evidence: own.evidence)
    }

    /// Roles are the server's and not the database's: each case has names of its own.
    private func role(_ name: String) throws -> String { "m_\(try ScratchDatabase.current.name)_\(name)" }

    private func connect(as role: String) throws -> Connection {
        let url = try ScratchDatabase.current.url.replacing("user=postgres", with: "user=\(role)")
        return try Connection.open(
            ConnectionTarget(url: url, environment: [:]),
            SessionOptions(applicationName: "crossfade tests")
        )
    }

    private func superuser() throws -> Connection { try ScratchDatabase.current.connect() }

    private func version(_ connection: Connection) throws -> Int { try Ledger(connection).installedVersion() }

    /// Version 1, as a role that is no superuser, with something in it.
    private func installFirst(as owner: String) throws {
        let connection = try superuser()
        let database = try ScratchDatabase.current.name
        try connection.execute("CREATE ROLE \(owner) LOGIN; GRANT CREATE ON DATABASE \(database) TO \(owner)")
        try Ledger(try connect(as: owner)).install(try scripts(nil))
        try connection.execute(
            """
            INSERT INTO crossfade.run (plan, state, change_digest, template_digest, author, blueprint)
            VALUES ('other', 'completed', '', '', 'anna', '{}')
            """
        )
        #expect(try version(connection) == 1)
    }

    private func drop(_ roles: String...) {
        do {
            let connection = try superuser()
            for role in roles { try connection.execute("DROP OWNED BY \(role) CASCADE; DROP ROLE \(role)") }
        } catch { Issue.record(error) }
    }

    private func refusal(_ install: () throws -> Void) throws -> Failure {
        try #require(#expect(throws: Failure.self) { try install() })
    }

    // MARK: - One version after the other

    @Test func `a database without a ledger gets every version`() throws {
        let connection = try superuser()
        try Ledger(connection).install(try scripts())
        let versions: [Int] = try connection.query("SELECT version FROM crossfade.version ORDER BY version")
            .map { try $0.decode("version") }
        #expect(versions == [1, 2])
    }

    @Test func `the ledger of this program has as many versions as scripts`() throws {
        let connection = try superuser()
        let own = try LedgerScripts(Fixture.templates())
        try Ledger(connection).install(own)
        #expect(own.version == Ledger.version)
        #expect(try version(connection) == Ledger.version)
        #expect(try Ledger(connection).isCurrent)
        #expect(try Fixture.templates().source("ledger/\(Ledger.version + 1)") == nil)
    }

    @Test(.asSuperuser("CREATE ROLE")) func `a ledger is brought up to date as its owner, and keeps what it holds`()
        throws
    {
        let owner = try role("owner")
        try installFirst(as: owner)
        defer { drop(owner) }
        let connection = try superuser()
        try Ledger(connection).install(try scripts())
        let owners: String = try connection.query(
            """
            SELECT string_agg(DISTINCT pg_get_userbyid(o.owner)::text, ',') AS owners FROM (
              SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'crossfade'::regnamespace
              UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'crossfade'::regnamespace) o
            """
        ).only().decode("owners")
        #expect(owners == owner)
        #expect(try version(connection) == 2)
        #expect(try connection.query("SELECT FROM crossfade.run WHERE plan = 'other'").count == 1)
        // What runs as the owner of its function may use what the function names.
        try connection.execute("SELECT crossfade.invent()")
        #expect(try connection.query("SELECT FROM crossfade.invented").count == 1)
    }

    @Test func `bringing it up to date again changes nothing`() throws {
        let connection = try superuser()
        for _ in 1...3 { try Ledger(connection).install(try scripts()) }
        #expect(try connection.query("SELECT FROM crossfade.version").count == 2)
    }

    @Test func `of several sessions at once, one brings it up to date`() async throws {
        try Ledger(try superuser()).install(try scripts(nil))
        let scripts = try scripts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...4 {
                let session = try await ScratchDatabase.current.session()
                group.addTask {
                    try await session.run { connection in try Ledger(connection).install(scripts) }
                    await session.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try superuser().query("SELECT FROM crossfade.version").count == 2)
    }

    // MARK: - Refusals

    @Test(.asSuperuser("CREATE ROLE"))
    func `a role that is no member of the ledger's owner is told who may bring it up to date`() throws {
        let (owner, other) = (try role("owner"), try role("other"))
        try installFirst(as: owner)
        defer { drop(owner, other) }
        try superuser().execute(
            """
            CREATE ROLE \(other) LOGIN; GRANT USAGE, CREATE ON SCHEMA crossfade TO \(other);
            GRANT ALL ON ALL TABLES IN SCHEMA crossfade TO \(other)
            """
        )
        let connection = try connect(as: other)
        let failure = try refusal { try Ledger(connection).install(try scripts()) }
        #expect(failure.code == .refused)
        #expect(failure.message.contains("only its owner, \(owner), may do"), "\(failure.message)")
        #expect(failure.hint?.contains("crossfade init as \(owner)") == true)
        #expect(try version(connection) == 1)
        // As a member it may.
        try superuser().execute("GRANT \(owner) TO \(other)")
        try Ledger(try connect(as: other)).install(try scripts())
        #expect(try version(connection) == 2)
    }

    @Test func `while an older program runs a plan, the ledger stays as it is`() throws {
        let connection = try superuser()
        try Ledger(connection).install(try scripts(nil))
        try connection.execute(
            """
            INSERT INTO crossfade.lease (plan, token, host, pid, started_at, expires_at)
            VALUES ('other', 'token', 'elsewhere', 77, now(), clock_timestamp() + interval '1 h'),
                   ('ended', 'token', 'elsewhere', 78, now(), clock_timestamp() - interval '1 s')
            """
        )
        let failure = try refusal { try Ledger(connection).install(try scripts()) }
        #expect(failure.code == .tryAgain)
        #expect(failure.message.hasSuffix("other (process 77 on elsewhere)"), "\(failure.message)")
        #expect(try version(connection) == 1)
        try connection.execute("DELETE FROM crossfade.lease WHERE plan = 'other'")
        try Ledger(connection).install(try scripts())
        #expect(try connection.query("SELECT invented FROM crossfade.lease").only().decode("invented") == 7)
    }

    @Test func `a ledger of a newer program is refused`() throws {
        let connection = try superuser()
        try Ledger(connection).install(try scripts())
        let failure = try refusal { try Ledger(connection).install(try scripts(nil)) }
        #expect(failure.code == .refused)
        #expect(failure.message == "the ledger in this database has version 2, and this program knows 1")
        #expect(try version(connection) == 2)
    }

    @Test func `a script that fails half-way leaves the version before`() throws {
        let connection = try superuser()
        try Ledger(connection).install(try scripts(nil))
        let broken = SourceText(name: "ledger/2", text: "\(Self.second.text)\nSELECT 1 / 0;")
        #expect(throws: PostgresError.self) { try Ledger(connection).install(try scripts(broken)) }
        #expect(try version(connection) == 1)
        #expect(try connection.query("SELECT to_regclass('crossfade.invented') IS NULL AS gone").only().decode("gone"))
    }
}
