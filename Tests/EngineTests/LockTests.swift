import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every step's real locks, read from pg_locks before it commits, are those that preview declares.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct LockTests {
    @Test(arguments: LifecycleTests.cases)
    func `the locks of each step are the declared ones`(_ test: LifecycleTests.Case) async throws {
        let fixture = try Fixture(
            schema: test.schema,
            plan: Fixture.rename(
                test.table,
                test.from,
                test.to,
                extra: "acknowledge: [user-triggers, function-bodies]",
                retain: "7d"
            )
        )
        for phase in Phase.allCases {
            let blueprint = try await fixture.blueprint()
            let files = try fixture.engine().files(blueprint)
            for file in [PhaseFile.phase(phase)] where try files.load(file) != nil {
                try await compare(try #require(try files.load(file)), fixture)
            }
            try await fixture.advance(through: phase)
        }
    }

    /// Runs the steps for good, each after its locks were compared in a transaction that was taken back.
    private func compare(_ loaded: LoadedFile, _ fixture: Fixture) async throws {
        let connection = try fixture.database.connect()
        // The ledger is there from the first advance on; before it the steps' functions have no schema.
        try Ledger(connection).install(try Fixture.templates())
        for step in loaded.steps {
            if step.mode == .transaction {
                try connection.execute("BEGIN; " + step.statements.map { $0.text + ";" }.joined(separator: "\n"))
                let real = try held(by: connection)
                try connection.execute("ROLLBACK")
                let declared = try strongest(step, on: connection)
                for (relation, mode) in real where mode > .accessShare || declared[relation] != nil {
                    let found = "\(step.title): \(relation) \(mode.name)"
                    #expect(found == "\(step.title): \(relation) \(declared[relation]?.name ?? "nothing")")
                }
                try connection.execute(
                    "BEGIN; " + step.statements.map { $0.text + ";" }.joined(separator: "\n") + " COMMIT"
                )
            } else if step.mode == .none {
                try connection.execute(step.statements[0].text)
            } else {
                let blueprint = try #require(try await fixture.blueprint() as? SameRowBlueprint)
                try connection.execute(
                    "UPDATE \(blueprint.table.quoted) SET \(blueprint.new.quoted) = \(blueprint.old.quoted)"
                )
            }
        }
    }

    /// Tables only, and the strongest lock on each: partitions follow their table, indexes and sequences their own rules.
    private func held(by connection: Connection) throws -> [String: LockMode] {
        let rows = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname) AS relation, array_agg(l.mode) AS modes
              FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
               AND n.nspname NOT IN ('pg_catalog', 'crossfade') GROUP BY 1
            """
        )
        return Dictionary(
            try rows.map { row in
                let modes = try row.decode("modes", as: [String].self).compactMap(LockMode.init(catalogName:))
                return (try row.decode("relation"), try #require(modes.max()))
            }
        ) { first, _ in first }
    }

    private func strongest(_ step: Step, on connection: Connection) throws -> [String: LockMode] {
        var modes: [String: LockMode] = [:]
        for lock in step.statements.flatMap(\.locks) {
            // ALTER INDEX and DROP INDEX name the index; what counts is the table.
            let row = try connection.query(
                """
                SELECT format('%I.%I', n.nspname, c.relname) AS relation
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
                """,
                [lock.relation.quoted]
            ).first
            guard let row else { continue }
            let name: String = try row.decode("relation")
            modes[name] = max(modes[name] ?? lock.mode, lock.mode)
        }
        return modes
    }

    @Test func `who holds a partition is named, and not waited for to be named`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int, bio text) PARTITION BY RANGE (id);
                CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10); INSERT INTO t VALUES (1, 'x');
                """,
            plan: Fixture.rename("t", "bio", "biography")
        )
        let holder = try fixture.database.connect(as: "maintenance")
        let running: Task<AdvanceReport, any Error>
        try holder.execute("BEGIN; LOCK TABLE public.t1 IN SHARE UPDATE EXCLUSIVE MODE")
        running = Task { try await fixture.advance(through: .expand) }
        try await waitUntil("the step to be tried", deadline: .seconds(90)) {
            fixture.remarks.all.contains { if case .blocked = $0 { true } else { false } }
        }
        // From now on nobody may even look at the partition's definition.
        try holder.execute("LOCK TABLE public.t1 IN ACCESS EXCLUSIVE MODE")
        let count = fixture.remarks.all.count
        try await waitUntil("the holder to be named", deadline: .seconds(90)) {
            fixture.remarks.all.dropFirst(count).contains {
                if case .blocked(_, let who, _) = $0 { "\(who)".contains("maintenance") } else { false }
            }
        }
        try holder.execute("COMMIT")
        _ = try await running.value
    }
}
