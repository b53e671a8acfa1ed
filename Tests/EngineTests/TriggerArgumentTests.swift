import Postgres
import SQL
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Triggers that are told the name of a column or a table, of which the server keeps no dependencies.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct TriggerArgumentTests {
    private static let function = """
        CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        """

    private func findings(_ fixture: Fixture) async throws -> [Finding] {
        try await fixture.engine().check().filter { $0.id == "trigger-arguments" }
    }

    private func fixture(_ schema: String, extra: String = "", retain: String = "7d") throws -> Fixture {
        try Fixture(
            schema: "CREATE TABLE article (id serial PRIMARY KEY, title text, body text, words tsvector);\n" + schema,
            plan: Fixture.rename("article", "body", "content", extra: extra, retain: retain)
        )
    }

    static let spellings: [(String, Bool)] = [
        ("body", true), ("BODY", true), ("\"body\"", true), ("\"BODY\"", false), ("article.body", true),
        ("public.article.body", true), ("\"public\".\"article\".\"body\"", true), ("title,body", true),
        ("id body", true), ("{\"column\": \"body\"}", true), ("other.body", false), ("other.article.body", false),
        ("pg_catalog.body", false), ("bodyguard", false), ("a_body", false), ("body$1", false), ("title", false),
        ("", false),
    ]

    @Test(arguments: spellings)
    func `an argument is found as a name of its own`(_ argument: String, _ isFound: Bool) async throws {
        let fixture = try fixture(
            "\(Self.function) CREATE TRIGGER guard BEFORE INSERT ON article FOR EACH ROW EXECUTE FUNCTION told('x', '\(argument)');"
        )
        let found = try await findings(fixture)
        #expect(found.count == (isFound ? 1 : 0))
        guard let finding = found.first else { return }
        #expect(finding.weight == .blocksContract)
        #expect(finding.message == "trigger guard of public.article has the argument '\(argument)'")
    }

    @Test(arguments: [
        ("'article.body'", true), ("'public.article.body'", true), ("'id', 'article', 'body'", true),
        ("'id', 'public.article', 'body'", true), ("'body'", false), ("'other.article', 'body'", false),
        ("'articles', 'body'", false),
    ])
    func `a trigger of another table is found by the table's name`(_ arguments: String, _ isFound: Bool) async throws {
        let fixture = try fixture(
            """
            CREATE TABLE note (id int PRIMARY KEY, body text); \(Self.function)
            CREATE TRIGGER guard BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION told(\(arguments));
            """
        )
        #expect(try await findings(fixture).isEmpty == !isFound)
    }

    @Test func `a trigger of one partition is found as the table's own`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE article (id int, body text) PARTITION BY RANGE (id);
                CREATE TABLE first_article PARTITION OF article FOR VALUES FROM (0) TO (10); \(Self.function)
                CREATE TRIGGER guard BEFORE INSERT ON first_article FOR EACH ROW EXECUTE FUNCTION told('body');
                CREATE TRIGGER words BEFORE INSERT ON first_article FOR EACH ROW
                  EXECUTE FUNCTION tsvector_update_trigger('body', 'pg_catalog.english', 'body');
                """,
            plan: Fixture.rename("article", "body", "content")
        )
        let found = try await findings(fixture)
        #expect(found.map(\.weight) == [.blocksContract, .blocksContract])
        #expect(found.first?.message == "trigger guard of public.first_article has the argument 'body'")
    }

    @Test func `contract waits for the trigger to be changed, with the statement to say`() async throws {
        let fixture = try fixture(
            "\(Self.function) CREATE TRIGGER guard BEFORE INSERT ON article FOR EACH ROW EXECUTE FUNCTION told('body', 'it''s');"
        )
        let hint = try #require(try await findings(fixture).first?.hint)
        let statement =
            "CREATE OR REPLACE TRIGGER guard BEFORE INSERT ON public.article FOR EACH ROW EXECUTE FUNCTION public.told('content', 'it''s')"
        #expect(hint.contains(statement), "\(hint)")
        try await fixture.advance(through: .enforce)
        let report = try await fixture.engine().advance(
            through: .contract,
            waits: false,
            confirmation: Confirmation(name: "rename")
        )
        guard case .closed(let gate) = report.outcome else {
            Issue.record("contract was let in: \(report)")
            return
        }
        #expect("\(gate)".contains("trigger guard of public.article has the argument"))
        try fixture.sql(statement)
        #expect(try await findings(fixture).isEmpty)
        try await fixture.advance(through: .contract)
    }

    @Test func `an argument that means something else is acknowledged`() async throws {
        let fixture = try fixture(
            "\(Self.function) CREATE TRIGGER guard BEFORE INSERT ON article FOR EACH ROW EXECUTE FUNCTION told('body');",
            extra: "acknowledge: [trigger-arguments]"
        )
        try await fixture.advance(through: .contract)
    }

    @Test func `a trigger of the server's own function is created again by contract, and by its undo`() async throws {
        let fixture = try fixture(
            """
            CREATE TRIGGER words BEFORE INSERT OR UPDATE ON article FOR EACH ROW
              EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.english', title, body);
            CREATE TRIGGER listed BEFORE UPDATE OF body ON article FOR EACH ROW
              EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.english', 'body');
            INSERT INTO article (title, body) SELECT 'title', 'body' || n FROM generate_series(1, 50) n;
            """,
            extra: "acknowledge: [user-triggers]"
        )
        let before = try await fixture.dump()
        let found = try await findings(fixture)
        #expect(found.map(\.weight) == [.carried, .carried])
        #expect(found.map(\.carriedIn) == [.contract, .contract])
        let words = "SELECT words::text FROM article ORDER BY id DESC LIMIT 1"
        try await fixture.advance(through: .enforce)
        try fixture.sql("INSERT INTO article (title, body) VALUES ('cats', 'dogs')")
        #expect(try fixture.value(words, as: String.self) == "'cat':1 'dog':2")
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO article (title, content) VALUES ('mice', 'birds')")
        #expect(try fixture.value(words, as: String.self) == "'bird':2 'mice':1")
        try await fixture.rollBack()
        #expect(try await fixture.dump() == before)
        try fixture.sql("INSERT INTO article (title, body) VALUES ('cats', 'dogs')")
        #expect(try fixture.value(words, as: String.self) == "'cat':1 'dog':2")
    }

    @Test func `a type that changes under the name is to be acknowledged`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, size int); \(Self.function)
                CREATE TRIGGER guard BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION told('size');
                """,
            plan: """
                version: 1
                name: type
                change: {change_type: {table: t, column: size, type: bigint}}
                """
        )
        #expect(try await findings(fixture).map(\.weight) == [.acknowledge])
    }

    @Test func `two changes of one plan do not create one trigger again, each with one of the names`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE article (id int PRIMARY KEY, title text, body text, words tsvector);
                CREATE TRIGGER words BEFORE INSERT OR UPDATE ON article FOR EACH ROW
                  EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.english', title, body);
                """,
            plan: """
                version: 1
                name: two
                changes:
                  - {rename_column: {table: article, from: title, to: head}}
                  - {rename_column: {table: article, from: body, to: content}}
                """
        )
        let found = try await fixture.engine().check().filter { $0.id == "one-column" }
        #expect(found.map(\.message) == ["trigger words has names of columns of two changes of the plan"])
    }

    // MARK: - Every kind

    /// Whatever name contract takes away, a trigger that is told it keeps contract closed.
    @Test(arguments: (KindCase.all + KindCase.lists).filter { $0.kind != "custom" })
    func `every kind looks for the names that it takes away`(_ test: KindCase) async throws {
        let fixture = try Fixture(schema: test.schema, plan: test.plan())
        let blueprint = try await fixture.blueprint()
        let shapes = (blueprint.legacyNames ?? []) + blueprint.retyped
        try fixture.sql("CREATE TABLE stranger (id int); \(Self.function)")
        var expected = 0
        for shape in shapes {
            for name in shape.columns.isEmpty ? [shape.table.name] : shape.columns {
                expected += 1
                let table = shape.columns.isEmpty ? "stranger" : shape.table.quoted
                let argument = try Literal(name.name).quoted
                try fixture.sql(
                    "CREATE TRIGGER \"A\(expected)\" BEFORE INSERT ON \(table) FOR EACH ROW EXECUTE FUNCTION told(\(argument))"
                )
            }
        }
        let found = try await findings(fixture).map(\.message)
        for number in 1..<(expected + 1) {
            #expect(found.contains { $0.hasPrefix("trigger A\(number) ") }, "A\(number) of \(expected)")
        }
    }
}
