import Foundation
import Testing
import TestSupport

@testable import Postgres

@Suite(.scratchDatabase, .timeLimit(.minutes(60))) struct InterruptionTests {
    /// A statement that only an interruption ends in the time of a test.
    private static let endless = "SELECT pg_sleep(600)"

    // MARK: - Deadline

    @Test func `a statement still running at the deadline is cancelled, and the connection stays`() throws {
        let connection = try ScratchDatabase.current.connect()
        connection.deadline = .now + .milliseconds(100)
        #expect(throws: PostgresError.deadlineExceeded(statement: Self.endless)) { try connection.query(Self.endless) }
        connection.deadline = nil
        #expect(try connection.query("SELECT 1").count == 1)
    }

    @Test func `past the deadline nothing is sent`() throws {
        let connection = try ScratchDatabase.current.connect()
        connection.deadline = .now
        let statement = "CREATE TABLE public.t (a int)"
        #expect(throws: PostgresError.deadlineExceeded(statement: statement)) { try connection.execute(statement) }
        connection.deadline = nil
        let row = try connection.query("SELECT to_regclass('public.t') AS t").only()
        #expect(try row.decodeIfPresent("t", as: String.self) == nil)
    }

    @Test func `a transaction past its deadline is rolled back all the same`() throws {
        let connection = try ScratchDatabase.current.connect()
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.execute("CREATE TABLE public.t (a int)")
                connection.deadline = .now + .milliseconds(50)
                try connection.query(Self.endless)
            }
        })
        #expect(error == .deadlineExceeded(statement: Self.endless))
        connection.deadline = nil
        try connection.transaction { _ in }
        let row = try connection.query("SELECT to_regclass('public.t') AS t").only()
        #expect(try row.decodeIfPresent("t", as: String.self) == nil)
    }

    @Test func `a statement that ends in time is not disturbed by its deadline`() throws {
        let connection = try ScratchDatabase.current.connect()
        connection.deadline = .now + .seconds(60)
        #expect(try connection.query("SELECT pg_sleep(0.3)").count == 1)
    }

    @Test func `statement_timeout is the server's error, not a deadline`() throws {
        let target = try ScratchDatabase.current.target
        let options = SessionOptions(applicationName: "tests", statementTimeout: .milliseconds(50))
        let connection = try Connection.open(target, options)
        connection.deadline = .now + .seconds(60)
        #expect(try failure(of: { try connection.query(Self.endless) })?.sqlState == .queryCanceled)
    }

    // MARK: - Cancellation

    @Test func `cancelling the task stops a connection's statement`() async throws {
        let database = try ScratchDatabase.current
        let task = Task.detached {
            let connection = try database.connect(as: "sleeper")
            let error = try failure(of: { try connection.query(Self.endless) })
            return (error, connection.isUsable)
        }
        try await waitUntilActive("sleeper")
        task.cancel()
        let (error, isUsable) = try await task.value
        #expect(error == .cancelled)
        #expect(isUsable)
    }

    @Test func `cancelling the task stops a session's statement, and the next loan finds it ready`() async throws {
        let session = try await ScratchDatabase.current.session(as: "sleeper")
        let task = Task { try await session.run { try $0.query(Self.endless) } }
        try await waitUntilActive("sleeper")
        task.cancel()
        #expect(try await failure(of: { try await task.value }) == .cancelled)
        #expect(try await session.run { try $0.query("SELECT 1").count } == 1)
    }

    @Test func `a cancelled transaction is rolled back`() async throws {
        let session = try await ScratchDatabase.current.session(as: "sleeper")
        let task = Task {
            try await session.run { connection in
                try connection.transaction { connection in
                    try connection.execute("CREATE TABLE public.t (a int)")
                    try connection.query(Self.endless)
                }
            }
        }
        try await waitUntilActive("sleeper")
        task.cancel()
        #expect(try await failure(of: { try await task.value }) == .cancelled)
        let left = try await session.run { connection in
            try connection.query("SELECT to_regclass('public.t') AS t").only().decodeIfPresent("t", as: String.self)
        }
        #expect(left == nil)
    }

    @Test func `a loan whose task is cancelled before its turn does not begin`() async throws {
        let session = try await ScratchDatabase.current.session()
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate {}
            return try await session.run { try $0.query("SELECT 1").count }
        }
        task.cancel()
        opener.finish()
        #expect(try await failure(of: { try await task.value }) == .cancelled)
    }

    @Test func `two hundred cancelled loans never hit the loan after them`() async throws {
        let session = try await ScratchDatabase.current.session()
        var cancelled = 0
        for round in 0..<200 {
            let task = Task { try await session.run { try $0.query(Self.endless) } }
            // From before the loan to well into the statement.
            for _ in 0..<(round * 7 % 200) { await Task.yield() }
            task.cancel()
            let next = try await session.run { connection in
                // Several statements, for the request to come between.
                try (0..<5).map { try connection.query("SELECT $1::int AS n", [$0]).only().decode("n", as: Int.self) }
            }
            #expect(next == [0, 1, 2, 3, 4])
            if try await failure(of: { try await task.value }) == .cancelled { cancelled += 1 }
        }
        #expect(cancelled == 200)
    }

    @Test func `a request for a loan that is over is void`() async throws {
        let connection = try ScratchDatabase.current.connect()
        let canceller = connection.canceller
        canceller.begin(loan: 1)
        canceller.end()
        canceller.begin(loan: 2)
        for _ in 0..<50 { canceller.request(loan: 1) }
        #expect(try connection.query("SELECT pg_sleep(0.2)").count == 1)
    }

    private func waitUntilActive(_ applicationName: String) async throws {
        let observer = try await ScratchDatabase.current.session(as: "observer")
        try await waitUntil("\(applicationName) to run its statement") {
            try await observer.run { connection in
                let rows = try connection.query(
                    """
                    SELECT FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = $1 AND state = 'active' AND query = $2
                    """,
                    [applicationName, Self.endless]
                )
                return rows.count == 1
            }
        }
    }
}
