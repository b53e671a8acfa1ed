import TestSupport
import Testing
import Workflow

@testable import Engine

/// What pg_partman does every night.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct PartitionDriftTests {
    private static let schema = """
        CREATE TABLE kind (name text PRIMARY KEY);
        INSERT INTO kind SELECT 'k' || n FROM generate_series(0, 6) n;
        CREATE TABLE event (id int, at date NOT NULL, kind text NOT NULL REFERENCES kind CHECK (kind <> ''),
          CONSTRAINT event_once UNIQUE (id, at, kind)) PARTITION BY RANGE (at);
        CREATE INDEX event_kind_idx ON event (kind);
        CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
        CREATE TABLE event_3 PARTITION OF event FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
        INSERT INTO event SELECT n, date '2026-01-01' + n % 80, 'k' || n % 7 FROM generate_series(1, 300) n;
        """

    private static let night = """
        CREATE TABLE event_4 PARTITION OF event FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
        CREATE TABLE event_5 (LIKE event INCLUDING ALL);
        ALTER TABLE event ATTACH PARTITION event_5 FOR VALUES FROM ('2026-05-01') TO ('2026-06-01');
        ALTER TABLE event DETACH PARTITION event_2;
        DROP TABLE event_1;
        """

    @Test(arguments: Phase.allCases)
    func `partitions are made, attached, detached and dropped after any phase`(_ phase: Phase) async throws {
        let fixture = try Fixture(schema: Self.schema, plan: Fixture.rename("event", "kind", "type", retain: "7d"))
        try await fixture.advance(through: phase)
        try fixture.sql(Self.night)
        #expect(try await fixture.engine().verify().verdict == .passed)
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO event (id, at, type) VALUES (1, '2026-04-02', 'k1'), (1, '2026-05-02', 'k1')")
        let partitions = try fixture.value(
            "SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'event_type_idx'::regclass",
            as: Int.self
        )
        #expect(partitions == 3)
        try await fixture.rollBack()
        #expect(
            try fixture.value("SELECT count(*)::int FROM event WHERE kind = 'k1' AND at >= '2026-04-01'", as: Int.self)
                == 2
        )
        let left = try fixture.value(
            "SELECT count(*)::int FROM pg_attribute WHERE attname = 'type' AND attrelid IN (SELECT relid FROM pg_partition_tree('event'))",
            as: Int.self
        )
        #expect(left == 0)
    }
}
