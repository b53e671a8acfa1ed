import SQL
import Testing

/// A script cut as psql cuts it.
@Suite struct PsqlScriptTests {
    private func cut(_ text: String) throws -> [String] { try PsqlScript(cutting: text).statements.map(\.text) }

    @Test(arguments: [
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        ("  -- nothing; here\n/* nor /* here; */ ; */ ;;\n", []),
        ("SELECT ';', E'\\';', \"a;\"\"b\" -- ;\n; SELECT 2", ["SELECT ';', E'\\';', \"a;\"\"b\" -- ;", "SELECT 2"]),
        ("SELECT $$;$$, $a$ $$ ; $a$, $1; x", ["SELECT $$;$$, $a$ $$ ; $a$, $1", "x"]),
        (
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); x",
            ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "x"]
        ),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; x",
            [
                "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
                "x",
            ]
        ),
        ("BEGIN; SELECT 1; END; x", ["BEGIN", "SELECT 1", "END", "x"]),
        ("name$a$b; x", ["name$a$b", "x"]),
        ("SELECT 'e' 'a\\'; x", ["SELECT 'e' 'a\\'", "x"]),
        ("SELECT 'é', \"ü\"; ö", ["SELECT 'é', \"ü\"", "ö"]),
    ])
    func `statements end where psql ends them`(_ text: String, _ statements: [String]) throws {
        #expect(try cut(text) == statements)
    }

    @Test func `what pg_dump writes is read, without rows and commands about the session`() throws {
        let text = """
            \\restrict abc
            SET lock_timeout = 0;
            CREATE TABLE t (a text);
            COPY public.t (a) FROM stdin;
            it's; not \\N SQL
            \\.

            \\connect other
            CREATE INDEX i ON t (a);
            \\unrestrict abc
            """
        #expect(try cut(text) == ["SET lock_timeout = 0", "CREATE TABLE t (a text)", "CREATE INDEX i ON t (a)"])
    }

    @Test func `each piece begins where it stands in the text`() throws {
        let text = "-- é\n  SELECT 'ü';\n\tCREATE TABLE t ();"
        for piece in try PsqlScript(cutting: text).statements {
            let scalars = text.unicodeScalars.dropFirst(piece.start)
            #expect(String(String.UnicodeScalarView(scalars)).hasPrefix(piece.text))
        }
    }

    @Test(arguments: [
        ("SELECT 1;\n\\i other.sql\n", "psql's command \\i is not understood here", 10, 12),
        ("SELECT 'a;\n", "this string does not end", 7, 8), ("SELECT \"a;", "this quoted name does not end", 7, 8),
        ("SELECT $x$ $y$;", "this dollar-quoted string does not end", 7, 8),
        ("/* /* */", "this comment does not end", 0, 1),
        ("COPY t FROM stdin;\n1\n", "the rows of this COPY do not end", 18, 19),
    ])
    func `what cannot be cut is refused at its place`(_ text: String, _ message: String, _ start: Int, _ end: Int) {
        let problem = #expect(throws: PsqlProblem.self) { try cut(text) }
        #expect(problem?.message == message)
        #expect(problem?.start == start && problem?.end == end, "\(String(describing: problem))")
    }

    @Test func `roles are those that a statement names`() throws {
        func roles(_ statement: String) -> Set<String> { Set(MentionedRoles(of: statement).names.map(\.name)) }
        #expect(roles("ALTER TABLE t OWNER TO anna") == ["anna"])
        #expect(roles("GRANT SELECT ON t TO \"B b\", PUBLIC, CURRENT_USER") == ["B b"])
        #expect(roles("CREATE POLICY p ON t TO reader USING (true)") == ["reader"])
        #expect(roles("ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA s GRANT SELECT ON TABLES TO b") == ["a", "b"])
        #expect(roles("CREATE TABLE anna (owner text)").isEmpty)
    }
}
