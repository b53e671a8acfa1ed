import SQL
import Testing

@Suite struct LiteralTests {
    @Test(arguments: [
        ("x", "'x'"),
        ("", "''"),
        ("it's", "'it''s'"),
        (#"a\b"#, #"E'a\\b'"#),
        (#"\'"#, #"E'\\'''"#),
        ("{{x}} & <b>", "'{{x}} & <b>'"),
        ("two\nlines", "'two\nlines'"),
    ])
    func `a literal is quoted so that no setting changes it`(value: String, quoted: String) throws {
        #expect(try Literal(value).quoted == quoted)
    }

    @Test func `an apostrophe with a combining mark on it is still an apostrophe`() throws {
        let literal = try Literal("a'\u{301} OR true --")
        #expect(try Expression(parsing: literal.quoted).isConstant)
        #expect(literal.quoted.unicodeScalars.count { $0 == "'" } == 4)
    }

    @Test func `a NUL is refused`() {
        #expect(throws: InvalidName(text: "a\0", reason: .containsNUL)) { try Literal("a\0") }
    }

    @Test func `PostgreSQL's parser reads back what was written`() throws {
        for value in ["it's", #"a\b'c"#, #"\\'"#, "$$", "--", "/*"] {
            let sql = "SELECT \(try Literal(value).quoted), 1"
            #expect(try Script(parsing: sql).statements.map(\.text) == [sql])
        }
    }
}
