import Diagnostics
import SQL
import TestSupport
import Testing

@testable import Engine

@Suite struct StepFileTests {
    private func findings(_ marked: String) -> [String] {
        let text = MarkedText(marked, name: "expand")
        do throws(Diagnostics) {
            _ = try StepFile(parsing: text.source)
            return []
        } catch {
            #expect(text.unused(by: error) == [])
            return text.findings(of: error)
        }
    }

    private func steps(_ text: String) throws -> [Step] {
        try StepFile(parsing: SourceText(name: "expand", text: text)).steps
    }

    // MARK: - What is right

    @Test func `a file is a list of steps`() throws {
        let found = try steps(
            """
            -- about the file

            --@ step: add the column
            --@ done: SELECT EXISTS (SELECT FROM pg_attribute
            --@         WHERE attname = 'ü') -- so
            -- ACCESS EXCLUSIVE, for a moment
            ALTER TABLE t ADD a int;
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              --@ step: not one
              RETURN NEW;
            END $$;

            --@ step: build the index
            --@ transaction: none
            --@ done: SELECT false
            CREATE INDEX CONCURRENTLY i ON t (a)
            """
        )
        #expect(found.map(\.title) == ["add the column", "build the index"])
        #expect(found.map(\.mode) == [.transaction, .none])
        #expect(found.map(\.unsettled) == [false, true])
        #expect(found.map(\.statements.count) == [2, 1])
        #expect(found[0].done == "SELECT EXISTS (SELECT FROM pg_attribute\n      WHERE attname = 'ü')")
        #expect(found[0].text.hasPrefix("--@ step: add the column\n") && found[0].text.hasSuffix("END $$;"))
        #expect(found[1].text.hasSuffix("CREATE INDEX CONCURRENTLY i ON t (a)"))
    }

    @Test func `a file may have nothing to do`() throws {
        #expect(try steps("-- nothing is carried over\n").isEmpty)
    }

    @Test func `a file that went through a Windows editor is read the same`() throws {
        let text = "--@ step: a\n--@ done: SELECT\n--@   true\nLOCK t;\n"
        let edited = try steps(text.replacing("\n", with: "\r\n"))
        #expect(edited.map(\.title) == ["a"])
        #expect(edited.first?.done == "SELECT\r\ntrue")
        #expect(edited.first?.statements.map(\.text) == ["LOCK t"])
    }

    // MARK: - Files for psql

