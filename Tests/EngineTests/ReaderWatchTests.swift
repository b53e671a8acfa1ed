import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Who reads the old shape, as pg_stat_statements counts statements.
@Suite(.load(.ordinary), .asSuperuser("CREATE EXTENSION pg_stat_statements"), .timeLimit(.minutes(60)))
struct ReaderWatchTests {
    private static let preloaded = ["shared_preload_libraries": "pg_stat_statements"]

    private func fixture(_ extra: String = "", dualWrite: String = "trigger", requires: String = "no_legacy_reads")
        throws
        -> Fixture
    {
        let plan = """
            version: 1
            name: rename
            change:
              rename_column: {table: Profile, from: bio, to: biography}
            dual_write: {by: \(dualWrite)}
            phases:
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {requires: [{\(requires): 1h}]}
            """
        return try Fixture(
            schema: """
                CREATE TABLE "Profile" (id int PRIMARY KEY, bio text);
                INSERT INTO "Profile" (id, bio) SELECT n, 'bio ' || n FROM generate_series(1, 300) n;
                \(extra)
                """,
            plan: plan
        )
    }

    private func requirement(_ fixture: Fixture, _ name: String = "no_legacy_reads") async throws -> RequirementResult {
        let gate = try await fixture.engine().gate(.contract)
        return try #require(gate.requirements.first { $0.name == name })
    }

    /// Has everything that was seen be seen more than an hour ago.
    private func goBack(_ fixture: Fixture) throws {
        try fixture.sql(
            """
            UPDATE crossfade.statement_look SET since = since - interval '61 min';
            UPDATE crossfade.statement_reader SET last_seen = last_seen - interval '61 min';
            """
        )
    }

