import Postgres
import Testing
import TestSupport

@Suite(.scratchDatabase) struct TransactionTests {
    private struct Refusal: Error, Equatable {}

    /// A connection to a database with an empty table `t`.
    private func connection() throws -> Connection {
        let connection = try ScratchDatabase.current.connect()
        try connection.execute("CREATE TABLE public.t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        return connection
    }

    private func count(_ connection: Connection) throws -> Int {
        try connection.query("SELECT count(*) FROM public.t").only().decode("count")
    }

    @Test func `a transaction is committed with its value`() throws {
        let connection = try connection()
        let value = try connection.transaction { connection in
            try connection.query("INSERT INTO public.t VALUES ($1) RETURNING a", [7]).only().decode("a", as: Int.self)
        }
        #expect(value == 7)
        #expect(try count(ScratchDatabase.current.connect()) == 1)
    }

    @Test func `whatever the block throws, the transaction is rolled back`() throws {
        let connection = try connection()
        #expect(throws: Refusal()) {
            try connection.transaction { connection in
                try connection.query("INSERT INTO public.t VALUES (1)")
                throw Refusal()
            }
        }
        #expect(try count(connection) == 0)
    }

    @Test func `a failed statement rolls back what went before`() throws {
        let connection = try connection()
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.query("INSERT INTO public.t VALUES (1)")
                try connection.query("SELECT 1 / 0")
            }
        })
        #expect(error?.sqlState?.rawValue == "22012")
        #expect(try count(connection) == 0)
    }

    @Test func `an error of COMMIT is thrown`() throws {
        let connection = try connection()
        let error = try failure(of: {
            try connection.transaction { try $0.execute("INSERT INTO public.t VALUES (1), (1)") }
        })
        #expect(error?.sqlState == .uniqueViolation)
        #expect(try count(connection) == 0)
    }

    @Test func `a swallowed error does not pass for a commit`() throws {
        let connection = try connection()
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.query("INSERT INTO public.t VALUES (1)")
                #expect(try failure(of: { try connection.query("SELECT 1 / 0") }) != nil)
            }
        })
        #expect(error == .usage("a transaction went on after a failed statement"))
        #expect(try count(connection) == 0)
    }

    @Test func `a transaction does not nest`() throws {
        let connection = try connection()
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.query("INSERT INTO public.t VALUES (1)")
                try connection.transaction { _ in }
            }
        })
        #expect(error == .usage("a transaction was begun inside a transaction"))
        #expect(try count(connection) == 0)
        try connection.execute("BEGIN")
        #expect(try failure(of: { try connection.transaction { _ in } }) != nil)
    }

    @Test func `a block that ends the transaction itself is told so`() throws {
        let connection = try connection()
        let error = try failure(of: { try connection.transaction { try $0.execute("COMMIT") } })
        #expect(error == .usage("a transaction was ended inside its scope"))
        try connection.transaction { _ in }
    }

    @Test func `a connection closed inside a transaction has lost it`() throws {
        let connection = try connection()
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.query("INSERT INTO public.t VALUES (1)")
                connection.close()
            }
        })
        #expect(error == .connectionLost("the connection was closed inside a transaction"))
        #expect(try count(ScratchDatabase.current.connect()) == 0)
    }

    private static let rolledBack = """
        SELECT pg_stat_get_db_xact_rollback(oid) AS count FROM pg_database WHERE datname = current_database()
        """

    @Test func `what is taken back is there for its block alone, and is no rollback`() throws {
        let connection = try ScratchDatabase.current.connect()
        let seen = try connection.rolledBack { connection in
            try connection.execute("CREATE TABLE public.t (a int); INSERT INTO public.t VALUES (1)")
            return try connection.query("SELECT a FROM public.t").only().decode("a", as: Int.self)
        }
        #expect(seen == 1)
        #expect(
            try connection.query("SELECT to_regclass('public.t') IS NULL AS gone").only().decode("gone", as: Bool.self)
        )
        #expect(throws: PostgresError.self) { try connection.rolledBack { try $0.query("SELECT 1 / 0") } }
        #expect(try connection.query("SELECT 1 AS one").only().decode("one", as: Int.self) == 1)
        #expect(connection.rollbacks == 0)
    }

    @Test func `a session counts the transactions that the server rolls back for it`() throws {
        let connection = try ScratchDatabase.current.connect()
        guard connection.serverVersion >= 150_000 else { return }
        func server() throws -> Int64 {
            _ = try connection.query("SELECT pg_stat_force_next_flush()")
            return try connection.query(Self.rolledBack).only().decode("count")
        }
        let before = (own: connection.rollbacks, server: try server())
        #expect(throws: PostgresError.self) { try connection.query("SELECT 1 / 0") }
        #expect(throws: PostgresError.self) { try connection.query("SELECT syntax error") }
        #expect(throws: PostgresError.self) { try connection.execute("BEGIN; SELECT 1; SELECT 1 / 0; COMMIT") }
        #expect(throws: PostgresError.self) { try connection.execute("SELECT 1; SELECT 1 / 0") }
        #expect(throws: PostgresError.self) { try connection.transaction { try $0.query("SELECT 1 / 0") } }
        #expect(throws: CancellationError.self) { try connection.transaction { _ in throw CancellationError() } }
        try connection.execute("BEGIN; SAVEPOINT a; SELECT 1; ROLLBACK TO a; COMMIT")
        try connection.transaction { _ = try $0.query("SELECT 1") }
        #expect(connection.rollbacks - before.own == 6)
        #expect(try server() - before.server == 6)
    }
}