    @Test func `a file for psql brings its own transactions, and reads back without them`() throws {
        let template = """
            --@ step: two
            --@ done: SELECT true
            -- why
            LOCK t;
            ALTER TABLE t ADD a int -- no semicolon

            --@ step: alone
            --@ transaction: none
            --@ done: SELECT true
            VACUUM t;

            --@ step: one
            --@ done: SELECT true
            ALTER TABLE t DROP b; -- at the end
            """
        let library = try TemplateFiles(["f/a": template]).library()
        let file = try library.render("f/a", TemplateContext([:]), mode: .file)
        #expect(
            file.text == """
                --@ step: two
                --@ done: SELECT true
                BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
                -- why
                LOCK t;
                ALTER TABLE t ADD a int;
                COMMIT; -- no semicolon

                --@ step: alone
                --@ transaction: none
                --@ done: SELECT true
                VACUUM t;

                --@ step: one
                --@ done: SELECT true
                BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s';
                ALTER TABLE t DROP b;
                COMMIT; -- at the end
                """
        )
        let engine = try library.render("f/a", TemplateContext([:]), mode: .engine)
        #expect(engine.text == template)
        #expect(try steps(file.text).map(\.statements) == engine.steps.map(\.statements))
    }

    // MARK: - What is wrong

    @Test func `before the first step there are only comments`() {
        let text = "SET a = 1;\n--@ step: a\n--@ done: SELECT true\nLOCK t;"
        #expect(
            findings("1️⃣" + text) == ["1️⃣ [sql.outside-step] before the first '--@ step: ...' there are only comments"]
        )
        #expect(
            findings("1️⃣--@ done: SELECT true\n--@ step: a\n--@ done: SELECT true\nLOCK t")
                == ["1️⃣ [sql.outside-step] a '--@ step: ...' comes first"]
        )
    }

    @Test func `a directive is one that exists, on a line of its own`() {
        let found = findings(
            """
            --@ step: a
            1️⃣--@ dnoe: SELECT true
            --@ done: SELECT true
            2️⃣--@ what
            3️⃣--@done: SELECT true
            LOCK t; 4️⃣--@ transaction: none
            5️⃣--@   SELECT 1
            """
        )
        let note = "  note: in the step or check \"a\""
        #expect(
            found == [
                "1️⃣ [sql.unknown-directive] there is no directive 'dnoe'", note, "  fix: did you mean 'done'?",
                "2️⃣ [sql.bad-directive] a directive is written '--@ name: value'",
                "3️⃣ [sql.bad-directive] a directive is written '--@ name: value'",
                "4️⃣ [sql.misplaced-directive] a directive begins its line",
                "5️⃣ [sql.stray-continuation] there is no directive on the line before that could go on here",
            ]
        )
    }

    @Test func `a step has a title of its own`() {
        let found = findings(
            "1️⃣--@ step:\n--@ done: SELECT true\nLOCK t;\n"
                + "--@ step: a\n--@ done: SELECT true\nLOCK t;\n2️⃣--@ step: a\n--@ done: SELECT true\nLOCK t;"
        )
        #expect(
            found == ["1️⃣ [sql.no-title] a title is missing", "2️⃣ [sql.same-title] there is another with this title"]
        )
    }

    @Test func `files that are joined share no title`() throws {
        let (first, second) = (try file("a"), try file("b"))
        #expect(try StepFile(joining: [first, second], name: "list").steps.map(\.title) == ["a", "b"])
        let mistakes = #expect(throws: Diagnostics.self) {
            try StepFile(joining: [first, second, first], name: "list")
        }
        #expect(mistakes?.all.map(\.message) == ["list: two steps have the title \"a\""])
    }

    private func file(_ title: String) throws -> StepFile {
        try StepFile(
            parsing: SourceText(name: title, text: "--@ step: \(title)\n--@ done: SELECT true\nLOCK t;")
        )
    }

    @Test(arguments: [
        ("1️⃣--@ step: a\nLOCK t", "[sql.no-done] '--@ done: SELECT ...' is missing"),
        ("1️⃣--@ step: a\n--@ done: SELECT true\n-- nothing", "[sql.no-statement] the step has no statement"),
        (
            "--@ step: a\n--@ done: SELECT true\n1️⃣--@ done: SELECT false\nLOCK t",
            "[sql.repeated-directive] 'done' is given twice"
        ),
        (
            "--@ step: a\n1️⃣--@ done: SELECT true; SELECT false\nLOCK t",
            "[sql.done-not-query] 'done' is one SELECT that changes nothing"
        ),
        (
            "--@ step: a\n1️⃣--@ done: DELETE FROM t\nLOCK t",
            "[sql.done-not-query] 'done' is one SELECT that changes nothing"
        ),
        ("--@ step: a\n1️⃣--@ done:\nLOCK t", "[sql.done-not-query] 'done' is one SELECT that changes nothing"),
        ("--@ step: a\n--@ done: SELECT 'ü' FORM 1️⃣t\nLOCK t", #"[sql.syntax] syntax error at or near "t""#),
        (
            "--@ step: a\n--@ done: SELECT true\n--@     WHERE 'ü' = 1️⃣)\nLOCK t",
            #"[sql.syntax] syntax error at or near ")""#
        ),
        ("--@ step: a\n--@ done: SELECT true\nLOCK t;\n1️⃣LOKC t", #"[sql.syntax] syntax error at or near "LOKC""#),
        (
            "--@ step: a\n--@ done: SELECT true\n--@ transaction: none\nLOCK t; 1️⃣LOCK u",
            "[sql.several-statements] a step of 'none' has one statement"
        ),
        (
            "--@ step: a\n--@ done: SELECT true\n--@ transaction: chunk\nLOCK t; 1️⃣LOCK u",
            "[sql.several-statements] a step of 'chunk' has one statement"
        ),
        (
            "--@ step: a\n--@ done: SELECT true\n1️⃣BEGIN; LOCK t",
            "[sql.transaction-control] a step does not begin or end transactions itself"
        ),
        (
            "--@ step: a\n--@ done: SELECT true\nBEGIN;LOCK t; 1️⃣ROLLBACK; COMMIT",
            "[sql.transaction-control] a step does not begin or end transactions itself"
        ),
        (
            "--@ step: a\n--@ done: SELECT true\n--@ transaction: none\n1️⃣COMMIT",
            "[sql.transaction-control] a step does not begin or end transactions itself"
        ),
    ])
    func `a mistake in a step is placed, with the step's title`(marked: String, finding: String) {
        let found = findings(marked)
        #expect(found == ["1️⃣ " + finding, "  note: in the step or check \"a\""])
    }

    @Test func `the transaction is none, chunk or left out`() {
        #expect(
            findings("--@ step: a\n--@ done: SELECT true\n1️⃣--@ transaction: transaction\nLOCK t") == [
                "1️⃣ [sql.bad-transaction] 'transaction' is neither 'none' nor 'chunk'",
                "  note: in the step or check \"a\"", "  fix: leave the line out for a transaction",
            ]
        )
    }

    @Test(arguments: ["", "--@ transaction: chunk\n"])
    func `what PostgreSQL refuses in a transaction is not in one`(directive: String) {
        #expect(
            findings("--@ step: a\n--@ done: SELECT true\n\(directive)1️⃣VACUUM t") == [
                "1️⃣ [sql.refuses-transaction] PostgreSQL refuses this statement within a transaction",
                "  note: in the step or check \"a\"", "  fix: --@ transaction: none",
            ]
        )
    }

    @Test func `a quote that is never closed is placed in the whole text`() {
        let found = findings("--@ step: a\n--@ done: SELECT true\nSELECT 1️⃣'x")
        #expect(found == [#"1️⃣ [sql.syntax] unterminated quoted string at or near "'x""#])
    }

    // MARK: - Checks

    private func checkFindings(_ marked: String) -> [String] {
        let text = MarkedText(marked, name: "verify")
        do throws(Diagnostics) {
            _ = try CheckFile(parsing: text.source)
            return []
        } catch {
            #expect(text.unused(by: error) == [])
            return text.findings(of: error)
        }
    }

    @Test(arguments: ["", "SELECT 1; SELECT 2", "DELETE FROM t", "SELECT 1 FROM t FOR UPDATE"])
    func `a check is one query`(sql: String) {
        #expect(
            checkFindings("1️⃣--@ check: a\n" + sql) == [
                "1️⃣ [sql.check-not-query] a check is one SELECT that changes nothing",
                "  note: in the step or check \"a\"",
            ]
        )
    }

    @Test func `a check has no directives`() {
        #expect(
            checkFindings("--@ check: a\n1️⃣--@ done: SELECT true\nSELECT 1").first
                == "1️⃣ [sql.unknown-directive] there is no directive 'done' in a list of checks"
        )
        #expect(checkFindings("1️⃣--@ step: a\nSELECT 1").isEmpty == false)
    }
}
