import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Whether a table has room for the columns that a change adds.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct TableRoomTests {
    /// A split, which adds two columns.
    private func fixture(_ schema: String) throws -> Fixture {
        try Fixture(
            schema: schema,
            plan: """
                version: 1
                name: split
                change:
                  split_column: {table: t, from: spot, to: [{name: x, type: int}, {name: y, type: int}],
                    split: {x: "split_part(spot, ' ', 1)::int", y: "split_part(spot, ' ', 2)::int"}, merge: "x || ' ' || y"}
                phases:
                  backfill: {latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                """
        )
    }

    /// A table of which so many column numbers are used, most of them by columns that were dropped.
    private static func used(_ count: Int) -> String {
        """
        CREATE TABLE t (id int PRIMARY KEY, spot text);
        DO $$ BEGIN
          EXECUTE 'ALTER TABLE t ' || (SELECT string_agg('ADD c' || n || ' int', ', ') FROM generate_series(1, \(count - 2)) n);
          EXECUTE 'ALTER TABLE t ' || (SELECT string_agg('DROP c' || n, ', ') FROM generate_series(1, \(count - 2)) n);
        END $$;
        """
    }

    @Test(arguments: [(1598, false), (1599, true), (1600, true)])
    func `column numbers are counted for all new columns, dropped ones among them`(
        _ used: Int,
        _ isRefused: Bool
    ) async throws {
        let found = try await fixture(Self.used(used)).engine().check().filter { $0.id == "columns" }
        #expect(found.map(\.weight) == (isRefused ? [.refused] : []))
        guard isRefused else { return }
        #expect(found.first?.message.contains("has used \(used) of 1600 column numbers") == true)
    }

    @Test func `what fits to the last number is carried to its end`() async throws {
        let fixture = try fixture(Self.used(1598) + "INSERT INTO t VALUES (1, '1 2')")
        try await fixture.advance(through: .enforce)
        try await fixture.rollBack()
        let found = try await fixture.engine().check().filter { $0.id == "columns" }
        #expect(found.map(\.weight) == [.refused], "a rollback does not give the numbers back")
    }

    @Test(arguments: [(990, false), (1020, true)])
    func `a row that would not fit in a page with the new columns is to be acknowledged`(
        _ count: Int,
        _ isFound: Bool
    ) async throws {
        let columns = (1...count).map { "c\($0) bigint" }.joined(separator: ", ")
        let found = try await fixture("CREATE TABLE t (id int PRIMARY KEY, spot text, \(columns))").engine().check()
            .filter { $0.id == "row-size" }
        #expect(found.map(\.weight) == (isFound ? [.acknowledge] : []))
    }
}
