import Postgres
import Testing

@Suite struct PostgresErrorTests {
    private func server(_ state: String, _ message: String = "") -> PostgresError {
        .server(ServerError(state: SQLState(rawValue: state), message: message))
    }

    @Test(arguments: ["55P03", "40P01", "40001"])
    func `lock timeouts, deadlocks and serialization failures may be tried again`(state: String) {
        #expect(server(state).isRetryable)
    }

    @Test func `a race on a catalog row may be tried again, other internal errors not`() {
        #expect(server("XX000", "tuple concurrently updated").isRetryable)
        #expect(server("XX000", "tuple concurrently deleted").isRetryable)
        #expect(!server("XX000", "cache lookup failed").isRetryable)
    }

    @Test(arguments: ["57014", "08006", "57P01", "53100", "53300", "25P03", "42P07", "23505", "22P02", "25006"])
    func `other failures are not tried again as they are`(state: String) {
        #expect(!server(state).isRetryable)
    }

    @Test(arguments: ["08000", "08006", "57P01", "57P02", "57P03"])
    func `connection exceptions and shutdowns are connection problems`(state: String) {
        #expect(server(state).isConnectionProblem)
        #expect(!server(state).isRetryable)
    }

    @Test func `only lost and failed connections are connection problems beside them`() {
        #expect(PostgresError.connectionLost("").isConnectionProblem)
        #expect(PostgresError.connectionFailed("").isConnectionProblem)
        for error in [server("57014"), .cancelled, .deadlineExceeded(statement: ""), .decoding(""), .usage("")] {
            #expect(!error.isConnectionProblem)
        }
    }

    @Test func `only the server gives a code`() {
        #expect(server("23505").sqlState == .uniqueViolation)
        #expect(PostgresError.connectionLost("57P01").sqlState == nil)
    }

    @Test func `a description has the advice and not the statement`() {
        var error = ServerError(state: .uniqueViolation, message: "duplicate key")
        error.detail = "Key (a)=(1) already exists."
        error.hint = "Take another."
        error.statement = "INSERT INTO secrets VALUES (1)"
        #expect(
            PostgresError.server(error).description == """
                ERROR 23505: duplicate key
                DETAIL: Key (a)=(1) already exists.
                HINT: Take another.
                """
        )
    }
}
