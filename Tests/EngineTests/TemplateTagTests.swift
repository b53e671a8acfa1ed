import Diagnostics
import Engine
import SQL
import Testing

@Suite struct TemplateTagTests {
    @Test(arguments: [
        ("SELECT 1️⃣{{{a}}}", "{"), ("SELECT 1️⃣{{&a}}", "&"), ("1️⃣{{=<% %>=}}", "="), ("1️⃣{{<a}}", "<"),
        ("1️⃣{{$a}}", "$"), ("1️⃣{{%CONTENT_TYPE:HTML}}", "%"), ("1️⃣{{> *a}}", "*"),
    ])
    func `there is one spelling of a tag`(template: String, sigil: String) throws {
        let found = try templateFindings(template, ["a": .number(1)])
        #expect(found.first == "1️⃣ [template.refused-tag] tags that begin with '\(sigil)' are not used here")
        #expect(found.dropFirst().first == "  fix: write {{name}}")
    }

    @Test(arguments: ["a.b", ".", "", "upper(a)", "first()", "a b", "ä"])
    func `a tag is a single name`(name: String) throws {
        let found = try templateFindings("SELECT 1️⃣{{\(name)}}")
        let message = "'\(name)' is not a name: letters, digits and _, or first() and last() as sections"
        #expect(found == ["1️⃣ [template.bad-name] \(message)"])
    }

    @Test func `a tag ends on its line`() throws {
        let found = try templateFindings("SELECT 1️⃣{{a\n}}")
        #expect(found == ["1️⃣ [template.unclosed-tag] this tag is not closed on its line"])
    }

    @Test func `sections match`() throws {
        #expect(
            try templateFindings("SELECT 1 1️⃣{{#a}}") == ["1️⃣ [template.unclosed-section] {{/a}} is missing"]
        )
        #expect(
            try templateFindings("SELECT 1 1️⃣{{/a}}") == [
                "1️⃣ [template.unopened-section] there is no {{#a}} for this to end"
            ]
        )
        #expect(
            try templateFindings("SELECT 1 {{#a}}{{^b}}1️⃣{{/a}}2️⃣{{/b}}") == [
                "1️⃣ [template.crossed-section] the section open here is 'b'",
                "2️⃣ [template.crossed-section] the section open here is 'a'",
            ]
        )
    }

    @Test func `an unknown variable is named, with the nearest that exists`() throws {
        let values: [String: TemplateValue] = ["table": try .column("t"), "on": .flag(true)]
        #expect(
            try templateFindings("-- ü\nDROP TABLE 1️⃣{{tabel}} {{#on}}{{/on}}", values) == [
                "1️⃣ [template.unknown-variable] there is no variable 'tabel' here",
                "  fix: did you mean 'table'?",
            ]
        )
        #expect(
            try templateFindings("SELECT 1 1️⃣{{#of}}{{/of}}", values).first
                == "1️⃣ [template.unknown-variable] there is no variable 'of' here"
        )
    }

    @Test func `all mistakes of a template are told at once`() throws {
        let found = try templateFindings("SELECT 1️⃣{{a}}, 2️⃣{{b}}, {{#c}}3️⃣{{d}}{{/c}}", ["c": .flag(false)])
        #expect(found.compactMap(\.first) == ["1️⃣", " ", "2️⃣", " ", "3️⃣", " "])
    }

    @Test func `values and sections are not each other`() throws {
        let values: [String: TemplateValue] = ["flag": .flag(true), "list": .list([]), "n": .number(1)]
        #expect(
            try templateFindings("SELECT 1️⃣{{flag}}, 2️⃣{{list}}, 3️⃣{{#n}}1{{/n}}", values) == [
                "1️⃣ [template.not-a-value] 'flag' opens a section; it has no text of its own",
                "2️⃣ [template.not-a-value] 'list' opens a section; it has no text of its own",
                "3️⃣ [template.not-a-section] 'n' is a value; only flags and lists open a section",
            ]
        )
    }

    @Test func `an item's variables are known within its list only`() throws {
        let values: [String: TemplateValue] = ["list": .list([["item": .number(1)]])]
        let found = try templateFindings("SELECT {{#list}}{{item}}{{/list}}, 1️⃣{{item}}", values)
        #expect(found == ["1️⃣ [template.unknown-variable] there is no variable 'item' here"])
    }

    @Test func `items that do not all have a variable would print that of an outer one`() throws {
        let values: [String: TemplateValue] = ["a": .number(0), "list": .list([["a": .number(1)], ["b": .number(2)]])]
        let found = try templateFindings("SELECT 1️⃣{{#list}}{{a}}{{/list}}", values)
        #expect(found == ["1️⃣ [template.uneven-list] the items of 'list' do not all have the same variables"])
    }

    @Test func `what every item lacks is told once`() throws {
        let values: [String: TemplateValue] = ["list": .list([["a": .number(1)], ["a": .number(2)]])]
        #expect(
            try templateFindings("SELECT {{#list}}1️⃣{{b}}{{a}}{{/list}}", values) == [
                "1️⃣ [template.unknown-variable] there is no variable 'b' here", "  fix: did you mean 'a'?",
            ]
        )
    }

    @Test func `first and last speak of a list`() throws {
        let found = try templateFindings("SELECT 1 1️⃣{{^last()}},{{/last()}}")
        #expect(found == ["1️⃣ [template.outside-list] 'last()' has a meaning only within a list"])
    }

    @Test func `first and last do not reach into a partial`() throws {
        let values: [String: TemplateValue] = ["list": .list([["a": .number(1)]])]
        let found = try templateFindings(
            "SELECT {{#list}}{{a}}{{> part}}{{/list}}",
            values,
            partials: ["part": "{{^last()}}, {{/last()}}"]
        )
        #expect(found == ["1:1 [template.outside-list] 'last()' has a meaning only within a list"])
    }

    @Test func `a family is checked against a specimen, both ways`() throws {
        let files = try TemplateFiles([
            "same_row/a": "SELECT {{used}} {{> part}}", "same_row/part": "{{#list}}{{item}}{{/list}} {{missing}}",
            "other/b": "SELECT {{elsewhere}}",
        ])
        let item: [String: TemplateValue] = ["item": .number(1), "spare": .number(2)]
        let specimen = TemplateContext(["used": .number(1), "unused": .number(1), "list": .list([item])])
        let library = try files.library()
        let mistakes = try library.check("same_row", against: specimen).all.map(\.message)
        #expect(mistakes == ["there is no variable 'missing' here"])
        let unused = try library.unusedVariables(of: specimen, in: ["same_row/a"])
        #expect(!unused.hasErrors)
        #expect(
            unused.all.map(\.message) == [
                "the variable 'list.spare' is used by no template", "the variable 'unused' is used by no template",
            ]
        )
    }
}
