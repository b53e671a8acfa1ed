import Cluster
import Foundation
import Testing
import TestSupport

@testable import Postgres

@Suite(.load(.quiet), .scratchDatabase, .timeLimit(.minutes(60))) struct ConnectionLossTests {
    private static let options = SessionOptions(applicationName: "tests")

    @Test func `a backend terminated under a statement is a lost connection`() async throws {
        let session = try await ScratchDatabase.current.session(as: "victim")
        let observer = try await ScratchDatabase.current.session(as: "observer")
        let statement = Task { try await session.run { try $0.query("SELECT pg_sleep(600)") } }
        try await waitUntil("the statement to run, then its end") {
            try await observer.run { connection in
                try connection.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE pid = $1 AND state = 'active' AND query LIKE '%pg_sleep%'
                    """,
                    [session.processID]
                ).count == 1
            }
        }
        let error = try #require(try await failure(of: { try await statement.value }))
        guard case .connectionLost(let reason) = error else { throw error }
        #expect(reason.contains("57P01"))
        #expect(reason.contains("terminating connection due to administrator command"))
        #expect(error.isConnectionProblem)
        #expect(!error.isRetryable)
        #expect(try await !session.run(\.isUsable))
        #expect(
            try await failure(of: { try await session.run { try $0.query("SELECT 1") } })
                == .connectionFailed("the connection was closed before")
        )
    }

    @Test func `a transaction that loses its connection is gone`() throws {
        let connection = try ScratchDatabase.current.connect()
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.execute("CREATE TABLE public.t (a int)")
                try connection.query("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        })
        guard case .connectionLost = error else { throw try #require(error) }
        let row = try ScratchDatabase.current.connect().query("SELECT to_regclass('public.t') AS t").only()
        #expect(try row.decodeIfPresent("t", as: String.self) == nil)
    }

    @Test func `an idle session that was ended is found lost at its next statement`() throws {
        let connection = try ScratchDatabase.current.connect()
        try ScratchDatabase.current.connect().query("SELECT pg_terminate_backend($1, 10000)", [connection.processID])
        let error = try failure(of: { try connection.query("SELECT 1") })
        #expect(error?.isConnectionProblem == true)
        #expect(!connection.isUsable)
    }

    @Test func `after a restart of the server a new connection finds the data`() async throws {
        let cluster = try await Cluster.start()
        let target = ConnectionTarget(url: cluster.url, environment: [:])
        let before = try Connection.open(target, Self.options)
        try before.execute("CREATE TABLE public.t AS SELECT 1 AS a")
        try await cluster.restart()
        #expect(try failure(of: { try before.query("SELECT 1") })?.isConnectionProblem == true)
        let after = try Connection.open(target, Self.options)
        #expect(try after.query("SELECT FROM public.t").count == 1)
        await cluster.stop()
        #expect(try failure(of: { try after.query("SELECT 1") })?.isConnectionProblem == true)
        let closed = try failure(of: { try Connection.open(target, Self.options) })
        guard case .connectionFailed = closed else { throw try #require(closed) }
    }

    @Test func `a server that does not even obey a cancel request is given up`() async throws {
        let cluster = try await Cluster.start()
        let connection = try Connection.open(ConnectionTarget(url: cluster.url, environment: [:]), Self.options)
        connection.patience = .milliseconds(600)
        connection.deadline = .now + .milliseconds(100)
        kill(connection.processID, SIGSTOP)
        let error = try failure(of: { try connection.query("SELECT 1") })
        kill(connection.processID, SIGCONT)
        #expect(error == .connectionLost("the server did not answer within 0.6 seconds"))
        #expect(!connection.isUsable)
        await cluster.stop()
    }
}
