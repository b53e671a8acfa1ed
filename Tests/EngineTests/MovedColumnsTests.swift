import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Columns that move to another table, made for it or there already, carried to a phase and back.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MovedColumnsTests {
    /// A schema, a change on it, and the two tables as a query sees them.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// Run once the new side is settled: a new version's own write, and what undoing must bring back.
        let newWrite: String
        let oldState: String
    }

    static let extracted = Case(
        testDescription: "extract_table, a NOT NULL column, indexes and checks, a key of its own",
        schema: """
            CREATE TABLE "User" (id serial PRIMARY KEY, name text, street varchar(90) COLLATE "C" NOT NULL CHECK (street <> ''), city text,
              CONSTRAINT place CHECK (city <> street), UNIQUE (street));
            CREATE INDEX "User_city_idx" ON "User" (city, lower(street)) WHERE city IS NOT NULL;
            COMMENT ON COLUMN "User".city IS 'it''s a town';
            COMMENT ON INDEX "User_city_idx" IS 'by town';
            ALTER TABLE "User" ALTER city SET STATISTICS 200;
            GRANT SELECT, UPDATE ON "User" TO pg_monitor;
            GRANT SELECT (city) ON "User" TO PUBLIC;
            INSERT INTO "User" (name, street, city) SELECT 'n' || n, 'street ' || n, CASE WHEN n % 3 > 0 THEN 'city ' || n END
              FROM generate_series(1, 3000) n;
            """,
        change: """
            extract_table:
                from: User
                columns: [street, city]
                into: Address
                key: {userId: id}
                id: {name: id, type: bigint generated always as identity}
            """,
        newWrite: #"UPDATE "Address" SET city = 'moved' WHERE "userId" = 7"#,
        oldState: #"SELECT md5(string_agg(id || street || coalesce(city, '-'), ',' ORDER BY id)) FROM "User""#
    )

    static let oddNames = Case(
        testDescription: "extract_table, odd names, a composite key, json",
        schema: #"""
            CREATE SCHEMA "My ""s""";
            CREATE TABLE "My ""s"""."T.x" ("a b" uuid DEFAULT gen_random_uuid(), mark text, "va'l""ue" json, side point,
              UNIQUE ("a b", mark), CHECK ("a b" IS NOT NULL));
            ALTER TABLE "My ""s"""."T.x" ALTER "a b" SET NOT NULL, ALTER mark SET NOT NULL;
            INSERT INTO "My ""s"""."T.x" (mark, "va'l""ue", side) SELECT 'm' || n, json_build_object('n', n), CASE n % 2 WHEN 0 THEN point(n, n) END
              FROM generate_series(1, 500) n;
            INSERT INTO "My ""s"""."T.x" (mark) SELECT 'empty' || n FROM generate_series(1, 50) n;
            """#,
        change: #"""
            extract_table:
                from: '"My ""s"""."T.x"'
                columns: ["va'l\"ue", side]
                into: '"My ""s"""."New ""T"".x"'
                key: {"k 1": a b, wrote: mark}
            """#,
        newWrite: #"UPDATE "My ""s"""."New ""T"".x" SET side = NULL WHERE wrote = 'm4'"#,
        oldState:
            #"SELECT md5(string_agg(mark || coalesce("va'l""ue"::text, '-') || coalesce(side::text, '-'), ',' ORDER BY mark)) FROM "My ""s"""."T.x""#
    )

    static let moved = Case(
        testDescription: "move_columns",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, name text, bio text, avatar bytea);
            CREATE TABLE "Profile" (id serial PRIMARY KEY, "userId" int UNIQUE REFERENCES "User" ON DELETE CASCADE ON UPDATE CASCADE, theme text);
            CREATE INDEX ON "User" (bio);
            INSERT INTO "User" (id, bio, avatar) SELECT n, CASE WHEN n % 4 > 0 THEN 'bio ' || n END, CASE WHEN n % 5 = 0 THEN 'x'::bytea END
              FROM generate_series(1, 3000) n;
            INSERT INTO "Profile" ("userId") SELECT id FROM "User" WHERE bio IS NOT NULL OR avatar IS NOT NULL;
            """,
        change: """
            move_columns:
                from: User
                to: Profile
                columns: [bio, avatar]
                match: {userId: id}
            """,
        newWrite: #"UPDATE "Profile" SET bio = 'moved' WHERE "userId" = 7"#,
        oldState:
            #"SELECT md5(string_agg(id || coalesce(bio, '-') || coalesce(avatar::text, '-'), ',' ORDER BY id)) FROM "User""#
    )

    static let created = Case(
        testDescription: "move_columns, missing: create",
        schema: """
            CREATE TABLE "User" (id int PRIMARY KEY, name text, bio text NOT NULL);
            CREATE TABLE "Profile" ("userId" int PRIMARY KEY REFERENCES "User" ON DELETE CASCADE ON UPDATE CASCADE, theme text DEFAULT 'dark' NOT NULL);
            INSERT INTO "User" (id, bio) SELECT n, 'bio ' || n FROM generate_series(1, 2000) n;
            INSERT INTO "Profile" SELECT n FROM generate_series(1, 2000, 3) n;
            """,
        change: """
            move_columns:
                from: User
                to: Profile
                columns: [bio]
                match: {userId: id}
                missing: create
            """,
        newWrite: #"UPDATE "Profile" SET bio = 'moved' WHERE "userId" = 7"#,
        oldState: #"SELECT md5(string_agg(id || coalesce(bio, '-'), ',' ORDER BY id)) FROM "User""#
    )

    static let cases = [extracted, oddNames, moved, created]

    static func fixture(_ test: Case) throws -> Fixture {
        try Fixture(
            schema: test.schema,
            plan: """
                version: 1
                name: move
                change:
                  \(test.change)
                acknowledge: [created-rows]
                phases:
                  backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d}
                """
        )
    }

    @Test(arguments: cases)
    func `what a new version writes after contract is there after its rollback`(_ test: Case) async throws {
        let fixture = try Self.fixture(test)
        let state: String = try fixture.value(test.oldState)
        try await fixture.advance(through: .contract)
        try fixture.sql(test.newWrite)
        try await fixture.rollBack(to: .enforce)
        let after: String = try fixture.value(test.oldState)
        #expect(after != state)
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `extract_table ends with the table that a plain migration makes`() async throws {
        let fixture = try Self.fixture(Self.extracted)
        try await fixture.advance(through: .contract)
        let columns: String = try fixture.value(
            """
            SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, nullif(attidentity, ''), nullif(attstattarget, -1)), ', ' ORDER BY attnum)
              FROM pg_attribute WHERE attrelid = '"Address"'::regclass AND attnum > 0
            """
        )
        #expect(
            columns
                == "id bigint t a, userId integer t, street character varying(90) t, city text f 200"
        )
        let objects: String = try fixture.value(
            """
            SELECT string_agg(name, ', ' ORDER BY name COLLATE "C") FROM (
              SELECT conname AS name FROM pg_constraint WHERE conrelid = '"Address"'::regclass AND contype <> 'n' AND convalidated
              UNION SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = '"Address"'::regclass AND indisvalid) o
            """
        )
        #expect(
            objects == "Address_city_idx, Address_pkey, Address_place, Address_street_check, Address_street_key, "
                + "Address_userId_fkey, Address_userId_key"
        )
        let isReadable: Bool = try fixture.value(
            #"SELECT has_table_privilege('pg_monitor', '"Address"', 'UPDATE') AND obj_description('"Address_city_idx"'::regclass) = 'by town'"#
        )
        #expect(isReadable)
    }

    @Test func `extract_table: each kind of write of either side is followed by the other`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE u (id int PRIMARY KEY, name text, a text NOT NULL, b text);
                INSERT INTO u SELECT n, 'n', 'a' || n, 'b' FROM generate_series(1, 9) n;
                """,
            plan: Self.plan("extract_table: {from: u, columns: [a, b], into: w, key: {u: id}}")
        )
        try await fixture.advance(through: .dualWriteCheck)
        func row(_ id: Int) throws -> String {
            try fixture.value(
                """
                SELECT coalesce((SELECT concat_ws('/', a, coalesce(b, '-')) FROM u WHERE id = \(id)), 'none') || ' '
                    || coalesce((SELECT concat_ws('/', a, coalesce(b, '-')) FROM w WHERE u = \(id)), 'none')
                """
            )
        }
        let writes: [(String, Int, String)] = [
            ("UPDATE u SET a = 'x' WHERE id = 1", 1, "x/b x/b"), ("UPDATE w SET b = NULL WHERE u = 1", 1, "x/- x/-"),
            ("INSERT INTO u VALUES (11, 'n', 'q', NULL)", 11, "q/- q/-"),
            ("BEGIN; INSERT INTO u (id) VALUES (12); INSERT INTO w VALUES (12, 'r', 's'); COMMIT", 12, "r/s r/s"),
            ("BEGIN; DELETE FROM w WHERE u = 2; INSERT INTO w VALUES (2, 'again', NULL); COMMIT", 2, "again/- again/-"),
            ("UPDATE u SET id = 33 WHERE id = 3", 33, "a3/b a3/b"), ("DELETE FROM u WHERE id = 4", 4, "none none"),
            ("UPDATE u SET a = 'k', id = 55 WHERE id = 5", 55, "k/b k/b"),
            ("INSERT INTO w VALUES (6, 'up', 'sert') ON CONFLICT (u) DO UPDATE SET a = EXCLUDED.a", 6, "up/b up/b"),
        ]
        for (statement, id, wanted) in writes {
            try fixture.sql(statement)
            #expect(try row(id) == wanted, "\(statement)")
        }
        for refused in [
            "DELETE FROM w WHERE u = 7", "INSERT INTO u (id) VALUES (70)", "UPDATE u SET a = NULL WHERE id = 7",
        ] {
            #expect(throws: PostgresError.self, "\(refused)") { try fixture.sql(refused) }
        }
        #expect(try row(7) == "a7/b a7/b")
        let sides: String = try fixture.value(
            "SELECT string_agg(DISTINCT side, ',' ORDER BY side) FROM crossfade.observation"
        )
        #expect(sides == "new,old")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test
    func
        `move_columns: a new row takes over what an old version wrote first, a deleted one leaves its value on record`()
        async throws
    {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE u (id int PRIMARY KEY, bio text);
                CREATE TABLE p (id serial PRIMARY KEY, u int UNIQUE, theme text);
                INSERT INTO u SELECT n, 'b' || n FROM generate_series(1, 9) n; INSERT INTO p (u) SELECT id FROM u;
                """,
            plan: Self.plan("move_columns: {from: u, to: p, columns: [bio], match: {u: id}}")
        )
        try await fixture.advance(through: .expand)
        // A whole row that was read before it was copied, written back.
        try fixture.sql("UPDATE u SET bio = 'c1' WHERE id = 1; UPDATE p SET bio = NULL WHERE u = 1")
        #expect(try fixture.value("SELECT bio FROM p WHERE u = 1", as: String.self) == "c1")
        try await fixture.advance(through: .enforce)
        try fixture.sql("INSERT INTO u VALUES (20, 'first'); INSERT INTO p (u) VALUES (20)")
        #expect(try fixture.value("SELECT bio FROM p WHERE u = 20", as: String.self) == "first")
        try fixture.sql(
            "DELETE FROM p WHERE u = 2; INSERT INTO p (u) VALUES (2); UPDATE p SET u = 3 WHERE u = 4 AND false"
        )
        #expect(try fixture.value("SELECT count(*) FROM u WHERE id = 2 AND bio IS NULL", as: Int.self) == 1)
        #expect(
            try fixture.value("SELECT key || value::text FROM crossfade.replaced", as: String.self)
                == #"id=2{"bio": "b2"}"#
        )
        try fixture.sql("DELETE FROM p WHERE u = 3; UPDATE p SET u = 3 WHERE u = 4")
        let bios: String = try fixture.value(
            "SELECT string_agg(coalesce(bio, '-'), ',' ORDER BY id) FROM u WHERE id IN (3, 4)"
        )
        #expect(bios == "b4,-")
        #expect(try await fixture.engine().verify().verdict == .passed)
        try fixture.sql("INSERT INTO u VALUES (21, 'no place')")
        let report = try await fixture.engine().verify()
        #expect(report.checks.filter { $0.verdict == .failed }.flatMap(\.samples) == ["id=21"])
    }

    @Test(.asSuperuser("session_replication_role"))
    func `verify finds what was written behind the triggers, and repair mends it`() async throws {
        let fixture = try Self.fixture(Self.extracted)
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            """
            SET session_replication_role = replica;
            UPDATE "User" SET city = 'other' WHERE id = 5; DELETE FROM "Address" WHERE "userId" IN (6, 7)
            """
        )
        let report = try await fixture.engine().verify()
        #expect(report.checks.map(\.violations).filter { $0 > 0 }.sorted() == [1, 2])
        #expect(try await fixture.engine().repair() == 3)
        // Two rows were not there; the third held what it was copied as.
        let kept =
            "SELECT string_agg(concat(key, ': ', coalesce(before ->> 'city', 'no row')), ';' ORDER BY key) FROM crossfade.repaired"
        #expect(try fixture.value(kept, as: String.self) == "id=5: city 5;id=6: no row;id=7: no row")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `what only the new table can hold refuses the rollback`() async throws {
        let fixture = try Self.fixture(Self.extracted)
        try await fixture.advance(through: .contract)
        try fixture.sql(#"ALTER TABLE "Address" ADD zip text; INSERT INTO "User" (name) VALUES ('without')"#)
        await #expect(throws: Failure.self) { try await fixture.rollBack(to: .enforce) }
        try fixture.sql(#"DELETE FROM "User" WHERE name = 'without'"#)
        try await fixture.rollBack(to: .enforce)
        await #expect(throws: Failure.self) { try await fixture.rollBack() }
        try fixture.sql(#"ALTER TABLE "Address" DROP zip"#)
        try await fixture.rollBack()
    }

    @Test(arguments: [
        ("CREATE TABLE w ()", "extract_table: {from: u, columns: [a], into: w, key: {u: id}}", "new-table"),
        ("", "extract_table: {from: u, columns: [d], into: w, key: {u: id}}", "default"),
        ("", "extract_table: {from: u, columns: [a], into: w, key: {u: n}}", "match-no-key"),
        ("CREATE TABLE p (u int)", "move_columns: {from: u, to: p, columns: [a], match: {u: id}}", "match-not-unique"),
        (
            "CREATE TABLE p (u int UNIQUE, t text NOT NULL)",
            "move_columns: {from: u, to: p, columns: [a], match: {u: id}, missing: create}", "missing-create"
        ),
        (
            "CREATE TABLE p (u bigint UNIQUE)", "move_columns: {from: u, to: p, columns: [a], match: {u: id}}",
            "match-type"
        ),
    ])
    func `what cannot be moved is refused with its reason`(_ more: String, change: String, id: String) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE u (id int PRIMARY KEY, n int UNIQUE, a text, d text DEFAULT 'x'); \(more)",
            plan: Self.plan(change)
        )
        let findings = try await fixture.engine().observing("tests") { [plan = fixture.plan] connection in
            try Resolution.resolve(plan, on: connection).findings
        }
        #expect(findings.filter { $0.weight == .refused }.map(\.id) == [id])
    }

    @Test
    func `rows that a version of before does not expect are acknowledged, and cost it nothing in one transaction`()
        async throws
    {
        let fixture = try Self.fixture(Self.created)
        let findings = try await fixture.engine().check().filter { $0.id == "created-rows" }
        #expect(findings.map(\.weight) == [.acknowledge])
        try await fixture.advance(through: .enforce)
        try fixture.sql(
            #"BEGIN; INSERT INTO "User" (id, bio) VALUES (9001, 'x'); INSERT INTO "Profile" ("userId") VALUES (9001); COMMIT"#
        )
        #expect(try fixture.value(#"SELECT bio FROM "Profile" WHERE "userId" = 9001"#, as: String.self) == "x")
        try fixture.sql(#"INSERT INTO "User" (id, bio) VALUES (9002, 'y')"#)
        #expect(throws: PostgresError.self) { try fixture.sql(#"INSERT INTO "Profile" ("userId") VALUES (9002)"#) }
        #expect(try fixture.value(#"SELECT bio FROM "Profile" WHERE "userId" = 9002"#, as: String.self) == "y")
    }

    @Test func `a value without a place refuses expand`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE u (id int PRIMARY KEY, bio text); CREATE TABLE p (u int UNIQUE);
                INSERT INTO u VALUES (1, 'x'), (2, 'y'); INSERT INTO p VALUES (1);
                """,
            plan: Self.plan("move_columns: {from: u, to: p, columns: [bio], match: {u: id}}")
        )
        let report = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        guard case .closed(let gate) = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
        #expect("\(gate)".contains("id=2"))
    }

    static func plan(_ change: String, acknowledge: String = "[]") -> String {
        """
        version: 1
        name: move
        change:
          \(change)
        acknowledge: \(acknowledge)
        phases:
          dual_write_check: {observe: 0s, min_writes: 0}
          contract: {retain: 7d}
        """
    }
}
