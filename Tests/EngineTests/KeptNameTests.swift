import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A column that gets another type under a name of its own, which stays.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct KeptNameTests {
    static let cases = [
        KindCase(
            kind: "change_type",
            schema: """
                CREATE TABLE sale (id int PRIMARY KEY, shop int NOT NULL, amount int NOT NULL DEFAULT 500,
                  CONSTRAINT least CHECK (amount >= 100), UNIQUE (amount, id));
                INSERT INTO sale SELECT n, n % 3, 100 + n FROM generate_series(1, 300) n;
                CREATE INDEX ON sale (amount);
                CREATE UNIQUE INDEX high ON sale (id, amount) WHERE amount > 200;
                """,
            section:
                "{table: sale, column: amount, type: 'numeric(12,2)', using: amount / 100.0, back: (amount * 100)::int, as: euros, keeps: as}",
            extra: "acknowledge: [unconvertible]",
            plain: """
                ALTER TABLE sale DROP CONSTRAINT least; DROP INDEX high; ALTER TABLE sale ALTER amount DROP DEFAULT;
                ALTER TABLE sale ALTER amount TYPE numeric(12,2) USING amount / 100.0; ALTER TABLE sale RENAME amount TO euros;
                ALTER TABLE sale ALTER euros SET DEFAULT 5.00;
                ALTER TABLE sale ADD CONSTRAINT least CHECK ((euros * 100)::int >= 100);
                CREATE UNIQUE INDEX high ON sale (id, euros) WHERE (euros * 100)::int > 200;
                ALTER INDEX sale_amount_idx RENAME TO sale_euros_idx;
                ALTER TABLE sale RENAME CONSTRAINT sale_amount_id_key TO sale_euros_id_key
                """,
            about: "values"
        ),
        KindCase(
            kind: "change_type",
            schema: """
                CREATE TABLE "Order" (id serial PRIMARY KEY, note text);
                CREATE TABLE item (id int PRIMARY KEY, "orderId" int NOT NULL REFERENCES "Order" ON DELETE CASCADE ON UPDATE CASCADE);
                CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
                INSERT INTO "Order" (note) SELECT 'n' || n FROM generate_series(1, 300) n;
                INSERT INTO item SELECT n, n FROM generate_series(1, 300) n;
                CREATE TRIGGER listed AFTER UPDATE OF id ON "Order" FOR EACH ROW EXECUTE FUNCTION noted();
                CREATE POLICY few ON "Order" USING (id < 1000);
                CREATE VIEW seen AS SELECT note FROM "Order" WHERE id > 1;
                """,
            section: "{table: Order, column: id, type: bigint, as: number, keeps: as}",
            extra: "acknowledge: [unconvertible, user-triggers]",
            plain: """
                DROP VIEW seen; DROP POLICY few ON "Order"; DROP TRIGGER listed ON "Order";
                ALTER TABLE "Order" ALTER id TYPE bigint; ALTER SEQUENCE "Order_id_seq" AS bigint; ALTER TABLE "Order" RENAME id TO number;
                CREATE TRIGGER listed AFTER UPDATE OF number ON "Order" FOR EACH ROW EXECUTE FUNCTION noted();
                CREATE POLICY few ON "Order" USING (number < 1000); CREATE VIEW seen AS SELECT note FROM "Order" WHERE number > 1
                """,
            about: "a primary key"
        ),
        KindCase(
            kind: "change_type",
            schema: """
                CREATE TYPE mood AS ENUM ('sad', 'glad');
                CREATE TABLE "Person" (id int PRIMARY KEY, mood text DEFAULT 'sad');
                INSERT INTO "Person" SELECT n, (ARRAY['sad', 'glad', NULL])[1 + n % 3] FROM generate_series(1, 300) n;
                """,
            section: "{table: Person, column: mood, type: mood, as: \"The Mood\", keeps: as}",
            plain: """
                ALTER TABLE "Person" ALTER mood DROP DEFAULT; ALTER TABLE "Person" ALTER mood TYPE mood USING mood::mood;
                ALTER TABLE "Person" ALTER mood SET DEFAULT 'sad'; ALTER TABLE "Person" RENAME mood TO "The Mood"
                """,
            about: "an enum"
        ),
    ]

    @Test(arguments: cases)
    func `it goes through every phase and back`(_ test: KindCase) async throws {
        try await Fixture(schema: test.schema, plan: test.plan()).walk(
            Walk(undoesContractAlone: test.about != "a primary key", isVerified: true)
        )
    }

    @Test(arguments: cases)
    func `it ends as after a plain migration`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan(retain: "0s"))
        try await fixture.advance(through: .contract)
        try await fixture.expectSchemaOfPlainMigration(test)
    }

    /// Written by versions of before and of after, in each phase and after contract was taken back.
    @Test func `each name means its own type at every time`() async throws {
        let test = try #require(Self.cases.first)
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        func write(_ id: Int, _ column: String, _ value: String) throws {
            try fixture.sql(
                "INSERT INTO sale (id, shop, \(column)) VALUES (\(id), 1, \(value)); UPDATE sale SET \(column) = \(column) + 1 WHERE id = \(id)"
            )
        }
        func both(_ id: Int) throws -> String {
            try fixture.value("SELECT amount || ' ' || euros FROM sale WHERE id = \(id)")
        }
        for (number, phase) in Phase.allCases.enumerated() where phase < .contract {
            try await fixture.advance(through: phase)
            try write(1000 + number, "amount", "525")
            try write(2000 + number, "euros", "5.25")
            #expect(try both(1000 + number) == "526 5.26", "\(phase.rawValue), the old name")
            #expect(try both(2000 + number) == "625 6.25", "\(phase.rawValue), the new name")
        }
        try await fixture.advance(through: .contract)
        try write(3000, "euros", "7.25")
        #expect(throws: PostgresError.self) { try write(3001, "amount", "725") }
        try await fixture.rollBack(to: .enforce)
        #expect(try both(3000) == "825 8.25")
        try write(4000, "euros", "9.25")
        try write(4001, "amount", "925")
        #expect(try both(4000) == "1025 10.25")
        #expect(try both(4001) == "926 9.26")
        try await fixture.rollBack()
        #expect(try fixture.value("SELECT amount FROM sale WHERE id = 3000", as: Int.self) == 825)
    }

    @Test func `contract asks for writers of the old name, and names what fails`() async throws {
        let test = try #require(Self.cases.first)
        let plan = test.plan().replacing("contract: {", with: "contract: {requires: [no_legacy_writes: 1h], ")
        let fixture = try Fixture(schema: test.schema, plan: plan)
        try await fixture.advance(through: .enforce)
        let writer = try fixture.database.connect(as: "old version")
        try writer.execute("UPDATE public.sale SET amount = 700 WHERE id = 1")
        let gate = try #require(try await fixture.engine().status().gate)
        let requirement = try #require(gate.requirements.first { $0.name == "no_legacy_writes" })
        #expect(requirement.verdict != .open && requirement.reason.contains("old version"), "\(requirement)")
        let status = try await fixture.engine().status()
        #expect(status.deployable.hasPrefix("old versions, versions that write both shapes"), "\(status.deployable)")
    }

    // MARK: - Advice

    @Test(arguments: [
        ("n int", "bigint", "", false), ("n bigint", "int", "", true), ("n varchar(10)", "text", "", false),
        ("n text", "varchar(80)", "", false), ("n text", "int", "", true), ("n int", "numeric", "", true),
        ("n int", "numeric", ", as: m, keeps: as", false),
        ("n int", "bigint", ", using: n * 2, back: (n / 2)::int", true),
        ("n timestamp", "timestamptz", ", using: \"n AT TIME ZONE 'UTC'\", back: \"n AT TIME ZONE 'UTC'\"", true),
    ])
    func `a name of its own is advised where clients see the type`(
        _ column: String,
        _ type: String,
        _ extra: String,
        _ isAdvised: Bool
    ) async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, \(column))",
            plan: """
                version: 1
                name: kind
                change: {change_type: {table: t, column: n, type: '\(type)'\(extra)}}
                """
        )
        let findings = try await fixture.engine().check()
        #expect(findings.filter { $0.weight == .advice }.map(\.id) == (isAdvised ? ["one-name"] : []), "\(findings)")
        // It keeps nothing closed.
        try await fixture.advance(through: .expand)
    }

    @Test func `with one name for two types contract says what a rollback does to its writers`() async throws {
        let fixture = try Fixture(
            schema: "CREATE TABLE t (id int PRIMARY KEY, n int)",
            plan: "version: 1\nname: kind\nchange: {change_type: {table: t, column: n, type: numeric}}\n"
        )
        try await fixture.advance(through: .expand)
        let blueprint = try #require(try await fixture.record()).blueprint
        #expect(
            blueprint.words.unreturnable?.contains(
                "a version that goes on writing n as numeric after it writes a column of integer"
            ) == true,
            "\(blueprint.words)"
        )
    }
}