    @Test(.scratchDatabase) func `without the extension nothing is known, and the way out is told`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .enforce)
        let result = try await requirement(fixture)
        #expect(result.verdict == .waiting)
        #expect(
            result.reason.contains("inconclusive: pg_stat_statements is missing: set shared_preload_libraries"),
            "\(result.reason)"
        )
        #expect(result.reason.contains("CREATE EXTENSION pg_stat_statements"))
    }

    @Test(.scratchDatabase) func `an extension that the server has not loaded is told`() async throws {
        let fixture = try fixture("CREATE EXTENSION pg_stat_statements;")
        try await fixture.advance(through: .enforce)
        let result = try await requirement(fixture)
        #expect(result.verdict == .waiting)
        #expect(result.reason.contains("must be loaded via"), "\(result.reason)")
    }

    @Test func `the last look of contract itself, and the way back, are no readers`() async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture("CREATE EXTENSION pg_stat_statements;")
            try await fixture.advance(through: .enforce)
            try goBack(fixture)
            try await fixture.advance(through: .contract)
            let compared = try fixture.value(
                "SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%crossfade.require%jsonb_each_text%'",
                as: Int.self
            )
            #expect(compared == 1, "the rows are compared under the lock")
            try await fixture.rollBack(to: .enforce)
            let result = try await requirement(fixture)
            #expect(result.verdict == .open, "\(result)")
        }
    }

    @Test func `a reader keeps contract closed by name until the window has passed`() async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture(
                "CREATE EXTENSION pg_stat_statements; CREATE ROLE reporting; GRANT SELECT ON \"Profile\" TO reporting;"
            )
            try fixture.sql("SET ROLE reporting; SELECT bio FROM \"Profile\" WHERE id = 5")
            try await fixture.advance(through: .enforce)
            // What was run before the first look counts from then on only.
            #expect(try await requirement(fixture).verdict == .waiting)
            try fixture.sql("SET ROLE reporting; SELECT bio FROM \"Profile\" WHERE id = 6")
            let closed = try await requirement(fixture)
            #expect(closed.verdict == .closed)
            #expect(closed.reason.contains("role reporting used the old side"), "\(closed.reason)")
            #expect(
                closed.reason.contains(#"1 time since"#)
                    && closed.reason.contains(#"SELECT bio FROM "Profile" WHERE id = $1"#),
                "\(closed.reason)"
            )
            // A gate changes nothing: it goes on counting from the last look.
            #expect(try await requirement(fixture).verdict == .closed)
            #expect(try await fixture.engine().verify().verdict == .passed)
            try fixture.sql(
                "SELECT biography FROM \"Profile\" WHERE id = 6; UPDATE \"Profile\" SET biography = 'x' WHERE id = 7"
            )
            try goBack(fixture)
            let open = try await requirement(fixture)
            #expect(open.verdict == .open, "\(open.reason)")
            try fixture.sql("SET ROLE reporting; SELECT bio FROM \"Profile\" WHERE id = 7")
            #expect(try await requirement(fixture).verdict == .closed)
            let report = try await fixture.engine().advance(
                through: .contract,
                waits: false,
                confirmation: Confirmation(name: "rename")
            )
            #expect(report.outcome != .done)
        }
    }

    @Test func `a version that writes both columns to the same keeps contract closed, though the trigger sees nothing`()
        async throws
    {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture(
                "CREATE EXTENSION pg_stat_statements; CREATE ROLE twice; GRANT ALL ON \"Profile\" TO twice;"
            )
            try await fixture.advance(through: .enforce)
            try goBack(fixture)
            #expect(try await requirement(fixture).verdict == .open)
            try fixture.sql("SET ROLE twice; INSERT INTO \"Profile\" (id, bio, biography) VALUES (900, 'x', 'x')")
            #expect(try fixture.value("SELECT count(*) FROM crossfade.observation", as: Int.self) == 0)
            let closed = try await requirement(fixture)
            #expect(closed.verdict == .closed)
            #expect(closed.reason.contains("role twice used the old side"), "\(closed.reason)")
            #expect(closed.reason.contains(#"INSERT INTO "Profile" (id, bio, biography)"#), "\(closed.reason)")
        }
    }

    @Test func `where the application writes both, no_legacy_writes goes by its statements`() async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture(
                "CREATE EXTENSION pg_stat_statements;",
                dualWrite: "application",
                requires: "no_legacy_writes"
            )
            try await fixture.advance(through: .enforce)
            try goBack(fixture)
            try fixture.sql("UPDATE crossfade.phase SET applied_at = applied_at - interval '2 hours'")
            try fixture.sql(
                "INSERT INTO \"Profile\" (id, biography) VALUES (901, 'y'); SELECT * FROM \"Profile\" WHERE id = 901"
            )
            let open = try await requirement(fixture, "no_legacy_writes")
            #expect(open.verdict == .open, "\(open.reason)")
            try fixture.sql("UPDATE \"Profile\" SET bio = 'z', biography = 'z' WHERE id = 901")
            let closed = try await requirement(fixture, "no_legacy_writes")
            #expect(closed.verdict == .closed, "\(closed.reason)")
            #expect(closed.reason.contains(#"UPDATE "Profile" SET bio = $1, biography = $2"#), "\(closed.reason)")
        }
    }

    @Test func `where the type changes, who reads the working name is told from who goes on`() async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try Fixture(
                schema: """
                    CREATE EXTENSION pg_stat_statements;
                    CREATE TABLE "Order" (id int PRIMARY KEY, total int);
                    INSERT INTO "Order" (id, total) SELECT n, n FROM generate_series(1, 300) n;
                    """,
                plan: """
                    version: 1
                    name: retype
                    change:
                      change_type: {table: Order, column: total, type: bigint, as: wide}
                    phases:
                      dual_write_check: {observe: 0s, min_writes: 0}
                      contract: {requires: [{no_legacy_reads: 1h}]}
                    """
            )
            try await fixture.advance(through: .enforce)
            try goBack(fixture)
            try fixture.sql("SELECT * FROM \"Order\" WHERE id = 1; SELECT total FROM \"Order\" WHERE id = 1")
            let open = try await requirement(fixture)
            #expect(open.verdict == .open, "\(open.reason)")
            try fixture.sql("SELECT wide FROM \"Order\" WHERE id = 1")
            let closed = try await requirement(fixture)
            #expect(closed.verdict == .closed)
            #expect(closed.reason.contains(#"SELECT wide FROM "Order""#), "\(closed.reason)")
        }
    }

    @Test(arguments: [
        (
            "ALTER ROLE reporting SET pg_stat_statements.track = 'none'",
            "ALTER ROLE reporting RESET pg_stat_statements.track"
        ),
        ("ALTER DATABASE %s SET compute_query_id = off", "compute_query_id is off"),
    ])
    func `where statements are not counted nothing is known`(_ setting: String, _ told: String) async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture("CREATE EXTENSION pg_stat_statements; CREATE ROLE reporting;")
            try await fixture.advance(through: .enforce)
            try goBack(fixture)
            #expect(try await requirement(fixture).verdict == .open)
            let database: String = try fixture.value("SELECT quote_ident(current_database())")
            try fixture.sql(setting.replacing("%s", with: database))
            await fixture.reconnect()
            let result = try await requirement(fixture)
            #expect(result.verdict == .waiting)
            #expect(result.reason.contains("inconclusive") && result.reason.contains(told), "\(result.reason)")
        }
    }

    @Test func `after a reset what is known begins anew`() async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture("CREATE EXTENSION pg_stat_statements;")
            try await fixture.advance(through: .enforce)
            try goBack(fixture)
            #expect(try await requirement(fixture).verdict == .open)
            try fixture.sql("SELECT pg_stat_statements_reset()")
            let waiting = try await requirement(fixture)
            #expect(waiting.verdict == .waiting)
            #expect(waiting.reason == "watched for too short a time")
        }
    }

    @Test func `a role that may not see others' statements is told which right it needs`() async throws {
        try await ScratchDatabase.onServer(with: Self.preloaded) {
            let fixture = try fixture("CREATE EXTENSION pg_stat_statements; CREATE ROLE runner;")
            let connection = try fixture.database.connect()
            try connection.execute("SELECT bio FROM public.\"Profile\"; SET ROLE runner")
            let counters = try StatementHistory(connection).counters(naming: [try Identifier("Profile")])
            guard case .failure(let gap) = counters else {
                Issue.record("the role sees the statements")
                return
            }
            #expect(gap.wayOut.contains("GRANT pg_read_all_stats TO runner"), "\(gap.wayOut)")
        }
    }
}
