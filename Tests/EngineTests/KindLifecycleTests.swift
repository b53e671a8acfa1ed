import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What every kind has to stand, on schemas of all sorts.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct KindLifecycleTests {
    static let cases =
        KindCase.all.filter { $0.plain != nil } + KindCase.odd + KindCase.lists + KindCase.placeholders
        + KindCase.watched

    private func fixture(_ test: KindCase) throws -> Fixture {
        try Fixture(schema: test.schema, plan: test.plan())
    }

    private func walk(_ test: KindCase) throws -> Walk {
        Walk(furthest: try #require(Phase(rawValue: test.furthest)), isVerified: true, copies: test.copies)
    }

    @Test(arguments: cases)
    func
        `each phase can be undone and done again, in the end all of them, and the end is the schema of a plain migration`(
            _ test: KindCase
        ) async throws
    {
        let (fixture, walk) = (try fixture(test), try walk(test))
        let bystander = try Bystander(fixture.database)
        try await fixture.walk(walk, bystander: bystander)
        try await fixture.end(by: try Fixture.read(test.plan(retain: "0s")), walk, bystander: bystander)
        await #expect(throws: Failure.self) { try await fixture.rollBack() }
        try await fixture.expectSchemaOfPlainMigration(test)
    }

    @Test(.enabled(if: TestTier.isExhaustive), arguments: cases)
    func `rollback from every phase ends with the schema and the rows before expand`(_ test: KindCase) async throws {
        try await fixture(test).walkBackFromEveryPhase(try walk(test))
    }
}

extension KindCase {
    /// Schemas that ask for more than the ordinary.
    static let odd: [KindCase] =
        constraints + [
            KindCase(
                kind: "rename_table",
                schema: #"""
                    CREATE SCHEMA "S.1";
                    CREATE TABLE "S.1"."My ""T" ("K'ey" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "select" text NOT NULL DEFAULT 'it''s',
                      owner name DEFAULT current_user, twice text GENERATED ALWAYS AS ("select" || "select") STORED);
                    ALTER TABLE "S.1"."My ""T" ENABLE ROW LEVEL SECURITY;
                    CREATE POLICY own ON "S.1"."My ""T" USING (owner = current_user);
                    GRANT SELECT, UPDATE ON "S.1"."My ""T" TO PUBLIC;
                    GRANT INSERT ON "S.1"."My ""T" TO pg_monitor WITH GRANT OPTION;
                    COMMENT ON TABLE "S.1"."My ""T" IS 'odd';
                    INSERT INTO "S.1"."My ""T" ("select") SELECT 'x' || n FROM generate_series(1, 200) n;
                    """#,
                section:
                    #"{from: '"S.1"."My ""T"', to: '"It''s a name.of 63 bytes________________________________________"', names: keep}"#,
                extra: "acknowledge: [view-limits]",
                plain:
                    #"ALTER TABLE "S.1"."My ""T" RENAME TO "It's a name.of 63 bytes________________________________________""#,
                about: "odd names, row-level security"
            ),
            KindCase(
                kind: "rename_table",
                schema: """
                    CREATE TABLE event (id int, day date, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
                    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
                    GRANT SELECT (id, day) ON event TO pg_monitor;
                    INSERT INTO event (id, day, kind) SELECT n, date '2020-01-01' + n % 300, 'k' || n FROM generate_series(1, 1000) n;
                    """,
                section: "{from: event, to: happening, names: keep}",
                extra: "acknowledge: [view-limits]",
                plain: "ALTER TABLE event RENAME TO happening",
                about: "a partitioned table"
            ),
            KindCase(
                kind: "drop_column",
                schema: #"""
                    CREATE SCHEMA "S.1";
                    CREATE TABLE "S.1"."My ""T" ("K'ey" text PRIMARY KEY, "select" text NOT NULL DEFAULT 'it''s', "Größe" int CHECK ("Größe" > 0));
                    CREATE UNIQUE INDEX ON "S.1"."My ""T" ("select", "Größe");
                    INSERT INTO "S.1"."My ""T" SELECT 'k''' || n, 'x' || n, n FROM generate_series(1, 200) n;
                    """#,
                section: #"{table: '"S.1"."My ""T"', column: select}"#,
                extra: "acknowledge: [spans]",
                plain: #"ALTER TABLE "S.1"."My ""T" DROP COLUMN "select""#,
                about: "odd names"
            ),
            KindCase(
                kind: "drop_column",
                schema: """
                    CREATE TABLE event (id int, day date, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
                    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
                    CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
                    INSERT INTO event (id, day, kind) SELECT n, date '2020-01-01' + n % 700, 'k' || n FROM generate_series(1, 1000) n;
                    """,
                section: "{table: event, column: kind}",
                plain: "ALTER TABLE event DROP COLUMN kind",
                about: "a partitioned table"
            ),
            KindCase(
                kind: "drop_table",
                schema: """
                    CREATE TABLE event (id int, day date, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
                    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
                    INSERT INTO event (id, day, kind) SELECT n, date '2020-01-01' + n % 300, 'k' || n FROM generate_series(1, 1000) n;
                    """,
                section: "{table: event}",
                plain: "DROP TABLE event",
                about: "a partitioned table"
            ),
        ]
}
