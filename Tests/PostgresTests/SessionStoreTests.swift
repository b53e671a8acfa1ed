import Postgres
import TestSupport
import Testing

/// Which sessions are used again, and which are not.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct SessionStoreTests {
    private static let options = SessionOptions(applicationName: "crossfade store")

    private func opened() async throws -> Session {
        try await Session.open(try ScratchDatabase.current.target, Self.options)
    }

    @Test func `a session that is given back is taken once, by who asks for the same options`() async throws {
        let store = SessionStore(lifetime: .seconds(600))
        let session = try await opened()
        await store.giveBack(session, Self.options)
        #expect(await store.take(SessionOptions(applicationName: "other")) == nil)
        let again = try #require(await store.take(Self.options))
        #expect(again.processID == session.processID)
        #expect(await store.take(Self.options) == nil)
        await again.close()
    }

    @Test func `one in a transaction, whole or failed, is closed instead of kept`() async throws {
        for scripts in [["BEGIN"], ["BEGIN", "SELECT 1/0"]] {
            let store = SessionStore(lifetime: .seconds(600))
            let session = try await opened()
            for script in scripts { try? await session.run { connection in _ = try connection.execute(script) } }
            await store.giveBack(session, Self.options)
            #expect(await store.take(Self.options) == nil, "\(scripts)")
        }
    }

    @Test func `one that the server has ended meanwhile is not handed out`() async throws {
        let store = SessionStore(lifetime: .seconds(600))
        let session = try await opened()
        await store.giveBack(session, Self.options)
        let other = try ScratchDatabase.current.connect()
        _ = try other.query("SELECT pg_terminate_backend($1::int, 60000)", ["\(session.processID)"])
        #expect(await store.take(Self.options) == nil)
    }

    @Test func `none rests longer than its lifetime, or when the store is closed`() async throws {
        let expired = SessionStore(lifetime: .zero)
        await expired.giveBack(try await opened(), Self.options)
        #expect(await expired.take(Self.options) == nil)
        let closed = SessionStore(lifetime: .seconds(600))
        await closed.giveBack(try await opened(), Self.options)
        await closed.close()
        #expect(await closed.take(Self.options) == nil)
    }
}
