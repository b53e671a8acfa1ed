import Engine
import SQL
import Testing

/// What keeps a value from leaving the place the template has given it.
@Suite struct TemplateQuoteTests {
    @Test(arguments: [
        "SELECT '1️⃣{{a}}'", "SELECT 'it''s 1️⃣{{a}}'", #"SELECT E'\'1️⃣{{a}}'"#, #"SELECT "1️⃣{{a}}""#,
        "SELECT $x$ '1️⃣{{a}}' $x$", #"SELECT '\', E'' '1️⃣{{a}}'"#, "SELECT 'x' || '{{#on}}1️⃣{{a}}{{/on}}'",
    ])
    func `a value within quotes is refused`(template: String) throws {
        let found = try templateFindings(template, ["a": .number(1), "on": .flag(true)])
        #expect(
            found == ["1️⃣ [template.quoted-tag] a value writes its own quotes; here it would be read as text"]
        )
    }

    @Test(arguments: [
        "SELECT '''', {{a}}", #"SELECT '\', {{a}}"#, #"SELECT E'\\', {{a}}"#, "SELECT $$'$$, {{a}}",
        "SELECT $x$ -- ' $x$, {{a}}", "SELECT 1 -- don't\n, {{a}}", #"SELECT "'" FROM {{a}}"#, "SELECT a$1, {{a}}",
        "SELECT e'' || 'x', {{a}}",
    ])
    func `a quote that is closed is over`(template: String) throws {
        #expect(try templateFindings(template, ["a": try .column("x")]) == [])
    }

    @Test(arguments: ["SELECT 1️⃣'a", #"SELECT 1️⃣"a"#, "SELECT 1️⃣$x$ 'a' $y$"])
    func `a quote that is not closed is found`(template: String) throws {
        #expect(try templateFindings(template) == ["1️⃣ [template.unclosed-quote] this quote is never closed"])
    }

    @Test func `a section cannot open a quote that it does not close`() throws {
        let found = try templateFindings("SELECT {{#on}}'1️⃣{{/on}}', {{a}} || '", ["on": .flag(true), "a": .number(1)])
        #expect(
            found.first == "1️⃣ [template.split-quote] the section ends in another quote or comment than it began in"
        )
        let comment = try templateFindings("SELECT 1 {{#on}}-- why 1️⃣{{/on}}\n", ["on": .flag(true)])
        #expect(comment.count == 1)
    }

    @Test func `a partial stands in plain SQL, be it that of a function's body`() throws {
        for template in ["SELECT '1️⃣{{> p}}'", "SELECT 1 -- 1️⃣{{> p}}\n", "SELECT $$ '1️⃣{{> p}}' $$"] {
            let found = try templateFindings(template, partials: ["p": "1"])
            #expect(found == ["1️⃣ [template.quoted-partial] a partial cannot stand within a quote or comment"])
        }
        #expect(try templateFindings("SELECT $$ {{> p}} $$", partials: ["p": "1"]) == [])
    }

    @Test func `no value in a partial ends the dollar quote around it`() throws {
        let files = try TemplateFiles(["f/a": "SELECT $body$ {{> part}} $body$", "shared/part": "{{a}}"])
        let context = TemplateContext(["a": try .column("x$body$")])
        #expect(try files.library().renderStatement("f/a", context).hasPrefix("SELECT $body_1$"))
    }

    @Test func `comments are those that end with their line`() throws {
        let found = try templateFindings("SELECT 1️⃣/* {{a}} */ 1", ["a": .number(1)])
        #expect(found == ["1️⃣ [template.block-comment] a template has no /* comments", "  fix: use --"])
        #expect(try templateFindings("SELECT '/*' -- /*\n") == [])
    }

    @Test(
        arguments: [
            ("x$body$; DROP TABLE t; --", "$body_1$"), ("$body$ $body_1$", "$body_2$"), ("x$other$", "$body$"),
        ]
    )
    func `no value ends the dollar quote it stands in`(name: String, spelled: String) throws {
        let values: [String: TemplateValue] = ["a": try .column(name), "on": .flag(true)]
        let column = try Identifier(name).quoted
        let template = "DO $body$ BEGIN {{#on}}NEW.{{a}} := 1;{{/on}} END $body$"
        let text = "DO \(spelled) BEGIN NEW.\(column) := 1; END \(spelled)"
        #expect(try renderedStatement(template, values) == text)
        #expect(try renderedStatement("{{> p}}", values, partials: ["p": template]) == text)
        #expect(try renderedStatement("SELECT $body$x$body$ AS {{a}}", values) == "SELECT $body$x$body$ AS \(column)")
    }

    @Test func `a dollar quote without a name is given one where a value would end it`() throws {
        let values: [String: TemplateValue] = ["a": try .column("x$$y")]
        #expect(try renderedStatement("DO $$ NEW.{{a}} $$", values) == #"DO $_1$ NEW."x$$y" $_1$"#)
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func `a line break in a name does not end a comment`(lineBreak: String) throws {
        let name = "x\(lineBreak)DROP TABLE t; --"
        let values: [String: TemplateValue] = ["a": try .column(name)]
        let template = """
            -- before {{a}}
            --@ step: add {{a}}
            --@ done: SELECT {{a}} IS NULL
            --@         FROM t
            -- about {{a}}
            ALTER TABLE t ADD {{a}} int; -- after {{a}}
            """
        let files = try TemplateFiles(["same_row/case": template])
        for mode in [RenderMode.engine, .file] {
            let file = try files.library().render("same_row/case", TemplateContext(values), mode: mode)
            let step = try #require(file.steps.first)
            #expect(step.statements.map(\.text) == ["ALTER TABLE t ADD \"\(name)\" int"])
            #expect(step.done == "SELECT \"\(name)\" IS NULL\n      FROM t")
            #expect(!step.title.contains { $0.isNewline })
        }
    }

    @Test func `a directive within a value is text`() throws {
        let values: [String: TemplateValue] = ["comment": try .string("a\n--@ step: evil\n--@ done: SELECT true")]
        let template = "--@ step: one\n--@ done: SELECT {{comment}} = 'x'\nCOMMENT ON TABLE t IS {{comment}};"
        let files = try TemplateFiles(["same_row/case": template])
        let steps = try files.library().render("same_row/case", TemplateContext(values)).steps
        #expect(steps.map(\.title) == ["one"])
        #expect(steps.first?.done == "SELECT 'a\n--@ step: evil\n--@ done: SELECT true' = 'x'")
    }
}
