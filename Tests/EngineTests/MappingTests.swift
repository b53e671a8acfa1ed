import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// What a mapping says of NULL, of settings, and of values that are too long.
@Suite(.ledgerDatabase, .timeLimit(.minutes(60)))
struct MappingTests {
    private func fixture(_ schema: String, _ change: String, extra: String = "") throws -> Fixture {
        try Fixture(schema: schema, plan: "version: 1\nname: mapping\nchange:\n  \(change)\n\(extra)\n")
    }

    // MARK: - NULL

    /// The column, the mapping there and back, and what is said of NULL; nil: nothing.
    static let nulls: [(column: String, there: String, back: String, extra: String, found: String?)] = [
        ("boolean NOT NULL", "CASE WHEN c THEN 'w' ELSE 'r' END", "c = 'w'", "", nil),
        ("boolean", "CASE WHEN c THEN 'w' ELSE 'r' END", "c = 'w'", "", "NULL"),
        ("boolean", "CASE WHEN c THEN 'w' ELSE 'r' END", "c = 'w'", "loss: acknowledged, ", nil),
        ("varchar(9)", "coalesce(c, 'none')", "nullif(c, 'none')", "", nil),
        ("varchar(9) NOT NULL", "coalesce(c, 'none')", "nullif(c, 'none')", "", "none gives NULL"),
        ("varchar(9) NOT NULL", "coalesce(c, 'none')", "nullif(c, 'none')", "stand_in: \"'x'\", ", nil),
        ("varchar(9)", "c || '!'", "rtrim(c, '!')", "", nil),
    ]

