import Foundation
import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A column gets another type, carried to every phase and back, with both versions at work.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct ChangeTypeTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let schema: String
        let change: String
        /// What a one-shot migration would have done.
        let plain: String
        var movesPrimaryKey = false
    }

    static let cases = [serialKey, identityKey, number, enumeration, document, paired]

    /// A primary key with three tables that reference it.
    static let serialKey = Case(
        testDescription: "a serial primary key with three referencing tables",
        schema: """
            CREATE TABLE "Order" (id serial PRIMARY KEY, note text);
            CREATE TABLE item (id int PRIMARY KEY, "orderId" int NOT NULL REFERENCES "Order" ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE invoice (id int PRIMARY KEY, "orderId" bigint REFERENCES "Order" ON DELETE SET NULL);
            CREATE TABLE shipment ("orderId" int PRIMARY KEY REFERENCES "Order");
            INSERT INTO "Order" (note) SELECT 'n' || n FROM generate_series(1, 2000) n;
            INSERT INTO item SELECT n, n FROM generate_series(1, 2000) n;
            INSERT INTO invoice SELECT n, n FROM generate_series(1, 500) n;
            INSERT INTO shipment SELECT n FROM generate_series(1, 500) n;
            """,
        change: "{table: Order, column: id, type: bigint}",
        plain: "ALTER TABLE \"Order\" ALTER id TYPE bigint; ALTER SEQUENCE \"Order_id_seq\" AS bigint;",
        movesPrimaryKey: true
    )

    static let identityKey = Case(
        testDescription: "an identity with an index, a check and a self reference",
        schema: """
            CREATE TABLE node (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int, name text, CHECK (id > 0));
            CREATE INDEX node_id_name ON node (id, name) WHERE id < 1000000;
            COMMENT ON COLUMN node.id IS 'number';
            INSERT INTO node (name) SELECT 'n' || n FROM generate_series(1, 500) n;
            """,
        change: "{table: node, column: id, type: bigint}",
        plain: "ALTER TABLE node ALTER id TYPE bigint; ALTER SEQUENCE node_id_seq AS bigint;",
        movesPrimaryKey: true
    )

    static let number = Case(
        testDescription: "text that holds numbers",
        schema: """
            CREATE TABLE reading (id int PRIMARY KEY, value text, UNIQUE (value, id));
            INSERT INTO reading SELECT n, CASE n % 5 WHEN 0 THEN NULL ELSE n::text END FROM generate_series(1, 500) n;
            """,
        change: "{table: reading, column: value, type: integer, as: number}",
        plain: "ALTER TABLE reading ALTER value TYPE integer USING value::integer;"
    )

    static let enumeration = Case(
        testDescription: "text that becomes an enum of another schema",
        schema: """
            CREATE SCHEMA "App";
            CREATE TYPE "App"."Mood" AS ENUM ('sad', 'glad');
            CREATE TABLE "App".person (id int PRIMARY KEY, mood text NOT NULL DEFAULT 'sad');
            CREATE INDEX ON "App".person (mood);
            INSERT INTO "App".person SELECT n, CASE n % 2 WHEN 0 THEN 'sad' ELSE 'glad' END FROM generate_series(1, 300) n;
            """,
        change: "{table: App.person, column: mood, type: '\"App\".\"Mood\"'}",
        plain: """
            ALTER TABLE "App".person ALTER mood DROP DEFAULT;
            ALTER TABLE "App".person ALTER mood TYPE "App"."Mood" USING mood::"App"."Mood";
            ALTER TABLE "App".person ALTER mood SET DEFAULT 'sad';
            """
    )

    static let document = Case(
        testDescription: "text that becomes a timestamp by expressions",
        schema: """
            CREATE TABLE event (id int PRIMARY KEY, at text);
            INSERT INTO event SELECT n, to_char(timestamp '2024-01-01' + n * interval '1 hour', 'YYYY-MM-DD HH24:MI:SS') FROM generate_series(1, 300) n;
            """,
        change: """
            {table: event, column: at, type: timestamp,
                 using: "make_timestamp(left(at, 4)::int, substr(at, 6, 2)::int, substr(at, 9, 2)::int, substr(at, 12, 2)::int, substr(at, 15, 2)::int, 0)",
                 back: "lpad(extract(year from at)::text, 4, '0') || '-' || lpad(extract(month from at)::text, 2, '0') || '-' || lpad(extract(day from at)::text, 2, '0') || ' ' || lpad(extract(hour from at)::text, 2, '0') || ':00:00'"}
            """,
        plain: "ALTER TABLE event ALTER at TYPE timestamp USING to_timestamp(at, 'YYYY-MM-DD HH24:MI:SS')::timestamp;"
    )

    static let paired = Case(
        testDescription: "a table with triggers of its own",
        schema: """
            CREATE TABLE post (id int PRIMARY KEY, price numeric(10,2), label text);
            CREATE FUNCTION label() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.label := 'price ' || NEW.price; RETURN NEW; END $$;
            CREATE TRIGGER label BEFORE INSERT OR UPDATE ON post FOR EACH ROW EXECUTE FUNCTION label();
            INSERT INTO post (id, price) SELECT n, n FROM generate_series(1, 300) n;
            """,
        change: "{table: post, column: price, type: 'numeric(12,4)'}",
        plain: "ALTER TABLE post ALTER price TYPE numeric(12,4);"
    )

    private func fixture(_ test: Case = serialKey, retain: String = "7d", change: String? = nil) throws -> Fixture {
        let plan = """
            version: 1
            name: retype
            change:
              change_type: \(change ?? test.change)
            acknowledge: [unconvertible, user-triggers, function-bodies]
            phases:
              lock_deadline: 10m
              backfill: {chunk_target: 20ms, workers: 2, latency_budget: off}
              dual_write_check: {observe: 0s, min_writes: 0}
              contract: {retain: \(retain)}
            """
        return try Fixture(schema: test.schema, plan: plan)
    }

    @Test(arguments: cases)
    func `each phase can be undone and done again, and in the end all of them`(_ test: Case) async throws {
        try await fixture(test).walk(Walk(undoesContractAlone: !test.movesPrimaryKey))
    }

    @Test(.enabled(if: TestTier.isExhaustive), arguments: cases)
    func `rollback from every phase ends with the schema and the rows before expand`(_ test: Case) async throws {
        try await fixture(test).walkBackFromEveryPhase()
    }

    @Test(arguments: cases)
    func `the end is the schema and the values of a plain migration`(_ test: Case) async throws {
        let fixture = try fixture(test, retain: "0s")
        try await fixture.advance(through: .contract)
        let blueprint = try #require(try await fixture.record()?.blueprint as? SameRowBlueprint)
        let values =
            "SELECT md5(string_agg(\(blueprint.old.quoted)::text, '|' ORDER BY \(blueprint.old.quoted)::text)) FROM \(blueprint.table.quoted)"
        let (schema, content) = (try await fixture.dump(), try fixture.value(values, as: String.self))
        try fixture.sql(
            "DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS \"App\" CASCADE"
        )
        try fixture.sql(test.schema)
        try fixture.sql(test.plain)
        #expect(Self.comparable(schema) == Self.comparable(try await fixture.dump()))
        #expect(try fixture.value(values) == content)
    }

    /// The column stands at another place in the table, and what follows it in the dump may too.
    private static func comparable(_ dump: String) -> [String] {
        dump.split(separator: "\n").filter { !$0.contains("SCHEMA public") && !$0.hasPrefix("--") }
            .map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }.sorted()
    }

    // MARK: - Values that do not fit

    @Test func `rows that do not cast are named before anything is built`() async throws {
        let fixture = try fixture(Self.number)
        try fixture.sql("INSERT INTO reading VALUES (900, 'many'), (901, '007')")
        let before = try await fixture.dump()
        let findings = try await fixture.engine().check(looksAtData: true).map(\.message)
        #expect(
            findings.contains { $0.contains("id=900 (many: invalid input syntax for type integer: \"many\")") },
            "\(findings)"
        )
        #expect(findings.contains { $0.contains("id=901 (007)") }, "\(findings)")
        let report = try await fixture.engine().advance(through: .expand, waits: false, confirmation: .notGiven)
        guard case .closed = report.outcome else {
            Issue.record("expand began: \(report)")
            return
        }
        #expect(try await fixture.dump() == before)
    }

    @Test(arguments: [
        ("{table: reading, column: value, type: timestamptz}", "not the same at every time and place"),
        ("{table: reading, column: value, type: integer, using: \"nosuch(value)\"}", "does not exist"),
        ("{table: reading, column: value, type: nosuch}", "is no type to change to"),
        ("{table: reading, column: value, type: text}", "already"),
        ("{table: reading, column: value, type: point}", "cannot be made for point"),
    ])
    func `what could only fail later is refused`(_ change: String, _ reason: String) async throws {
        let findings = try await fixture(Self.number, change: change).engine().check()
        #expect(
            findings.contains { $0.weight == .refused && $0.message.contains(reason) },
            "\(findings.map(\.message))"
        )
    }

    @Test func `a statement with a value the other type cannot hold goes on, and the row is recorded`() async throws {
        let fixture = try fixture(Self.number)
        try await fixture.advance(through: .enforce)
        try fixture.sql("UPDATE reading SET value = 'oops' WHERE id = 1")
        #expect(try fixture.value("SELECT value || '/' || number FROM reading WHERE id = 1") == "oops/1")
        let report = try await fixture.engine().verify()
        #expect(report.verdict == .failed)
        #expect(report.checks.flatMap(\.samples).contains("id=1"))
        try fixture.sql("UPDATE reading SET value = '17' WHERE id = 1")
        #expect(try fixture.value("SELECT number FROM reading WHERE id = 1") == 17)
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `what repair cannot copy is counted apart, and named`() async throws {
        let fixture = try fixture(Self.number)
        try await fixture.advance(through: .enforce)
        try fixture.sql("UPDATE reading SET value = 'oops' WHERE id IN (1, 2)")
        try fixture.sql(
            """
            ALTER TABLE reading DISABLE TRIGGER USER; UPDATE reading SET number = 7 WHERE id = 3;
            ALTER TABLE reading ENABLE ALWAYS TRIGGER "~crossfade_retype"
            """
        )
        #expect(try await fixture.engine().repair() == 1)
        #expect(
            try await fixture.engine().beyondRepair() == [
                "2 rows hold values of \"value\" that integer cannot hold (id=1, id=2): change these values; repair cannot"
            ]
        )
        try fixture.sql("UPDATE reading SET value = '8' WHERE id = 1")
        try fixture.sql("UPDATE reading SET value = '9' WHERE id = 2")
        #expect(try await fixture.engine().beyondRepair().isEmpty)
    }

    @Test func `a number that only the new type holds is the point of no return, counted and named`() async throws {
        let fixture = try fixture()
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO \"Order\" (id, note) VALUES (3000000000, 'big')")
        let error = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(error?.message.contains("id=3000000000") == true, "\(String(describing: error))")
        try fixture.sql("DELETE FROM \"Order\" WHERE id > 2147483647")
        try await fixture.rollBack()
        #expect(try fixture.value("SELECT nextval('\"Order_id_seq\"')::int") > 2000)
    }

    @Test func `each kind of write leaves both columns equal`() async throws {
        let fixture = try fixture(change: "{table: Order, column: id, type: bigint, as: wide}")
        try await fixture.advance(through: .enforce)
        for statement in [
            #"INSERT INTO "Order" (note) VALUES ('default')"#,
            #"INSERT INTO "Order" (wide, note) VALUES (90001, 'new')"#,
            #"UPDATE "Order" SET id = 90002 WHERE id = 1505"#,
            #"UPDATE "Order" SET wide = 90003 WHERE id = 1506"#,
            #"INSERT INTO "Order" (id, note) VALUES (90001, 'x') ON CONFLICT (id) DO UPDATE SET note = 'y'"#,
            #"INSERT INTO "Order" (wide, note) VALUES (90001, 'x') ON CONFLICT (wide) DO UPDATE SET note = 'z'"#,
            #"DELETE FROM shipment WHERE "orderId" = 7; DELETE FROM "Order" WHERE id = 7"#,
        ] {
            try fixture.sql(statement)
            let report = try await fixture.engine().verify()
            #expect(report.verdict == .passed, "\(statement): \(report.checks.filter { $0.verdict != .passed })")
        }
        #expect(try fixture.value(#"SELECT count(*) FROM item WHERE "orderId" IN (90002, 90003)"#) == 2)
    }

    @Test func `a NOT NULL column whose values may not cast has to be acknowledged, and what is refused is recorded`()
        async throws
    {
        let schema =
            Self.number.schema
            + ";DELETE FROM reading WHERE value IS NULL; ALTER TABLE reading ALTER value SET NOT NULL"
        let test = Case(testDescription: "", schema: schema, change: Self.number.change, plain: "")
        let fixture = try fixture(test)
        let findings = try await fixture.engine().check().filter { $0.id == "unconvertible" }
        #expect(findings.contains { $0.message.contains("from enforce on") }, "\(findings.map(\.message))")
        try await fixture.advance(through: .backfill)
        try fixture.sql("INSERT INTO reading (id, value) VALUES (901, 'many')")
        let ledger = Ledger(try fixture.database.connect())
        let sides = try ["old", "unconvertible"].map { side in
            try ledger.writers(of: [WatchedSides(plan: "retype", sides: [side])], since: .distantPast).count
        }
        #expect(sides == [1, 1])
        #expect(try await fixture.engine().verify().verdict == .failed)
        try fixture.sql("UPDATE reading SET value = '7' WHERE id = 901")
        #expect(try await fixture.engine().verify().verdict == .passed)
    }

    @Test func `a new row whose value the old type cannot hold gets the stand-in`() async throws {
        let test = Case(
            testDescription: "",
            schema: """
                CREATE TABLE visit (id int PRIMARY KEY, code int NOT NULL);
                INSERT INTO visit SELECT n, n FROM generate_series(1, 300) n;
                """,
            change: "{table: visit, column: code, type: bigint, as: wide, stand_in: '-1'}",
            plain: ""
        )
        let fixture = try fixture(test)
        let finding = try #require(try await fixture.engine().check().first { $0.id == "unconvertible" })
        #expect(finding.message.contains("becomes -1 in new rows until contract"), "\(finding.message)")
        try await fixture.advance(through: .dualWriteCheck)
        try fixture.sql("INSERT INTO visit (id, wide) VALUES (901, 3000000000), (902, 7)")
        try fixture.sql("UPDATE visit SET id = 903 WHERE id = 901")
        let seen = "SELECT string_agg(code || '=' || wide, ',' ORDER BY id) FROM visit WHERE id > 900"
        #expect(try fixture.value(seen, as: String.self) == "7=7,-1=3000000000")
        #expect(try await fixture.engine().verify().verdict == .passed)
        let failure = await #expect(throws: Failure.self) { try await fixture.rollBack() }
        #expect(failure?.message.contains("903") == true, "\(failure?.message ?? "")")
        try await fixture.advance(through: .contract)
        #expect(try fixture.value("SELECT code::text FROM visit WHERE id = 903", as: String.self) == "3000000000")
    }

    @Test(arguments: [
        ("stand_in: \"'many'\"", "invalid input syntax for type integer"), ("stand_in: 'NULL'", "it is NULL"),
    ])
    func `a stand-in that the old column could not hold is refused`(_ key: String, _ message: String) async throws {
        let schema = "CREATE TABLE visit (id int PRIMARY KEY, code int NOT NULL)"
        let change = "{table: visit, column: code, type: bigint, \(key)}"
        let fixture = try fixture(Case(testDescription: "", schema: schema, change: change, plain: ""))
        let findings = try await fixture.engine().check().filter { $0.weight == .refused }
        #expect(findings.contains { $0.id == "stand-in" && $0.message.contains(message) }, "\(findings.map(\.message))")
    }

    // MARK: - Under traffic

    @Test
    func
        `clients insert, update and delete by either column through all phases, purge too: nothing fails, no row is lost`()
        async throws
    {
        let fixture = try fixture(retain: "0s", change: "{table: Order, column: id, type: bigint, as: wide}")
        let old = OrderClients(0..<4, by: "id", in: fixture.database)
        try await fixture.advance(through: .backfill)
        // A version that uses the new column lives until contract takes its working name away.
        let new = OrderClients(4..<8, by: "wide", in: fixture.database)
        try await fixture.advance(through: .enforce)
        try await Task.sleep(for: .seconds(1))
        var orders = try await new.stop()
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .seconds(1))
        orders.formUnion(try await old.stop())
        try expect(orders, in: fixture)
        #expect(
            try fixture.value(
                "SELECT format_type(seqtypid, NULL) FROM pg_sequence WHERE seqrelid = '\"Order_id_seq\"'::regclass"
            ) == "bigint"
        )
    }

    @Test func `contract is rolled back under clients: nothing fails, no row is lost`() async throws {
        let fixture = try fixture()
        let clients = OrderClients(0..<6, by: "id", in: fixture.database)
        try await fixture.advance(through: .contract)
        try await Task.sleep(for: .seconds(1))
        try await fixture.rollBack()
        try await Task.sleep(for: .milliseconds(500))
        try expect(try await clients.stop(), in: fixture)
        let type: String = try fixture.value(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = '\"Order\"'::regclass AND attname = 'id'"
        )
        #expect(type == "integer")
    }

    /// The rows the clients left are there, the three foreign keys are valid, and the sequence is past every row.
    private func expect(_ orders: Set<Int>, in fixture: Fixture) throws {
        let found = try fixture.database.connect().query("SELECT id FROM public.\"Order\" WHERE note LIKE 'client%'")
            .map { try $0.decode("id", as: Int.self) }
        #expect(Set(found) == orders)
        #expect(
            try fixture.value(
                """
                SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confrelid = '"Order"'::regclass AND convalidated
                """
            ) == 3
        )
        #expect(try fixture.value(#"SELECT nextval('"Order_id_seq"')::int"#) > (orders.max() ?? 0))
    }
}

