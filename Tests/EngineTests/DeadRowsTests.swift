import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// The space of the rows that the copy replaces is given back while it runs.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct DeadRowsTests {
    private static let plan = """
        version: 1
        name: rename
        change:
          rename_column: {table: t, from: bio, to: biography}
        phases:
          backfill: {workers: 1}
          dual_write_check: {observe: 0s, min_writes: 0}
        """

    private static let wide = """
        CREATE TABLE t (id int PRIMARY KEY, bio text, pad text DEFAULT repeat('x', 900)) WITH (autovacuum_enabled = off);
        INSERT INTO t SELECT n, 'bio ' || n FROM generate_series(1, 100000) n; CREATE INDEX ON t (pad); ANALYZE t;
        """

    /// On a server of its own: an open transaction of another case, in whatever database, keeps dead rows from being given back.
    @Test func `the table stays small, as dead rows are given back while it runs`() async throws {
        try await ScratchDatabase.onServer(with: [:]) {
            let fixture = try Fixture(schema: Self.wide, plan: Self.plan)
            try await fixture.advance(through: .expand)
            let before: Int = try fixture.value("SELECT pg_table_size('t')")
            try await fixture.advance(through: .backfill)
            let after: Int = try fixture.value("SELECT pg_table_size('t')")
            #expect(try fixture.value("SELECT sum(vacuums) FROM crossfade.pass", as: Int.self) > 0)
            let complaints = fixture.remarks.all.filter {
                if case .notice(let text) = $0 { text.contains("VACUUM") } else { false }
            }
            #expect(complaints.isEmpty, "\(complaints)")
            // One UPDATE of the table makes it twice as large.
            #expect(Double(after) / Double(before) < 1.6, "\(Double(after) / Double(before))")
        }
    }

    /// A VACUUM that freezes every row waits for a page that a cursor reads.
    @Test func `the copy waits while a VACUUM takes longer than it`() async throws {
        try await ScratchDatabase.onServer(with: ["vacuum_freeze_table_age": "0", "vacuum_freeze_min_age": "0"]) {
            let fixture = try Fixture(schema: Self.wide, plan: Self.plan)
            try await fixture.advance(through: .expand)
            let reader = try fixture.database.connect()
            _ = try reader.execute("BEGIN; DECLARE c CURSOR FOR SELECT id FROM public.t; FETCH c")
            let running = Task { try await fixture.advance(through: .backfill) }
            let watcher = try fixture.database.connect()
            let copied = "SELECT sum(rows_done)::int AS rows FROM crossfade.pass"
            let stuck = """
                SELECT count(*) > 0 AS stuck FROM pg_stat_activity
                 WHERE query LIKE 'VACUUM%' AND wait_event = 'BufferPin' AND datname = current_database()
                """
            try await waitUntil("a VACUUM to wait for the cursor", deadline: .seconds(120)) {
                try await Task.sleep(for: .milliseconds(20))
                return try watcher.query(stuck).only().decode("stuck")
            }
            try await waitUntil("the copy to have made more rows dead than a VACUUM may leave", deadline: .seconds(120))
            {
                try await Task.sleep(for: .milliseconds(20))
                return try watcher.query(copied).only().decode("rows", as: Int.self) > 20_000
            }
            // The copy needs a second for all of the rest.
            try await Task.sleep(for: .seconds(2))
            #expect(try watcher.query(copied).only().decode("rows", as: Int.self) < 60_000)
            #expect(try watcher.query(stuck).only().decode("stuck"))
            _ = try reader.execute("COMMIT")
            _ = try await running.value
            #expect(try fixture.value("SELECT count(*) FROM t WHERE biography IS DISTINCT FROM bio") == 0)
        }
    }
}
