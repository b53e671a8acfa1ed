import Foundation
import Testing
import TestSupport

@testable import Postgres

/// What a connection does with a pooler in transaction mode between it and the server.
@Suite(.scratchDatabase, .timeLimit(.minutes(60))) struct PoolerTests {
    private static let options = SessionOptions(
        applicationName: "tests",
        settings: ["default_transaction_read_only": "on", "statement_timeout": "9000"]
    )

    @Test func `a connection to the server itself is direct`() throws {
        let connection = try Connection.open(try ScratchDatabase.current.target, Self.options)
        #expect(!connection.isPooled)
        #expect(try connection.query("SHOW statement_timeout").only().decode(at: 0) == "9s")
        try connection.executeAlone("VACUUM pg_catalog.pg_class")
    }

    @Test(arguments: [false, true])
    func `a pooler is found out, whether it refuses startup options or passes over them`(_ ignores: Bool) async throws {
        try await TransactionPooler.with(ignoresOptions: ignores) { pooler in
            // The second one knows of the first one's refusal.
            for _ in 0..<2 {
                let connection = try Connection.open(pooler.target, Self.options)
                #expect(connection.isPooled)
                // Each way to send something has the settings, and leaves none behind.
                let query = "SELECT current_setting('search_path') || current_setting('statement_timeout')"
                #expect(try connection.query(query).only().decode(at: 0) == "pg_catalog9s")
                #expect(try connection.execute(query).first?.rows.only().decode(at: 0) == "pg_catalog9s")
                let inside: String = try connection.transaction { try $0.query(query).only().decode(at: 0) }
                #expect(inside == "pg_catalog9s")
                #expect(try Self.bare(pooler) == "\"$user\", public|0|off|on")
            }
        }
    }

    /// Settings of the server connection behind the pooler.
    ///
    /// A connection without prelude shows them as they are.
    private static func bare(_ pooler: TransactionPooler) throws -> String {
        let connection = try Connection.open(
            pooler.target,
            SessionOptions(applicationName: "tests", keepsSearchPath: true)
        )
        connection.prelude = Prelude([])
        return try connection.query(
            """
            SELECT concat_ws('|', current_setting('search_path'), current_setting('statement_timeout'),
                             current_setting('default_transaction_read_only'), current_setting('row_security'))
            """
        ).only().decode(at: 0)
    }

    @Test func `errors and results are those of the script that was sent`() async throws {
        try await TransactionPooler.with { pooler in
            let connection = try Connection.open(pooler.target, SessionOptions(applicationName: "tests"))
            let results = try connection.execute("CREATE TABLE public.t (a int); INSERT INTO public.t VALUES (1), (2)")
            #expect(results.map(\.tag) == ["CREATE TABLE", "INSERT 0 2"])
            let error = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1; SELECT nothing") }
            guard case .server(let server) = error else { throw try #require(error) }
            #expect(server.statementIndex == 0 || server.statementIndex == 1)
            #expect(server.position == 18)
            let direct = try ScratchDatabase.current.connect()
            let same = #expect(throws: PostgresError.self) { try direct.execute("SELECT 1; SELECT nothing") }
            #expect(same == error)
            // The failed transaction is over, and a script may have transactions of its own.
            try connection.execute("BEGIN; INSERT INTO public.t VALUES (3); COMMIT")
            #expect(try connection.query("SELECT count(*) FROM public.t").only().decode(at: 0, as: Int.self) == 3)
            let failed = #expect(throws: PostgresError.self) { try connection.query("SELECT $1::int / 0", [1]) }
            #expect(failed?.sqlState == SQLState(rawValue: "22012"))
            #expect(try connection.query("SELECT 1").count == 1)
        }
    }

    @Test func `defaults for transactions hold for those that a pooler gives to any session`() async throws {
        let database = try ScratchDatabase.current
        try database.connect().execute(
            "ALTER DATABASE \(database.name) SET default_transaction_isolation = 'serializable'"
        )
        try await TransactionPooler.with { pooler in
            let connection = try Connection.open(pooler.target, Self.options)
            #expect(try connection.query("SHOW transaction_isolation").only().decode(at: 0) == "read committed")
            for create in ["CREATE TABLE public.t ()", "BEGIN; CREATE TABLE public.t (); COMMIT"] {
                let error = #expect(throws: PostgresError.self) { try connection.execute(create) }
                #expect(error?.sqlState == .readOnlyTransaction)
            }
            try connection.transaction { connection in
                try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                #expect(try connection.query("SHOW transaction_isolation").only().decode(at: 0) == "repeatable read")
            }
        }
    }

    @Test func `remarks of a statement are kept`() async throws {
        try await TransactionPooler.with { pooler in
            let connection = try Connection.open(pooler.target, SessionOptions(applicationName: "tests"))
            _ = try connection.query("DROP TABLE IF EXISTS public.missing")
            #expect(connection.notices.count == 1)
        }
    }

    @Test func `a statement that refuses a transaction is not sent`() async throws {
        try await TransactionPooler.with { pooler in
            let connection = try Connection.open(pooler.target, SessionOptions(applicationName: "tests"))
            #expect(
                throws: PostgresError.usage("the statement needs a direct connection: VACUUM pg_catalog.pg_class")
            ) {
                try connection.executeAlone("VACUUM pg_catalog.pg_class")
            }
        }
    }

    @Test func `options of the target are sent beside those of the session`() throws {
        let url = try ScratchDatabase.current.url + "&options=-c%20work_mem%3D3MB%20-c%20row_security%3Don"
        let connection = try Connection.open(ConnectionTarget(url: url, environment: [:]), Self.options)
        #expect(!connection.isPooled)
        #expect(try connection.query("SHOW work_mem").only().decode(at: 0) == "3MB")
        #expect(try connection.query("SHOW row_security").only().decode(at: 0) == "off")
    }
}