/// Applications that draw ids from the sequence, add rows that reference them, change and delete them again.
private struct OrderClients {
    private let clients: [OrderClient]
    private let running: [Task<OrderClient.Account, any Error>]

    init(_ slots: Range<Int>, by column: String, in database: ScratchDatabase) {
        let clients = slots.map { OrderClient(slot: $0, column: column, database: database) }
        self.clients = clients
        running = clients.map { client in Task { try await client.run() } }
    }

    /// Ends them, and expects that nothing failed.
    ///
    /// - Returns: the orders they left.
    func stop() async throws -> Set<Int> {
        clients.forEach { $0.stop() }
        var orders: Set<Int> = []
        for task in running {
            let account = try await task.value
            #expect(account.failures == [])
            #expect(account.statements > 20)
            orders.formUnion(account.orders)
        }
        return orders
    }
}

final private class OrderClient: Sendable {
    struct Account: Sendable {
        var statements = 0
        var failures: [String] = []
        var orders: Set<Int> = []
    }

    private let slot: Int
    /// The name it knows the key by.
    private let column: String
    private let database: ScratchDatabase
    private let end = StopSwitch()

    init(slot: Int, column: String, database: ScratchDatabase) {
        self.slot = slot
        self.column = column
        self.database = database
    }

    func stop() { end.turnOff() }

