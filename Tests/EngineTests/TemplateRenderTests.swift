import Diagnostics
@testable import Engine
import SQL
import Testing

@Suite struct TemplateRenderTests {
    @Test func `each value writes itself quoted`() throws {
        let values: [String: TemplateValue] = [
            "column": try .column(#"e-"mail"#), "table": .name(try QualifiedName(parsing: "app.Profile")),
            "text": try .string(#"it's \"#), "sum": .expression(try Expression(parsing: "a + b")),
            "type": .verbatim(ServerText("character varying(3)")), "n": .number(-7),
        ]
        let template = "SELECT {{column}}, {{text}}, {{sum}} * {{n}}, NULL::{{type}} FROM {{table}}"
        #expect(
            try renderedStatement(template, values)
                == #"SELECT "e-""mail", E'it''s \\', (a + b) * -7, NULL::character varying(3) FROM "app"."Profile""#
        )
    }

    @Test(arguments: [
        "{{table}}", "<b> & \"x\" 'y'", "&quot;", "}}", "{{{", "$1 $$ \\ \\\\", "🐘 é e\u{301}", "--", "/*",
    ])
    func `a value stays as it is, whatever it looks like`(text: String) throws {
        let literal = try Literal(text)
        let values: [String: TemplateValue] = ["a": .literal(literal), "table": try .column("t")]
        let rendered = try renderedStatement("SELECT {{a}} AS x {{> part}}", values, partials: ["part": ", {{a}}"])
        #expect(Array(rendered.utf8) == Array("SELECT \(literal.quoted) AS x , \(literal.quoted)".utf8))
    }

    @Test func `lists repeat, and know their first and last item`() throws {
        let values: [String: TemplateValue] = [
            "columns": .list([["c": try .column("a")], ["c": try .column("b")], ["c": try .column("d")]]),
            "none": .list([]), "on": .flag(true), "off": .flag(false),
        ]
        let template = """
            SELECT {{#columns}}{{#first()}}ROW({{/first()}}{{c}}{{^last()}}, {{/last()}}{{#last()}}){{/last()}}{{/columns}}
            {{^none}}
            , 1
            {{/none}}
            {{#none}}, 2{{missing}}{{/none}}{{#on}}, 3{{/on}}{{^on}}, 4{{/on}}{{#off}}, 5{{/off}}
            """
        #expect(try renderedStatement(template, values) == #"SELECT ROW("a", "b", "d")"# + "\n, 1\n, 3")
    }

    @Test func `an item hides an outer variable of its name`() throws {
        let values: [String: TemplateValue] = ["a": .number(1), "list": .list([["a": .number(2)]])]
        #expect(try renderedStatement("SELECT {{a}}{{#list}}, {{a}}{{/list}}", values) == "SELECT 1, 2")
    }

    @Test func `a range has parameters for the engine, and is the whole table in a file`() throws {
        let template = """
            --@ step: copy
            --@ transaction: chunk
            --@ done: SELECT true
            UPDATE t SET a = b WHERE {{range}};
            """
        let files = try TemplateFiles(["same_row/case": template])
        let range = TemplateValue.range(engine: ChunkRange.blocks.condition, file: ChunkRange.wholeTable)
        let library = try files.library()
        let engine = try library.render("same_row/case", TemplateContext(["range": range]), mode: .engine)
        let file = try library.render("same_row/case", TemplateContext(["range": range]), mode: .file)
        #expect(engine.steps.first?.statements.first?.text == "UPDATE t SET a = b WHERE ctid >= $1 AND ctid < $2")
        #expect(
            file.text == template.replacing("{{range}}", with: "ctid >= '(0,0)' AND ctid < '(4294967295,0)'")
        )
    }

    @Test func `a file of one statement has exactly one`() throws {
        #expect(try renderedStatement("-- why\nSELECT 1; -- so\n", [:]) == "SELECT 1")
        let two = try templateFindings("1️⃣SELECT 1; SELECT 2")
        #expect(two == ["1️⃣ [sql.not-one-statement] this file has 2 statements; one is wanted"])
        #expect(try templateFindings("1️⃣-- nothing").count == 1)
    }

    @Test func `what is rendered must be SQL`() throws {
        let found = try templateFindings("SELECT 1,\n  1️⃣FROM t")
        #expect(found == [#"1️⃣ [sql.syntax] syntax error at or near "FROM""#])
    }

    @Test func `a list of checks is rendered with its values`() throws {
        let template = "--@ check: {{a}} is there\n-- why\nSELECT 1 AS problem FROM {{a}};\n"
        let files = try TemplateFiles(["same_row/case": template])
        let context = TemplateContext(["a": try .column("t")])
        let checks = try files.library().renderChecks("same_row/case", context).checks
        #expect(checks.map(\.title) == [#""t" is there"#])
        #expect(checks.map(\.sql) == [#"SELECT 1 AS problem FROM "t""#])
    }

    @Test func `a template that does not exist is named, with the nearest that does`() throws {
        let library = try TemplateFiles(["same_row/expand": "SELECT 1"]).library()
        let error = #expect(throws: Diagnostics.self) { try library.render("same_row/expend", TemplateContext([:])) }
        #expect(error?.all.map(\.message) == ["there is no template 'same_row/expend'"])
        #expect(error?.all.first?.fix == "did you mean 'same_row/expand'?")
    }

    @Test func `a variable of a context can be looked up and set`() throws {
        var context = TemplateContext(["a": .number(1)])
        context["b"] = .number(2)
        context["a"] = nil
        #expect(context["a"] == nil)
        #expect(Set(context.values.keys) == ["b"])
    }
}
