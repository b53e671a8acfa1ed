import Postgres
import Testing
import TestSupport

@Suite(.scratchDatabase)
struct SmokeTests {
    @Test func `a query returns rows`() throws {
        let c = try ScratchDatabase.current.connect()
        #expect(try c.query("SELECT 1 AS a").only().decode("a", as: Int.self) == 1)
    }
}