    @Test(arguments: nulls)
    func `the value that NULL becomes is proved to come back as the old column may hold it`(
        _ column: String,
        _ there: String,
        _ back: String,
        _ extra: String,
        _ found: String?
    ) async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, c \(column))",
            "change_type: {table: t, column: c, type: text, \(extra)using: \"\(there)\", back: \"\(back)\"}",
            extra: "acknowledge: [unconvertible, stand-in]"
        )
        let messages = try await fixture.engine().check(looksAtData: true).filter { $0.id == "data" }.map(\.message)
        #expect(messages.isEmpty == (found == nil), "\(messages)")
        if let found { #expect(messages.contains { $0.contains(found) }, "\(messages)") }
    }

    @Test(arguments: [
        ("NOT NULL", "n = 'w'", false), ("NOT NULL", "nullif(n, 'r') = 'w'", true), ("", "n = 'w'", true),
    ])
    func `so it is for columns that become one`(_ required: String, _ split: String, _ isFound: Bool) async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, c boolean \(required))",
            "merge_columns: {table: t, from: [c], to: {name: n, type: text}, merge: CASE WHEN c THEN 'w' ELSE 'r' END, split: {c: \"\(split)\"}}"
        )
        let messages = try await fixture.engine().check(looksAtData: true).filter { $0.id == "data" }.map(\.message)
        #expect(messages.isEmpty != isFound, "\(messages)")
    }

    @Test func `rollback fills rows that a new version added with the value that NULL becomes`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, c boolean NOT NULL); INSERT INTO t SELECT n, n % 2 = 0 FROM generate_series(1, 9) n",
            "merge_columns: {table: t, from: [c], to: {name: n, type: text}, merge: CASE WHEN c THEN 'w' ELSE 'r' END, split: {c: n = 'w'}}",
            extra: "phases: {dual_write_check: {observe: 0s, min_writes: 0}, contract: {retain: 7d, requires: []}}"
        )
        try await fixture.advance(through: .contract)
        try fixture.sql("INSERT INTO t (id, n) VALUES (10, 'r'), (11, 'w')")
        #expect(try await fixture.rollBack(to: .enforce).outcome == .done)
        #expect(
            try fixture.value("SELECT string_agg(c::text, ',' ORDER BY id) FROM t WHERE id > 9", as: String.self)
                == "false,true"
        )
        try fixture.sql("INSERT INTO t (id, n) VALUES (12, 'r')")
        #expect(try fixture.value("SELECT c FROM t WHERE id = 12", as: Bool.self) == false)
    }

    // MARK: - Settings

    /// What an expression makes must not depend on who writes; each setting with a value that would show.
    static let settings: [(old: String, new: String, there: String, back: String, value: String)] = [
        ("float8", "text", "c::text", "c::float8", "0.1::float8 + 0.2"),
        ("float4", "text", "'v' || c::text", "substr(c, 2)::float4", "1.0::float4 / 3"),
        ("point", "text", "c::text", "c::point", "point(0.1::float8 + 0.2, 1)"),
        ("bytea", "text", "c::text", "c::bytea", "decode('00ff41', 'hex')"),
        ("text", "text", "quote_ident(c)", "c", "'name'"),
        ("date", "text", "shown(c)", "unshown(c)", "'2024-02-03'::date"),
    ]

    private static let odd = """
        SET extra_float_digits = -3; SET bytea_output = escape; SET quote_all_identifiers = on; SET DateStyle = 'German, DMY';
        SET IntervalStyle = iso_8601; SET TimeZone = 'Asia/Tokyo'; SET search_path = pg_temp; SET standard_conforming_strings = off
        """

    @Test(arguments: settings)
    func `a mapping gives the same in every session`(
        _ old: String,
        _ new: String,
        _ there: String,
        _ back: String,
        _ value: String
    ) async throws {
        let fixture = try fixture(
            """
            CREATE FUNCTION shown(date) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
            CREATE FUNCTION unshown(text) RETURNS date LANGUAGE sql IMMUTABLE AS 'SELECT $1::date';
            CREATE TABLE t (id int PRIMARY KEY, c \(old))
            """,
            """
            merge_columns: {table: t, from: [c], to: {name: n, type: \(new)}, loss: acknowledged, merge: "\(there)", \
            split: {c: "\(back.replacing("c", with: "n"))"}}
            """
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        try fixture.sql("INSERT INTO t (id, c) VALUES (1, \(value))")
        let writer = try fixture.database.connect()
        try writer.execute(Self.odd)
        try writer.execute("INSERT INTO public.t (id, c) VALUES (2, \(value)); UPDATE public.t SET n = n WHERE id = 1")
        #expect(try fixture.value("SELECT count(DISTINCT n) FROM t", as: Int.self) == 1)
        #expect(try walk.violations(.settled) == 0)
    }

    @Test func `a fill gives the same in every session`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL, e text)",
            #"make_required: {table: t, column: e, fill: "at::text || to_char(1234.5, '9G999D9')"}"#
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        let insert = "INSERT INTO public.t (id, at) VALUES (ID, '2024-01-02 03:04:05+00')"
        try fixture.sql(insert.replacing("ID", with: "1"))
        let writer = try fixture.database.connect()
        try writer.execute(Self.odd)
        try writer.execute(insert.replacing("ID", with: "2"))
        #expect(try fixture.value("SELECT count(DISTINCT e) FROM t", as: Int.self) == 1)
    }

    @Test func `an expression of PostgreSQL's own functions pays for no setting`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, a text, b int)",
            """
            merge_columns: {table: t, from: [a, b], to: {name: n, type: text}, loss: acknowledged, merge: "lower(a) || ' ' || b::text", \
            split: {a: "split_part(n, ' ', 1)", b: "split_part(n, ' ', 2)::int"}}
            """
        )
        let walk = try await PhaseWalk(fixture)
        try walk.run(.phase(.expand))
        let set: Int = try fixture.value(
            "SELECT count(*) FROM pg_proc WHERE proname ~ 'crossfade_(forward|backward)' AND proconfig IS NOT NULL"
        )
        #expect(set == 0)
    }

    @Test func `names in an expression mean what they meant at expand, whatever is made since`() async throws {
        let fixture = try fixture(
            """
            CREATE DOMAIN word AS text;
            CREATE FUNCTION mark(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '<' || $1 || '>' $$;
            CREATE TABLE t (id int PRIMARY KEY, "new" varchar, e varchar)
            """,
            """
            merge_columns: {table: t, from: [new, e], to: {name: n, type: text}, loss: acknowledged, \
            merge: "mark(upper(new)) || (SELECT string_agg(w::word, '-') FROM unnest(string_to_array(e, ' ')) w)", \
            split: {new: "n", e: "n"}}
            """
        )
        let walk = try await PhaseWalk(fixture)
        try walk.run(.phase(.expand))
        try fixture.sql(
            """
            CREATE FUNCTION public.upper(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'other' $$;
            CREATE FUNCTION public.unnest(varchar[]) RETURNS SETOF varchar LANGUAGE sql AS $$ SELECT 'other'::varchar $$;
            CREATE FUNCTION public.glue(varchar, text) RETURNS text LANGUAGE sql AS $$ SELECT 'other' $$;
            CREATE OPERATOR public.|| (LEFTARG = varchar, RIGHTARG = text, FUNCTION = public.glue)
            """
        )
        try fixture.sql("INSERT INTO public.t (id, \"new\", e) VALUES (1, 'a', 'x y')")
        #expect(try fixture.value("SELECT n FROM t", as: String.self) == "<A>x-y")
        try fixture.sql("ALTER FUNCTION mark(text) RENAME TO marked")
        try fixture.sql("UPDATE public.t SET e = 'z' WHERE id = 1")
        #expect(try fixture.value("SELECT n FROM t", as: String.self) == "<A>z")
        #expect(try walk.violations(.copying) == 0)
    }

    // MARK: - Types

    @Test func `what is too long for the new column fails no statement, and is found`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, c text)",
            "merge_columns: {table: t, from: [c], to: {name: n, type: varchar(3)}, merge: c, split: {c: n}}"
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        try fixture.sql("INSERT INTO t VALUES (1, 'abc'), (2, 'abcd'); UPDATE t SET c = 'long' WHERE id = 1")
        #expect(try fixture.value("SELECT count(*) FROM t WHERE n IS NULL", as: Int.self) == 2)
        #expect(try walk.violations(.settled) == 2)
    }

    @Test(.asSuperuser("CREATE ROLE")) func `a role without rights on the schema crossfade may write`() async throws {
        let fixture = try fixture(
            """
            CREATE TABLE t (id int PRIMARY KEY, c text);
            DO $$ BEGIN CREATE ROLE crossfade_writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT INSERT, SELECT, UPDATE ON t TO crossfade_writer
            """,
            "change_type: {table: t, column: c, type: int, as: n}"
        )
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        try fixture.sql("SET ROLE crossfade_writer; INSERT INTO t (id, c) VALUES (1, '7'); UPDATE t SET n = 8")
        #expect(try fixture.value("SELECT c FROM t", as: String.self) == "8")
    }

    // MARK: - An explicit NULL

    @Test func `NULL beside a default that is the same throughout the transaction is told from none`() async throws {
        let fixture = try fixture(
            "CREATE TABLE t (id int PRIMARY KEY, at timestamptz DEFAULT now())",
            "rename_column: {table: t, from: at, to: since}"
        )
        #expect(try await fixture.engine().check().allSatisfy { $0.id != "explicit-null" })
        let walk = try await PhaseWalk(fixture)
        for phase in [Phase.expand, .backfill, .enforce] { try walk.run(.phase(phase)) }
        try fixture.sql(
            "INSERT INTO t (id, since) VALUES (1, NULL); INSERT INTO t (id) VALUES (2); INSERT INTO t (id, at) VALUES (3, NULL)"
        )
        let found = try fixture.value(
            "SELECT string_agg(concat(at IS NULL, since IS NULL), ',' ORDER BY id) FROM t",
            as: String.self
        )
        #expect(found == "tt,ff,tt")
    }

    @Test(arguments: [
        "rename_column: {table: t, from: c, to: n}", "change_type: {table: t, column: c, type: text, as: n}",
    ])
    func `where it cannot be told, it has to be acknowledged`(_ change: String) async throws {
        for (column, isFound) in [
            ("float8 DEFAULT random()", true), ("float8 NOT NULL DEFAULT random()", false), ("float8 DEFAULT 1", false),
            ("float8", false),
        ] {
            let fixture = try fixture(
                "DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, c \(column))",
                change
            )
            let findings = try await fixture.engine().check().filter { $0.id == "explicit-null" }
            #expect(findings.isEmpty != isFound, "\(column)")
        }
    }
}
