import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What a partition has on the column that the partitioned table has not.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct PartitionsOwnTests {
    /// An object of the partition `low` alone, and how it is named.
    struct Object: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let shown: String
    }

    static let objects = [
        Object(testDescription: "index", sql: "CREATE INDEX own ON low (a)", shown: "index public.own"),
        Object(
            testDescription: "expression index",
            sql: "CREATE INDEX own ON low ((a + 1))",
            shown: "index public.own"
        ),
        Object(
            testDescription: "partial index",
            sql: "CREATE INDEX own ON low (id) WHERE a > 1",
            shown: "index public.own"
        ),
        Object(
            testDescription: "unique",
            sql: "ALTER TABLE low ADD CONSTRAINT own UNIQUE (a)",
            shown: "constraint own"
        ),
        Object(
            testDescription: "check",
            sql: "ALTER TABLE low ADD CONSTRAINT own CHECK (a > -9)",
            shown: "constraint own"
        ),
        Object(
            testDescription: "foreign key",
            sql: "ALTER TABLE low ADD CONSTRAINT own FOREIGN KEY (a) REFERENCES other",
            shown: "constraint own"
        ),
        Object(
            testDescription: "trigger that lists it",
            sql: "CREATE TRIGGER own AFTER UPDATE OF a ON low FOR EACH ROW EXECUTE FUNCTION noted()",
            shown: "trigger own"
        ),
        Object(
            testDescription: "trigger with a condition",
            sql: "CREATE TRIGGER own AFTER UPDATE ON low FOR EACH ROW WHEN (NEW.a > 5) EXECUTE FUNCTION noted()",
            shown: "trigger own"
        ),
        Object(testDescription: "policy", sql: "CREATE POLICY own ON low USING (a > 0)", shown: "policy own"),
        Object(
            testDescription: "statistics",
            sql: "CREATE STATISTICS own ON id, a FROM low",
            shown: "statistics object own"
        ),
    ]

    private static let schema = """
        CREATE TABLE other (id int PRIMARY KEY); INSERT INTO other SELECT generate_series(1, 40);
        CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TABLE t (id int PRIMARY KEY, a int) PARTITION BY RANGE (id);
        CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (20); CREATE TABLE high PARTITION OF t DEFAULT;
        INSERT INTO t SELECT n, n FROM generate_series(1, 40) n;
        """

    private static func plan(_ change: String, acknowledge: String = "") -> String {
        """
        version: 1
        name: own
        change: {\(change)}
        acknowledge: [\(acknowledge)]
        phases: {dual_write_check: {observe: 0s, min_writes: 0}, contract: {retain: 7d}}
        """
    }

    private static let retyping = "change_type: {table: t, column: a, type: bigint}"
    private static let renaming = "rename_column: {table: t, from: a, to: b}"

    @Test(arguments: objects)
    func `an object of a partition's own is named, and nothing is begun that would lose it`(_ object: Object)
        async throws
    {
        let fixture = try Fixture(schema: Self.schema + object.sql, plan: Self.plan(Self.retyping))
        let found = try await fixture.engine().check().filter { $0.id == "partition-objects" }
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.weight == .refused)
        #expect(found.first?.message.hasPrefix(object.shown) == true, "\(found)")
        #expect(found.first?.message.contains("public.low") == true, "\(found)")
    }

    @Test(arguments: objects)
    func `it stays with a column that is renamed, there and back`(_ object: Object) async throws {
        let fixture = try Fixture(
            schema: Self.schema + object.sql,
            plan: Self.plan(Self.renaming, acknowledge: "user-triggers, views, function-bodies")
        )
        let found = try await fixture.engine().check().filter { $0.id == "partition-objects" }
        #expect(found.map(\.weight) == [.carried], "\(found)")
        try await fixture.walk(Walk(isVerified: true))
        try await fixture.advance(through: .contract)
        try fixture.sql("UPDATE crossfade.phase SET finished_at = finished_at - interval '8 d'")
        _ = try await fixture.engine().purge(confirmation: Confirmation(name: "own"))
        let left = """
            SELECT (SELECT count(*) FROM pg_class WHERE relname = 'own') + (SELECT count(*) FROM pg_constraint WHERE conname = 'own')
              + (SELECT count(*) FROM pg_trigger WHERE tgname = 'own') + (SELECT count(*) FROM pg_policy WHERE polname = 'own')
              + (SELECT count(*) FROM pg_statistic_ext WHERE stxname = 'own') > 0
            """
        #expect(try fixture.value(left, as: Bool.self))
        #expect(
            try fixture.value(
                "SELECT count(*)::int FROM pg_attribute WHERE attrelid = 'low'::regclass AND attnum > 0 AND NOT attisdropped",
                as: Int.self
            )
                == 2
        )
    }

    @Test(arguments: [
        ("ALTER TABLE low ALTER a SET DEFAULT 7", "DEFAULT 7"), ("ALTER TABLE low ALTER a SET NOT NULL", "NOT NULL"),
        ("ALTER TABLE low ALTER a SET STATISTICS 500", "STATISTICS 500"),
        ("ALTER TABLE low ALTER a SET (n_distinct = 3)", "n_distinct=3"),
        ("GRANT SELECT (a) ON low TO PUBLIC", "rights of the column"),
        ("COMMENT ON COLUMN low.a IS 'it''s'", "comment 'it''s'"),
    ])
    func `settings of a partition's own have to be acknowledged`(_ sql: String, _ shown: String) async throws {
        let fixture = try Fixture(schema: Self.schema + sql, plan: Self.plan(Self.retyping))
        let found = try await fixture.engine().check().filter { $0.id == "partition-attributes" }
        #expect(found.map(\.weight) == [.acknowledge], "\(found)")
        #expect(found.first?.message.hasSuffix("for a: \(shown)") == true, "\(found)")
    }

    @Test func `what comes of the partitioned table, or with a partition made as usual, is nothing of its own`()
        async throws
    {
        let fixture = try Fixture(
            schema: Self.schema + """
                CREATE INDEX ON t (a); ALTER TABLE t ADD CHECK (a < 100); ALTER TABLE t ALTER a SET DEFAULT 3;
                ALTER TABLE t ALTER a SET STATISTICS 200; COMMENT ON COLUMN t.a IS 'one'; ALTER TABLE t ALTER a SET NOT NULL;
                CREATE TRIGGER note AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION noted();
                CREATE TABLE later PARTITION OF t FOR VALUES FROM (100) TO (200);
                CREATE TABLE attached (LIKE t INCLUDING ALL); ALTER TABLE t ATTACH PARTITION attached FOR VALUES FROM (200) TO (300);
                """,
            plan: Self.plan(Self.retyping, acknowledge: "user-triggers")
        )
        let found = try await fixture.engine().check().filter { $0.id.hasPrefix("partition-") }
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `a BEFORE trigger of a partition sees what either version writes, and its result counts`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, a text) PARTITION BY RANGE (id);
                CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (20); CREATE TABLE high PARTITION OF t DEFAULT;
                CREATE FUNCTION lowered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := lower(NEW.a); RETURN NEW; END $$;
                CREATE TRIGGER lowered BEFORE INSERT OR UPDATE ON low FOR EACH ROW EXECUTE FUNCTION lowered();
                INSERT INTO t VALUES (1, 'One'), (30, 'Thirty');
                """,
            plan: Self.plan(Self.renaming, acknowledge: "user-triggers")
        )
        try await fixture.advance(through: .enforce)
        try fixture.sql("INSERT INTO t (id, b) VALUES (2, 'TWO'), (31, 'NEW'); UPDATE t SET b = 'FIRST' WHERE id = 1")
        let rows = "SELECT string_agg(id || a || b, ' ' ORDER BY id) FROM t"
        #expect(try fixture.value(rows, as: String.self) == "1firstfirst 2twotwo 30ThirtyThirty 31NEWNEW")
        // After contract the function would meet no column a: contract waits until that is changed.
        let gate = try await fixture.engine().gate(.contract)
        #expect(gate.verdict == .closed)
        #expect(gate.obstacles.contains { $0.reason.contains("lowered()") }, "\(gate.obstacles)")
    }
}
