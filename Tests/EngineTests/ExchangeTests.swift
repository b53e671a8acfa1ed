import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A column with something that its copy cannot have: contract gives the column itself the new name, and sets the copy aside.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ExchangeTests {
    @Test(arguments: KindCase.exchanged)
    func `it goes along, and comes back with each phase`(_ test: KindCase) async throws {
        try await Fixture(schema: test.schema, plan: test.plan()).walk(
            Walk(restoresRows: test.restoresRows, isVerified: true)
        )
    }

    @Test(arguments: KindCase.exchanged)
    func `it ends as after a plain migration`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan(retain: "0s"))
        try await fixture.advance(through: .contract)
        try await fixture.expectSchemaOfPlainMigration(test)
    }

    @Test func `all that stays is told as that, and nothing stands in the way`() async throws {
        let test = try #require(KindCase.exchanged.first)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let findings = try await fixture.engine().check()
        let told = findings.filter { $0.carriedIn == .contract && $0.hint?.contains("stays with the column") == true }
        #expect(
            Set(told.map(\.id)) == [
                "exclusion", "generated-column", "function", "view", "policy", "statistics", "trigger",
            ]
        )
        let others = findings.filter { $0.weight == .refused || $0.weight == .blocksContract }
        #expect(others.map(\.message) == [#"trigger t1 of "S.1"."My T" has the argument 'co_de'"#])
        try await fixture.advance(through: .enforce)
        // The views still read the old column.
        let reads = try fixture.value("SELECT pg_get_viewdef('joined'::regclass)", as: String.self)
        #expect(reads.contains("co_de") && !reads.contains("one"))
    }

    /// Each by its own writer: what was there is kept, and what comes later is too.
    @Test func `values go on through both names until contract, and through the new one after it`() async throws {
        let test = try #require(KindCase.exchanged.first)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        func loud(_ id: Int) throws -> String {
            try fixture.value("SELECT coalesce(loud, '-') FROM \"S.1\".\"My T\" WHERE id = \(id)")
        }
        let (old, new) = ("co_de", #""new ""one""#)
        for (number, phase) in Phase.allCases.enumerated() {
            try await fixture.advance(through: phase)
            let names = phase == .contract ? [new] : [old, new]
            for (place, name) in names.enumerated() {
                let id = 1000 + number * 10 + place
                try fixture.sql("INSERT INTO \"S.1\".\"My T\" (id, \(name)) VALUES (\(id), 'kind 1')")
                #expect(try loud(id) == "KIND 1", "\(phase.rawValue), \(name)")
                try fixture.sql("UPDATE \"S.1\".\"My T\" SET \(name) = 'kind 2' WHERE id = \(id)")
                #expect(try loud(id) == "KIND 2", "\(phase.rawValue), \(name)")
                #expect(throws: PostgresError.self) {
                    try fixture.sql("UPDATE \"S.1\".\"My T\" SET \(name) = 'no kind' WHERE id = \(id)")
                }
                // While rows are copied a NULL beside a value is a row read before that, and written back whole.
                if name == old || phase >= .enforce {
                    try fixture.sql("UPDATE \"S.1\".\"My T\" SET \(name) = NULL WHERE id = \(id)")
                    #expect(try loud(id) == "-", "\(phase.rawValue), \(name)")
                }
                try fixture.sql("INSERT INTO \"S.1\".\"My T\" (id) VALUES (\(id + 5))")
                #expect(try loud(id + 5) == "KIND 0", "the default, \(phase.rawValue), \(name)")
                try fixture.sql("DELETE FROM \"S.1\".\"My T\" WHERE id = \(id + 5)")
            }
        }
        try fixture.sql(
            "UPDATE \"S.1\".\"My T\" SET \(new) = 'kind 4' WHERE id < 50; DELETE FROM \"S.1\".\"My T\" WHERE id > 250 AND id < 300"
        )
        let rows = "SELECT string_agg(id || ' ' || coalesce(COLUMN, '-'), ',' ORDER BY id) FROM \"S.1\".\"My T\""
        let after = try fixture.value(rows.replacing("COLUMN", with: new), as: String.self)
        try await fixture.rollBack(to: .enforce)
        for name in [old, new] {
            #expect(try fixture.value(rows.replacing("COLUMN", with: name), as: String.self) == after, "\(name)")
        }
        try await fixture.rollBack()
        #expect(try fixture.value(rows.replacing("COLUMN", with: old), as: String.self) == after)
    }

    // MARK: - What others make on the copy

    private static let schema = """
        CREATE TABLE t (id int PRIMARY KEY, c text NOT NULL, g text GENERATED ALWAYS AS (lower(c)) STORED);
        INSERT INTO t SELECT n, 'C' || n FROM generate_series(1, 20) n;
        """
    private static let plan = """
        version: 1
        name: kind
        change: {rename_column: {table: t, from: c, to: d}}
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
        """

    /// A partition's own, too.
    @Test func `what others have made on a partition's copy is not set aside with it`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int, c int NOT NULL, g int GENERATED ALWAYS AS (c + 1) STORED) PARTITION BY RANGE (id);
                CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
                CREATE INDEX ON t (c);
                INSERT INTO t SELECT n, n FROM generate_series(1, 20) n;
                """,
            plan: Self.plan
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("CREATE VIEW v AS SELECT d FROM t_1")
        #expect(try await fixture.engine().check().filter { $0.weight == .blocksContract }.map(\.id) == ["on-the-copy"])
        try fixture.sql("CREATE OR REPLACE VIEW v AS SELECT c AS d FROM t_1")
        try await fixture.advance(through: .contract)
        #expect(try !fixture.value("SELECT pg_get_viewdef('v'::regclass)", as: String.self).contains("crossfade_old_c"))
        #expect(try fixture.value("SELECT sum(d)::int FROM v", as: Int.self) == 210)
    }

    @Test(arguments: [
        ("CREATE INDEX i ON t (d)", "index public.i", "DROP INDEX i"),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (d <> 'x')", "constraint k", "ALTER TABLE t DROP CONSTRAINT k"),
        ("CREATE VIEW v AS SELECT d FROM t", "view public.v", "CREATE OR REPLACE VIEW v AS SELECT c AS d FROM t"),
        ("CREATE POLICY p ON t USING (d <> 'x')", "policy p", "ALTER POLICY p ON t USING (c <> 'x')"),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER g AFTER UPDATE OF d ON t EXECUTE FUNCTION f()",
            "trigger g", "DROP TRIGGER g ON t"
        ),
        ("CREATE STATISTICS s ON id, d FROM t", "statistics object public.s", "DROP STATISTICS s"),
        (
            "CREATE FUNCTION r() RETURNS bigint LANGUAGE sql RETURN (SELECT count(d) FROM t)", "function public.r()",
            "DROP FUNCTION r()"
        ),
        (
            "GRANT SELECT (d) ON t TO pg_monitor", "the right SELECT of pg_monitor",
            "GRANT SELECT (c) ON t TO pg_monitor"
        ),
        ("COMMENT ON COLUMN t.d IS 'new'", "a comment of its own", "COMMENT ON COLUMN t.c IS 'new'"),
    ])
    func `what others have made on the copy is not set aside with it`(
        _ statement: String,
        _ shown: String,
        _ remedy: String
    ) async throws {
        let fixture = try Fixture(schema: Self.schema, plan: Self.plan)
        try await fixture.advance(through: .enforce)
        try fixture.sql(statement)
        let report = try await fixture.engine().advance(
            through: .contract,
            waits: false,
            confirmation: Confirmation(name: "kind")
        )
        guard case .closed(let gate) = report.outcome else {
            Issue.record("contract went through: \(report.outcome)")
            return
        }
        let reasons = gate.obstacles.map(\.reason).joined(separator: "; ")
        #expect(reasons.contains("d of public.t has \(shown)"), "\(reasons)")
        try fixture.sql(remedy)
        try await fixture.advance(through: .contract)
        #expect(try fixture.value("SELECT count(*) FROM t WHERE g = lower(d)", as: Int.self) == 20)
    }

    /// The state of the table decides, when contract begins.
    @Test func `a column that has lost what only it can have is set aside as any other`() async throws {
        let fixture = try Fixture(schema: Self.schema, plan: Self.plan)
        try await fixture.advance(through: .enforce)
        try fixture.sql("ALTER TABLE t DROP COLUMN g")
        try await fixture.advance(through: .contract)
        let retired = try fixture.value(
            "SELECT attnum::int FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'crossfade_old_c'",
            as: Int.self
        )
        #expect(retired == 2)
        try await fixture.rollBack()
        #expect(try fixture.value("SELECT count(*) FROM t WHERE c LIKE 'C%'", as: Int.self) == 20)
    }

    @Test func `a column that has got something only it can have after enforce goes along`() async throws {
        let fixture = try Fixture(
            schema:
                "CREATE TABLE t (id int PRIMARY KEY, c text NOT NULL UNIQUE); INSERT INTO t SELECT n, 'C' || n FROM generate_series(1, 20) n;",
            plan: Self.plan
        )
        try await fixture.advance(through: .enforce)
        let dump = try await fixture.dump()
        try fixture.sql("CREATE MATERIALIZED VIEW m AS SELECT c FROM t")
        try await fixture.advance(through: .contract)
        #expect(try fixture.value("SELECT pg_get_viewdef('m'::regclass)", as: String.self).contains("d AS c"))
        try await fixture.rollBack(to: .enforce)
        try fixture.sql("DROP MATERIALIZED VIEW m")
        #expect(try await fixture.dump() == dump)
    }
}
