import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What stands around a column whose values change means the same of the new values, or is refused by name.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MappedAttributeTests {
    private static let cents = "type: 'numeric(12,2)', using: amount / 100.0, back: (amount * 100)::int"
    private static let old = "((amount * (100)::numeric))::integer"

    private func fixture(_ objects: String, _ change: String = cents, column: String = "int NOT NULL DEFAULT 500")
        throws
        -> Fixture
    {
        let schema = """
            CREATE TABLE price (id int PRIMARY KEY, amount \(column), note text);
            \(objects);
            INSERT INTO price SELECT g, g * 100, 'n' || g FROM generate_series(1, 50) g;
            INSERT INTO price VALUES (51, 100000, 'big');
            """
        let plan = """
            version: 1
            name: retype
            change:
              change_type: {table: price, column: amount, \(change)}
            acknowledge: [unconvertible]
            phases:
              backfill: {latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: 7d}
            """
        return try Fixture(schema: schema, plan: plan)
    }

    private static let around = """
        ALTER TABLE price ADD CONSTRAINT least CHECK (amount >= 100);
        CREATE UNIQUE INDEX high ON price (note) WHERE amount >= 100000;
        CREATE INDEX rest ON price ((amount % 1000));
        CREATE INDEX plain ON price (amount, note)
        """

    /// Definitions by the names of their objects.
    private func definitions(in fixture: Fixture) throws -> [String: String] {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = pg_catalog")
        let rows = try connection.query(
            """
            SELECT conname::text AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint
             WHERE conrelid = 'public.price'::regclass AND contype = 'c'
            UNION ALL SELECT indexrelid::regclass::text, substring(pg_get_indexdef(indexrelid) FROM 'USING .*') FROM pg_index
             WHERE indrelid = 'public.price'::regclass AND NOT indisprimary
            """
        )
        return Dictionary(try rows.map { (try $0.decode("name"), try $0.decode("text")) }) { first, _ in first }
    }

    /// Whether the server takes a statement; it is undone.
    private func accepts(_ statement: String, in fixture: Fixture) throws -> Bool {
        let connection = try fixture.database.connect()
        try connection.execute("SET search_path = public; BEGIN")
        do {
            try connection.execute(statement)
            return true
        } catch PostgresError.server(let refusal) where refusal.state.rawValue.hasPrefix("23") {
            return false
        }
    }

    @Test func `cents become euros: default, check and indexes mean the same, and come back as they were`() async throws
    {
        let fixture = try fixture(Self.around)
        let before = try await fixture.dump()
        #expect(
            try await fixture.engine().check(looksAtData: true).allSatisfy {
                $0.weight == .advice || $0.isAccepted(by: fixture.plan)
            }
        )
        try await fixture.advance(through: .enforce)
        for (statement, isRight) in [
            ("INSERT INTO price VALUES (60, 250, 'x')", true), ("UPDATE price SET amount = 300 WHERE id = 1", true),
            ("INSERT INTO price VALUES (60, 50, 'x')", false), ("INSERT INTO price (id) VALUES (60)", true),
            ("INSERT INTO price VALUES (60, 99900, 'big')", true),
            ("INSERT INTO price VALUES (60, 100000, 'big')", false),
            ("INSERT INTO price (id, crossfade_new_amount) VALUES (60, 2.5)", true),
            ("INSERT INTO price (id, crossfade_new_amount) VALUES (60, 0.5)", false),
            ("INSERT INTO price (id, crossfade_new_amount, note) VALUES (60, 999, 'big')", true),
            ("INSERT INTO price (id, crossfade_new_amount, note) VALUES (60, 1000, 'big')", false),
        ] { #expect(try accepts(statement, in: fixture) == isRight, "\(statement)") }
        try await fixture.advance(through: .contract)
        #expect(
            try definitions(in: fixture) == [
                "least": "CHECK ((\(Self.old) >= 100))",
                "public.high": "USING btree (note) WHERE (\(Self.old) >= 100000)",
                "public.rest": "USING btree (((\(Self.old) % 1000)))",
                "public.plain": "USING btree (amount, note)",
            ]
        )
        for (statement, isRight) in [
            ("INSERT INTO price VALUES (60, 'x', 2.5)", true), ("INSERT INTO price VALUES (60, 'x', 0.5)", false),
            ("INSERT INTO price VALUES (60, 'big', 999)", true), ("INSERT INTO price VALUES (60, 'big', 1000)", false),
        ] {
            let named = statement.replacing("price VALUES", with: "price (id, note, amount) VALUES")
            #expect(try accepts(named, in: fixture) == isRight, "\(statement)")
        }
        try fixture.sql("INSERT INTO price (id) VALUES (61)")
        #expect(try fixture.value("SELECT amount::text FROM price WHERE id = 61", as: String.self) == "5.00")
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
        #expect(try fixture.value("SELECT amount FROM price WHERE id = 61") == 500)
    }

    @Test func `each phase can be undone and done again`() async throws {
        try await fixture(Self.around).walk(Walk(isVerified: true))
    }

    /// What is around the column, and how its meaning is kept or refused.
    static let findings: [(objects: String, change: String, id: String, weight: Finding.Weight, words: String)] = [
        (
            "CREATE TABLE paid (id int PRIMARY KEY, amount int); ALTER TABLE price ADD UNIQUE (amount); ALTER TABLE paid ADD CONSTRAINT of FOREIGN KEY (amount) REFERENCES price (amount)",
            cents, "foreign-key-type", .refused, "foreign key of of public.paid compares values of amount"
        ),
        (
            "CREATE VIEW dear AS SELECT id, amount FROM price WHERE amount > 1000",
            cents, "view", .carried, "view public.dear reads amount"
        ),
        (
            "CREATE STATISTICS pair ON (amount / 10), note FROM price",
            cents, "statistics", .carried, "statistics object pair contains amount"
        ),
        (
            "CREATE STATISTICS pair ON amount, note FROM price",
            cents, "statistics", .carried, "statistics object pair contains amount"
        ),
        (
            "ALTER TABLE price ENABLE ROW LEVEL SECURITY; CREATE POLICY dear ON price USING (amount > 1000)",
            cents, "policy", .carried, "policy dear reads amount"
        ),
        (
            "CREATE FUNCTION public.odd(int) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN $1 % 2 = 1; CREATE INDEX odds ON price (note) WHERE public.odd(amount)",
            "type: text, using: \"amount::text || '!'\", back: \"rtrim(amount, '!')::int\"", "unconvertible",
            .acknowledge, "odds: made for the new values"
        ),
        (
            "ALTER TABLE price ADD CONSTRAINT least CHECK (amount > 0)",
            "type: smallint, using: amount / 100, back: amount * 100, loss: acknowledged", "lossy-check", .acknowledge,
            "least hold them"
        ),
        (
            "CREATE INDEX found ON price USING gin (to_tsvector('simple', note), (ARRAY[amount]))",
            "type: point, using: 'point(amount, 0)', back: '(amount[0])::int'", "", .refused, ""
        ),
    ]

    @Test(arguments: findings)
    func `what cannot mean the same is named`(
        _ objects: String,
        _ change: String,
        _ id: String,
        _ weight: Finding.Weight,
        _ words: String
    ) async throws {
        let found = try await fixture(objects, change).engine().check()
        guard !id.isEmpty else {
            #expect(!found.contains { $0.weight == .refused }, "\(found.map(\.message))")
            return
        }
        #expect(
            found.contains { $0.id == id && $0.weight == weight && $0.message.contains(words) },
            "\(found.map { "\($0.id): \($0.message)" })"
        )
    }

    @Test func `a run that kept less of its checks finds no difference`() {
        var present = SameRowBlueprint.specimen
        // Its foreign keys all have one name, which those of a table cannot have.
        present.foreignKeys = []
        var former = present
        former.checks[0].facts.expression = nil
        #expect(present.changes(since: former) == [])
        former.checks[0].facts.isValidated = false
        #expect(present.changes(since: former) != [])
    }

    @Test func `an identity whose values are mapped is refused`() async throws {
        let fixture = try fixture("", column: "int GENERATED BY DEFAULT AS IDENTITY")
        #expect(try await fixture.engine().check().contains { $0.id == "identity" && $0.weight == .refused })
    }

    @Test func `rows that satisfy a check, and whose new values do not, are named before expand`() async throws {
        let fixture = try fixture(
            "ALTER TABLE price ADD CONSTRAINT least CHECK (amount > 0)",
            "type: smallint, using: amount / 100, back: amount * 100, loss: acknowledged"
        )
        try fixture.sql("INSERT INTO price VALUES (70, 40, 'small')")
        let messages = try await fixture.engine().check(looksAtData: true).filter { $0.id == "data" }.map(\.message)
        #expect(messages == ["what every value of \"amount\" becomes satisfies \"least\": 1 against it: id=70 (40)"])
    }

    @Test(arguments: ["using: amount / 100.0, back: (amount * 100)::int", "using: 'amount::numeric(12,2)'"])
    func `a check is mapped only where values change`(_ expressions: String) async throws {
        let fixture = try fixture(Self.around, "type: 'numeric(12,2)', \(expressions)")
        try await fixture.advance(through: .enforce)
        let check = try #require(try definitions(in: fixture)["crossfade_least"])
        #expect(check.contains(" * ") == expressions.contains("back"))
    }
}
