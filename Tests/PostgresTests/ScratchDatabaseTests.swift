import Postgres
import Testing

@testable import TestSupport

@Suite struct ScratchDatabaseTests {
    private struct Refusal: Error {}

    private func exists(_ name: String, on server: TestServer) throws -> Bool {
        let target = ConnectionTarget(url: server.url, environment: [:])
        let connection = try Connection.open(target, SessionOptions(applicationName: "tests"))
        return try !connection.query("SELECT FROM pg_database WHERE datname = $1", [name]).isEmpty
    }

    @Test func `a database goes when its case fails, even with sessions left in it`() async throws {
        let server = try await TestServer.required()
        var name = ""
        var left: Connection?
        await #expect(throws: Refusal.self) {
            try await ScratchDatabase.with(server: server) {
                name = try ScratchDatabase.current.name
                left = try ScratchDatabase.current.connect()
                #expect(try exists(name, on: server))
                throw Refusal()
            }
        }
        #expect(try !exists(name, on: server))
        #expect(try failure(of: { try left?.query("SELECT 1") })?.isConnectionProblem == true)
    }

    @Test func `a database goes when its case is cancelled`() async throws {
        let server = try await TestServer.required()
        let (names, name) = AsyncStream.makeStream(of: String.self)
        let task = Task {
            try await ScratchDatabase.with(server: server) {
                name.yield(try ScratchDatabase.current.name)
                try await Task.sleep(for: .seconds(600))
            }
        }
        var iterator = names.makeAsyncIterator()
        let made = try #require(await iterator.next())
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try !exists(made, on: server))
    }

    @Test func `without the trait there is no database`() {
        #expect(throws: ScratchDatabase.TraitMissing.self) { try ScratchDatabase.current }
    }

    @Test(.scratchDatabase, arguments: [1, 2])
    func `each case has an empty database of its own`(number: Int) throws {
        let connection = try ScratchDatabase.current.connect()
        #expect(try connection.query("SELECT FROM pg_tables WHERE schemaname = 'public'").isEmpty)
        try connection.execute("CREATE TABLE public.t AS SELECT \(number) AS a")
        #expect(
            try connection.query("SELECT current_database() AS n").only().decode("n", as: String.self)
                == ScratchDatabase.current.name
        )
    }

    @Test func `waiting ends with the condition, or with an error at the deadline`() async throws {
        var looks = 0
        try await waitUntil {
            looks += 1
            return looks == 3
        }
        #expect(looks == 3)
        await #expect(throws: DeadlinePassed.self) { try await waitUntil(deadline: .milliseconds(20)) { false } }
    }
}
