import SQL
import Testing

@Suite struct ScriptTests {
    @Test(arguments: ["", "  \n ", "-- nothing", "/* nothing */ ; ; -- here"])
    func `a text without a statement gives none`(text: String) throws {
        #expect(try Script(parsing: text).statements.isEmpty)
    }

    @Test func `statements lose their semicolons and the comments around them`() throws {
        let script = try Script(
            parsing: """
                -- first; with a semicolon
                SELECT 1 /* inside; stays */ + 1; -- after

                /* before /* nested */ */
                SELECT 2 -- at the end
                """
        )
        #expect(script.statements.map(\.text) == ["SELECT 1 /* inside; stays */ + 1", "SELECT 2"])
    }

    @Test func `places are right behind characters of several bytes`() throws {
        let script = try Script(parsing: "-- ünï 🐘\nSELECT 'é🐘'; /* ß */ SELECT 'ü' AS \"ö\"; -- 漢\n")
        #expect(script.statements.map(\.text) == ["SELECT 'é🐘'", "SELECT 'ü' AS \"ö\""])
    }

    @Test func `semicolons in strings, dollar quotes and rules end nothing`() throws {
        let texts = [
            "SELECT ';', $$;$$, $a$;$$;$a$, E'\\';', \";\"",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n  NEW.a := 1; -- x\n  RETURN NEW;\nEND\n$body$",
            "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
            "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
            "DO $$ BEGIN PERFORM 1; END $$",
        ]
        let script = try Script(parsing: texts.joined(separator: ";\n") + ";")
        #expect(script.statements.map(\.text) == texts)
    }

    @Test func `a statement's place is its text, and its semicolon is told apart`() throws {
        let text = "-- ü\nSELECT 'ß' /* x */ ; -- y\nSELECT 2 -- z"
        let script = try Script(parsing: text)
        #expect(script.places.map { String(text[$0.text]) } == script.statements.map(\.text))
        #expect(script.places.map { $0.semicolonEnd.map { String(text[..<$0].suffix(2)) } } == [" ;", nil])
    }

    @Test func `line comments are those the server would skip`() throws {
        let text = "--@ a é\r\nSELECT '-- no', $$ -- no $$ -- b\n/* -- no */ --c"
        #expect(try Script.lineComments(of: text).map { String(text[$0]) } == ["--@ a é", "-- b", "--c"])
    }

    @Test(
        arguments: [
            ("UPDATE t SET a = 1", .silent), ("DELETE FROM t", .silent),
            ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", .silent),
            ("WITH s AS (SELECT 1) UPDATE t SET a = 1", .silent),
            ("WITH s AS (SELECT 1) INSERT INTO t SELECT * FROM s", .silent),
            ("DELETE FROM t RETURNING a", .answering),
            ("WITH s AS (SELECT 1) UPDATE t SET a = 1 RETURNING a", .answering),
            ("SELECT 1", nil), ("WITH d AS (DELETE FROM t RETURNING a) SELECT * FROM d", nil), ("TRUNCATE t", nil),
            ("WITH d AS (DELETE FROM t RETURNING a) INSERT INTO u SELECT * FROM d", nil),
            ("CREATE TABLE t AS SELECT 1", nil),
        ] as [(String, Statement.Write?)]
    )
    func `a write that can be a part of a WITH is told apart`(sql: String, write: Statement.Write?) throws {
        #expect(try onlyStatement(of: sql).write == write)
    }

    @Test(arguments: ["SELECT 1", "VALUES (1)", "TABLE t", "WITH a AS (SELECT 1) SELECT * FROM a"])
    func `a query is told apart`(sql: String) throws {
        #expect(try onlyStatement(of: sql).isQuery)
    }

    @Test(arguments: [
        "SELECT * FROM t FOR UPDATE", "SELECT 1 INTO t", "WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a",
        "UPDATE t SET a = 1", "EXPLAIN SELECT 1", "SHOW work_mem",
    ])
    func `what changes or locks rows is not a query`(sql: String) throws {
        #expect(try !onlyStatement(of: sql).isQuery)
    }

    @Test func `a syntax error names its place in characters`() {
        let text = "SELECT 'é🐘' x y"
        let expected = SyntaxError(message: #"syntax error at or near "y""#, position: 14, text: text)
        #expect(throws: expected) { try Script(parsing: text) }
    }

    @Test func `an error at the end is placed at the end`() {
        let text = "SELECT 1;\nALTER TABLE t"
        #expect(throws: SyntaxError(message: "syntax error at end of input", position: 23, text: text)) {
            try Script(parsing: text)
        }
    }

    @Test func `what follows a NUL is not passed over`() {
        let text = "SELECT 1\0; DROP TABLE t"
        let expected = SyntaxError(message: "a NUL character cannot be part of SQL", position: 8, text: text)
        #expect(throws: expected) { try Script(parsing: text) }
    }

    @Test(arguments: [
        "BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO a", "RELEASE a",
    ])
    func `transaction control is told apart`(sql: String) throws {
        #expect(try onlyStatement(of: sql).isTransactionControl)
    }

    @Test(arguments: ["SELECT 1", "SET TRANSACTION READ ONLY", "LOCK t", "SET LOCAL lock_timeout = 1"])
    func `what only speaks of a transaction does not control it`(sql: String) throws {
        #expect(try !onlyStatement(of: sql).isTransactionControl)
    }

    @Test func `the same text is parsed by many tasks at once`() async throws {
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<32 {
                group.addTask { try Script(parsing: "SELECT 1; UPDATE t SET a = 1; DROP TABLE t").statements.count }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 3, count: 32))
    }
}
