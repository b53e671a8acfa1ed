import Postgres
import Testing
import TestSupport

@Suite(.scratchDatabase) struct ServerErrorTests {
    /// What the server answers to a statement that must fail.
    private func serverError(_ statement: String, after script: String = "") throws -> ServerError {
        let connection = try ScratchDatabase.current.connect()
        try connection.execute(script)
        let error = try failure(of: { try connection.query(statement) })
        #expect(connection.isUsable)
        guard case .server(let failure) = try #require(error) else { throw try #require(error) }
        return failure
    }

    @Test func `a violated constraint names schema, table and constraint`() throws {
        let error = try serverError(
            "INSERT INTO public.t VALUES (1)",
            after: "CREATE TABLE public.t (a int CONSTRAINT one_a UNIQUE); INSERT INTO public.t VALUES (1)"
        )
        #expect(error.state == .uniqueViolation)
        #expect(error.severity == "ERROR")
        #expect(error.message == #"duplicate key value violates unique constraint "one_a""#)
        #expect(error.detail == "Key (a)=(1) already exists.")
        #expect(error.schema == "public")
        #expect(error.table == "t")
        #expect(error.constraint == "one_a")
        #expect(error.statement == "INSERT INTO public.t VALUES (1)")
        #expect(error.statementIndex == 0)
    }

    @Test func `a NULL where none may be names the column`() throws {
        let error = try serverError(
            "INSERT INTO public.t VALUES (NULL)",
            after: "CREATE TABLE public.t (a int NOT NULL)"
        )
        #expect(error.state == .notNullViolation)
        #expect(error.column == "a")
    }

    @Test func `a violated domain names the type`() throws {
        let error = try serverError(
            "SELECT (-1)::public.positive",
            after: "CREATE DOMAIN public.positive AS int CHECK (VALUE > 0)"
        )
        #expect(error.state == .checkViolation)
        #expect(error.dataType == "positive")
        #expect(error.schema == "public")
    }

    @Test func `a mistake in the text has its position in characters`() throws {
        let error = try serverError("SELECT 'é', nothing")
        #expect(error.state == .undefinedColumn)
        #expect(error.position == 13)
        #expect(error.internalPosition == nil)
    }

    @Test func `a mistake inside a function has its own text, position and call stack`() throws {
        let error = try serverError(
            "SELECT public.f()",
            after: """
                CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql
                AS $$ BEGIN RETURN (SELECT nothing FROM pg_class); END $$
                """
        )
        #expect(error.state == .undefinedColumn)
        #expect(error.internalQuery?.contains("SELECT nothing FROM pg_class") == true)
        let query = try #require(error.internalQuery)
        let position = try #require(error.internalPosition)
        #expect(query.dropFirst(position - 1).hasPrefix("nothing"))
        #expect(error.context?.contains("PL/pgSQL function public.f()") == true)
        #expect(error.position == nil)
    }

    @Test func `everything that a function raises arrives`() throws {
        let error = try serverError(
            "SELECT public.f()",
            after: """
                CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
                    RAISE EXCEPTION 'message' USING DETAIL = 'detail', HINT = 'hint', ERRCODE = 'CF001',
                        SCHEMA = 'schema', TABLE = 'table', COLUMN = 'column', CONSTRAINT = 'constraint', DATATYPE = 'type';
                END $$
                """
        )
        var expected = ServerError(state: SQLState(rawValue: "CF001"), message: "message")
        expected.detail = "detail"
        expected.hint = "hint"
        expected.schema = "schema"
        expected.table = "table"
        expected.column = "column"
        expected.constraint = "constraint"
        expected.dataType = "type"
        expected.context = "PL/pgSQL function public.f() line 2 at RAISE"
        expected.statement = "SELECT public.f()"
        #expect(error == expected)
    }

    @Test func `a long statement is shortened`() throws {
        let error = try serverError("SELECT nothing, '" + String(repeating: "x", count: 1000) + "'")
        #expect(error.statement?.count == ServerError.statementLimit + 3)
        #expect(error.statement?.hasSuffix("x...") == true)
    }
}