    func run() async throws -> Account {
        let session = try await database.session(as: "client")
        var account = Account()
        var turn = 0
        while !end.isOff {
            turn += 1
            do {
                try await take(turn, on: session, &account)
            } catch {
                account.failures.append("turn \(turn) by \(column): \(error)")
                return account
            }
            account.statements += 1
            try await Task.sleep(for: .milliseconds(3))
        }
        await session.close()
        return account
    }

    private func take(_ turn: Int, on session: Session, _ account: inout Account) async throws {
        let column = column
        let item = (slot + 1) * 1_000_000 + turn
        guard let order = account.orders.randomElement(), turn % 4 != 1 else {
            let order = try await session.run { connection in
                // A serial's default belongs to the old column: the new version draws its numbers itself.
                let statement =
                    column == "id"
                    ? "INSERT INTO public.\"Order\" (note) VALUES ('client') RETURNING id"
                    : "INSERT INTO public.\"Order\" (wide, note) VALUES (nextval('public.\"Order_id_seq\"'), 'client') RETURNING wide"
                let id: Int = try connection.query(statement).only().decode(at: 0)
                _ = try connection.query("INSERT INTO public.item VALUES ($1, $2)", [item, id])
                return id
            }
            account.orders.insert(order)
            return
        }
        let removes = turn % 4 == 0
        let touched = try await session.run { connection in
            try connection.query(
                removes
                    ? "DELETE FROM public.\"Order\" WHERE \(column) = $1"
                    : "UPDATE public.\"Order\" SET note = 'client ' || $2 WHERE \(column) = $1",
                removes ? [order] : [order, "\(turn)"]
            ).affected
        }
        guard touched == 1 else { throw Failure(.failed, "order \(order): \(touched) rows touched", hint: nil) }
        if removes { account.orders.remove(order) }
    }
}
