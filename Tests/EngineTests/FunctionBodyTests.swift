import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Which functions are said to name the old column, or the table, in their text.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct FunctionBodyTests {
    private func found(_ table: String, _ column: String, _ body: String, then: String = "") async throws -> Bool {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE \(table) (id int PRIMARY KEY, \(column) text);
                CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN \(body); RETURN NULL; END $body$;
                \(then)
                """,
            plan: Fixture.rename("'\(table)'", "'\(column)'", "e_mail").replacing("\"", with: "")
        )
        return try await fixture.engine().check().contains { $0.id == "function-bodies" }
    }

    @Test(arguments: [
        ("PERFORM bio FROM t", true), ("PERFORM BIO FROM T", true), ("PERFORM t.bio FROM public.t", true),
        ("PERFORM biography FROM t", false), ("PERFORM a_bio FROM t", false), ("PERFORM bio$1 FROM t", false),
        ("PERFORM bio FROM other", false), ("PERFORM bio FROM t2", false), ("PERFORM bio FROM at", false),
    ])
    func `a name is found as a word of its own, as the server reads it`(_ body: String, _ isFound: Bool) async throws {
        #expect(try await found("t", "bio", body) == isFound)
    }

    @Test(arguments: [
        (#"PERFORM "b.i$" FROM "T 1""#, true), (#"PERFORM "b.i$" FROM "t 1""#, false),
        (#"PERFORM "B.i$" FROM "T 1""#, false), (#"PERFORM "bxi$" FROM "T 1""#, false),
    ])
    func `a name that needs quotes is found as it is`(_ body: String, _ isFound: Bool) async throws {
        #expect(try await found(#""T 1""#, #""b.i$""#, body) == isFound)
    }

    @Test(.asSuperuser("a function of an extension")) func `an extension's functions are its own affair`() async throws
    {
        #expect(
            try await found("t", "bio", "PERFORM bio FROM t", then: "ALTER EXTENSION plpgsql ADD FUNCTION f()") == false
        )
    }

    // MARK: - Spellings

    struct Spelling: Sendable, CustomStringConvertible {
        let column: String
        let body: String
        let isFound: Bool
        var description: String { "\(column) in \(body)" }
    }

    private static let spellings = [
        Spelling(column: "bio", body: #"NEW.bio"#, isFound: true),
        Spelling(column: "bio", body: #"NEW.BIO"#, isFound: true),
        Spelling(column: "bio", body: #"NEW.biology"#, isFound: false),
        Spelling(column: "Bio", body: #"NEW."Bio""#, isFound: true),
        Spelling(column: "Bio", body: #"NEW.bio"#, isFound: false),
        Spelling(column: "(x)", body: #"NEW."(x)""#, isFound: true),
        Spelling(column: "$1", body: #"NEW."$1""#, isFound: true),
        Spelling(column: "tail.", body: #"NEW."tail.""#, isFound: true),
        Spelling(column: "a--b", body: #"NEW."a--b""#, isFound: true),
        Spelling(column: "back\\slash", body: #"NEW."back\slash""#, isFound: true),
        Spelling(column: "qu\"ote", body: #"NEW."qu""ote""#, isFound: true),
        Spelling(column: "\"", body: #"NEW."""""#, isFound: true),
        Spelling(column: "naïve", body: #"NEW."naïve""#, isFound: true),
        Spelling(column: "*", body: #"NEW.note"#, isFound: false),
    ]

    @Test(arguments: spellings)
    func `a trigger's function that names the old column blocks contract`(_ spelling: Spelling) async throws {
        let quoted = "\"\(spelling.column.replacing("\"", with: "\"\""))\""
        let escaped = spelling.column.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, \(quoted) text, note text, biology text);
                CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $own$ BEGIN PERFORM \(spelling.body); RETURN NEW; END $own$;
                CREATE TRIGGER own BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION own();
                """,
            plan: Fixture.rename("t", "\"\(escaped)\"", "renamed")
        )
        let found = try await fixture.engine().check().contains { $0.id == "function-bodies" }
        #expect(found == spelling.isFound)
    }

    /// The name is that of the new column from contract on.
    @Test(
        arguments: [
            ("type: bigint", nil),
            (
                // n / 2 and n::text are others.
                "type: 'numeric(12,2)'",
                "n has values of numeric(12,2) from contract on: let it take either, then acknowledge function-bodies"
            ),
            (
                "type: text",
                "n has values of text from contract on: let it take either, then acknowledge function-bodies"
            ),
            (
                "type: bigint, using: 'n * 100', back: '(n / 100)::int'",
                "n has values of bigint from contract on: let it take either, then acknowledge function-bodies"
            ),
        ] as [(String, String?)]
    )
    func `a body that names a column whose type changes goes on where the values mean the same`(
        _ section: String,
        hint: String?
    ) async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, n int);
                CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT sum(n) FROM t); END';
                """,
            plan: "version: 1\nname: kind\nchange: {change_type: {table: t, column: n, \(section)}}"
        )
        let found = try await fixture.engine().check().filter { $0.id == "function-bodies" }
        #expect(found.map(\.hint) == (hint.map { [$0] } ?? []))
        #expect(found.allSatisfy { $0.weight == .blocksContract })
    }

    /// A session that is open all the while keeps the plans of a function's expressions.
    @Test func `an open session writes after contract and after its rollback`() async throws {
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, n int);
                CREATE TABLE log (line jsonb);
                INSERT INTO t SELECT n, n FROM generate_series(1, 10) n;
                CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN INSERT INTO public.log VALUES (to_jsonb(NEW.n)); RETURN NULL; END';
                CREATE TRIGGER own AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION own();
                """,
            plan: """
                version: 1
                name: kind
                change: {change_type: {table: t, column: n, type: bigint}}
                acknowledge: [user-triggers]
                phases:
                  lock_deadline: 10m
                  dual_write_check: {observe: 0s, min_writes: 0}
                  contract: {retain: 7d, requires: []}
                """
        )
        let session = try fixture.database.connect()
        let write = "UPDATE public.t SET id = id WHERE id = 1"
        try session.execute(write)
        try await fixture.advance(through: .contract)
        try session.execute(write)
        try await fixture.rollBack(to: .enforce)
        try session.execute(write)
        try await fixture.advance(through: .contract)
        try session.execute(write)
        try await fixture.rollBack()
        try session.execute(write)
    }
}
