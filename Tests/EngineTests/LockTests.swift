import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Every step's real locks, read from pg_locks before it commits, are those that preview declares.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct LockTests {
    @Test(.asSuperuser("OWNER TO pg_read_all_stats"), arguments: LifecycleTests.cases)
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
                try compare(try #require(try files.load(file)), fixture, files)
            }
            try await fixture.advance(through: phase)
        }
    }

    @Test(
        arguments: KindCase.all + KindCase.constraints + KindCase.lists + KindCase.placeholders + KindCase.watched
            + KindCase.around
    )
    func `the locks of each step of each kind are the declared ones`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let files = try fixture.engine().files(try await fixture.blueprint())
        for phase in Phase.allCases {
            if let loaded = try files.load(.phase(phase)) { try compare(loaded, fixture, files) }
        }
        if let purge = try files.load(.purge) { try compare(purge, fixture, files) }
    }

    /// Runs the steps for good, each after its locks were compared in a transaction that was taken back.
    private func compare(_ loaded: LoadedFile, _ fixture: Fixture, _ files: PhaseFiles) throws {
        let connection = try fixture.database.connect()
        if fixture.plan.change.kind.keepsSearchPath { try connection.execute("SET search_path = public") }
        // The ledger is there from the first advance on; before it the steps' functions have no schema.
        try Ledger(connection).install(LedgerScripts(try Fixture.templates()))
        for step in loaded.steps {
            if step.mode == .transaction {
                let names = try names(on: connection)
                let declared = try strongest(step, on: connection)
                try connection.execute("BEGIN; " + step.statements.map { $0.text + ";" }.joined(separator: "\n"))
                let real = try held(by: connection, names)
                try connection.execute("ROLLBACK")
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
                try copy(step, of: loaded.file, files, connection)
            }
        }
    }

    /// Runs a chunk step on the whole table at once, partition by partition.
    private func copy(_ step: Step, of file: PhaseFile, _ files: PhaseFiles, _ connection: Connection) throws {
        let leaves = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid = to_regclass($1) AND c.relkind = 'r'
                OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1)) WHERE isleaf)
            """,
            [(step.over ?? files.blueprint.table).quoted]
        ).map { try QualifiedName(parsing: try $0.decode("name")) }
        for leaf in leaves {
            let whole = try #require(try files.render(file, .file, leaf: leaf)?.steps.first { $0.title == step.title })
            try connection.execute("BEGIN; SET LOCAL crossfade.backfill = 'on'; \(whole.statements[0].text); COMMIT")
        }
    }

    /// The tables that are there, by their identity: a step may rename one, and what it makes is nobody's to wait for.
    private func names(on connection: Connection) throws -> [UInt32: String] {
        let rows = try connection.query(
            """
            SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'crossfade')
            """
        )
        return Dictionary(try rows.map { (try $0.decode("oid"), try $0.decode("name")) }) { first, _ in first }
    }

    /// Tables only, and the strongest lock on each: partitions follow their table, indexes and sequences their own rules.
    private func held(by connection: Connection, _ names: [UInt32: String]) throws -> [String: LockMode] {
        let rows = try connection.query(
            "SELECT relation AS oid, array_agg(mode) AS modes FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL GROUP BY 1"
        )
        let modes = try rows.compactMap { row -> (String, LockMode)? in
            guard let name = names[try row.decode("oid")] else { return nil }
            let modes = try row.decode("modes", as: [String].self).compactMap(LockMode.init(catalogName:))
            return (name, try #require(modes.max()))
        }
        return Dictionary(modes) { first, _ in first }
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
