import Postgres
import Testing
import TestSupport

@Suite(.scratchDatabase) struct ScriptTests {
    @Test func `every statement of a script has a result`() throws {
        let connection = try ScratchDatabase.current.connect()
        let results = try connection.execute(
            """
            CREATE TABLE public.t (a int);
            INSERT INTO public.t VALUES (1), (2);
            -- a remark; not a statement
            SELECT a FROM public.t ORDER BY a DESC;
            """
        )
        #expect(results.map(\.tag) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
        #expect(results.map(\.affected) == [0, 2, 2])
        #expect(try results[2].rows.map { try $0.decode("a", as: Int.self) } == [2, 1])
    }

    @Test(arguments: ["", ";", "-- nothing"])
    func `a script without statements has no results`(script: String) throws {
        #expect(try ScratchDatabase.current.connect().execute(script).isEmpty)
    }

    @Test func `a script goes to the server as one message`() throws {
        let script = "SELECT 1; SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        let results = try ScratchDatabase.current.connect().execute(script)
        #expect(try results[1].rows.only().decode("query", as: String.self) == script)
    }

    @Test func `a failing statement in the middle ends the script, whose effects are undone`() throws {
        let connection = try ScratchDatabase.current.connect()
        let script = "CREATE TABLE public.t (a int); SELECT 1 / 0; CREATE TABLE public.u (a int)"
        let error = try #require(throws: PostgresError.self) { try connection.execute(script) }
        guard case .server(let failure) = error else { throw error }
        #expect(failure.state.rawValue == "22012")
        #expect(failure.statementIndex == 1)
        #expect(failure.statement == script)
        #expect(
            try connection.query("SELECT to_regclass('public.t') AS t").only().decodeIfPresent("t", as: String.self)
                == nil
        )
    }

    @Test func `a block that a failed script leaves open is rolled back`() throws {
        let connection = try ScratchDatabase.current.connect()
        #expect(throws: PostgresError.self) {
            try connection.execute("BEGIN; CREATE TABLE public.t (a int); SELECT 1 / 0; COMMIT")
        }
        #expect(connection.isUsable)
        #expect(
            try connection.query("SELECT to_regclass('public.t') AS t").only().decodeIfPresent("t", as: String.self)
                == nil
        )
        try connection.transaction { _ in }
    }

    @Test func `a script that fails in a transaction leaves the end to its scope`() throws {
        let connection = try ScratchDatabase.current.connect()
        let ending = try failure(of: {
            try connection.transaction { connection in
                #expect(try failure(of: { try connection.execute("SELECT 1 / 0") }) != nil)
                #expect(try failure(of: { try connection.query("SELECT 1") })?.sqlState == .inFailedTransaction)
                throw PostgresError.cancelled
            }
        })
        #expect(ending == .cancelled)
        #expect(try connection.query("SELECT 1 AS a").count == 1)
    }

    @Test(arguments: ["COPY public.t FROM STDIN", "COPY (SELECT 1) TO STDOUT"])
    func `COPY through the client is refused instead of hanging`(statement: String) throws {
        let connection = try ScratchDatabase.current.connect()
        try connection.execute("CREATE TABLE public.t (a int)")
        let error = #expect(throws: PostgresError.self) { try connection.execute(statement) }
        #expect(error == .usage("COPY from or to the client is not supported; the connection was closed"))
        #expect(!connection.isUsable)
    }

    // MARK: - Notices

    @Test func `notices belong to the call that raised them`() throws {
        let connection = try ScratchDatabase.current.connect()
        try connection.execute(
            """
            DO $$ BEGIN
                RAISE NOTICE 'first';
                RAISE WARNING 'second' USING DETAIL = 'd', HINT = 'h', ERRCODE = '01234';
            END $$
            """
        )
        #expect(connection.notices.map(\.severity) == ["NOTICE", "WARNING"])
        #expect(connection.notices.map(\.message) == ["first", "second"])
        let second = try #require(connection.notices.last)
        #expect(second.detail == "d")
        #expect(second.hint == "h")
        #expect(second.state.rawValue == "01234")
        #expect(second.context?.contains("PL/pgSQL") == true)
        #expect("\(second)" == "WARNING: second")
        try connection.execute("SELECT 1")
        #expect(connection.notices.isEmpty)
    }

    @Test func `notices of a failed call are kept, through the rollback too`() throws {
        let connection = try ScratchDatabase.current.connect()
        #expect(throws: PostgresError.self) {
            try connection.execute("BEGIN; DO $$ BEGIN RAISE NOTICE 'before'; END $$; SELECT 1 / 0")
        }
        #expect(connection.notices.map(\.message) == ["before"])
    }
}
