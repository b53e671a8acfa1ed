import Postgres
import Testing
import TestSupport

@Suite(.load(.quiet), .scratchDatabase, .timeLimit(.minutes(60))) struct SessionTests {
    @Test func `loans follow one another, and nothing comes between their statements`() async throws {
        let session = try await ScratchDatabase.current.session()
        try await session.run { connection in _ = try connection.execute("CREATE TABLE public.t (loan int, step int)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for loan in 0..<8 {
                group.addTask {
                    try await session.run { connection in
                        for step in 0..<5 {
                            try connection.query("INSERT INTO public.t VALUES ($1, $2)", [loan, step])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let interleaved = try await session.run { connection in
            try connection.query(
                """
                SELECT count(*) FROM (
                    SELECT loan, step, lag(loan) OVER (ORDER BY ctid) AS loan_before FROM public.t
                ) AS steps WHERE step > 0 AND loan IS DISTINCT FROM loan_before
                """
            ).only().decode("count", as: Int.self)
        }
        #expect(interleaved == 0)
    }

    @Test func `sessions that block leave the Swift pool free`() async throws {
        let database = try ScratchDatabase.current
        let blocker = try database.connect()
        try blocker.execute("SELECT pg_advisory_lock(1)")
        // More waiters than the pool has threads on any machine that runs this.
        let waiters = try await withThrowingTaskGroup(of: Session.self) { group in
            for _ in 0..<32 { group.addTask { try await database.session(as: "waiter") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for waiter in waiters {
                group.addTask { _ = try await waiter.run { try $0.query("SELECT pg_advisory_xact_lock(1)") } }
            }
            try await waitUntil("all to wait") {
                try blocker.query(
                    """
                    SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
                    WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
                    """
                ).count == 32
            }
            try blocker.execute("SELECT pg_advisory_unlock(1)")
            try await group.waitForAll()
        }
    }

    @Test func `a deadline lasts for its loan only`() async throws {
        let session = try await ScratchDatabase.current.session()
        await #expect(throws: PostgresError.deadlineExceeded(statement: "SELECT 1")) {
            try await session.run { connection in
                connection.deadline = .now
                try connection.query("SELECT 1")
            }
        }
        #expect(try await session.run { try $0.query("SELECT 1").count } == 1)
    }

    @Test func `errors of the work are passed on`() async throws {
        struct Refusal: Error {}
        let session = try await ScratchDatabase.current.session()
        await #expect(throws: Refusal.self) { try await session.run { _ in throw Refusal() } }
    }

    @Test func `a closed session refuses work, and its backend goes`() async throws {
        let session = try await ScratchDatabase.current.session()
        let observer = try await ScratchDatabase.current.session()
        await session.close()
        let error = try await failure(of: { try await session.run { try $0.query("SELECT 1") } })
        #expect(error == .connectionFailed("the connection was closed before"))
        let processID = session.processID
        try await waitUntil("the backend to end") {
            try await observer.run { try $0.query("SELECT FROM pg_stat_activity WHERE pid = $1", [processID]).isEmpty }
        }
    }

    @Test func `a session that cannot be opened says why`() async throws {
        let target = ConnectionTarget(url: "postgresql:///app?host=/nonexistent", environment: [:])
        let error = try await failure(of: { try await Session.open(target, SessionOptions(applicationName: "tests")) })
        #expect(error?.isConnectionProblem == true)
    }
}
