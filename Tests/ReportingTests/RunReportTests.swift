import Foundation
import TestSupport
import Testing
import Workflow

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Reporting

@Suite struct RunReportTests {
    /// Markup, quotes, a link, what ends a cell, a line or a block, and characters that act.
    private static let hostile =
        "<script>alert('x')</script> \"&amp;\" `|` ``` _a_ *b* [c](d)\n# </pre>\u{1B}[2J\u{202E}"

    @Test func `a record has three forms`() throws {
        let report = try Sample.record()
        try expectGolden(report.markdown, "record.md")
        try expectGolden(report.html, "record.html")
        try expectGolden(report.json.written() + "\n", "record.json")
    }

    @Test func `the forms a command asks for are these, and end with a line break`() throws {
        let report = try Sample.record()
        #expect(RunReportForm.html.text(of: report) == report.html)
        #expect(RunReportForm.markdown.text(of: report) == report.markdown)
        #expect(RunReportForm.json.text(of: report) == report.json.line + "\n")
        for form in RunReportForm.allCases { #expect(form.text(of: report).hasSuffix("\n")) }
    }

    // MARK: - HTML

    @Test(arguments: ["shop", hostile])
    func `the page is closed in itself and loads nothing`(_ foreign: String) throws {
        let html = try Sample.record(foreign, showsValues: true).html
        for forbidden in [
            "<script", "src=", "@import", "url(", "http://", "https://", "<link", "javascript:", "onload",
        ] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
        let page = try Elements(of: html)
        #expect(
            page.names.isSuperset(of: ["html", "h1", "h2", "h3", "table", "svg", "title", "desc", "details", "pre"])
        )
        #expect(!page.names.contains("script"))
        #expect(page.references.isSubset(of: page.ids), "\(page.references.subtracting(page.ids))")
        #expect(page.attributes.isDisjoint(with: ["style", "onclick", "onload", "src"]))
    }

    @Test func `every foreign text arrives on the page as it is, but for characters that act`() throws {
        let page = try Elements(of: try Sample.record(Self.hostile, showsValues: true).html)
        // The parser has taken the escapes back.
        let shown = Self.hostile.replacing("\u{1B}", with: "␛").replacing("\u{202E}", with: "\u{FFFD}")
        for place in [
            "For the \(shown) release", "add \(shown)", "a lock: \(shown)", "id=\(shown)",
            "SELECT bio FROM \"Profile\" -- \(shown)",
            "soak, which was waiting (23 h): \(shown)", "{\"biography\": \"\(shown)\"}",
        ] {
            #expect(page.text.contains(place), "\(place)")
        }
        // Role, application and database.
        #expect(page.text.components(separatedBy: shown).count > 12)
    }

    @Test func `headings go down level by level`() throws {
        let levels = try Elements(of: try Sample.record().html).headings
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        for (upper, lower) in zip(levels, levels.dropFirst()) { #expect(lower <= upper + 1) }
    }

    @Test func `markup is what stands in a literal, and nothing else`() {
        let name = "<b>"
        let inner: HTML = "<i>\(name)</i>"
        #expect(("\(inner)\(name)\(7)" as HTML).markup == "<i>&lt;b&gt;</i>&lt;b&gt;7")
        #expect(("\(["a" as HTML, inner])" as HTML).markup == "a\n<i>&lt;b&gt;</i>")
        #expect(("\("'\"\u{FFFF}<\u{338}")" as HTML).markup == "&#39;&quot;\u{FFFD}&lt;\u{338}")
    }

    // MARK: - Markdown

    @Test func `a foreign text neither leaves its cell nor becomes markup`() throws {
        let foreign = try Sample.record(Self.hostile, showsValues: true).markdown.split(separator: "\n")
        let plain = try Sample.record(showsValues: true).markdown.split(separator: "\n")
        func shape(_ lines: [Substring]) -> [Int] {
            lines.filter { $0.hasPrefix("| ") }.map { line in
                line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
            }
        }
        #expect(shape(foreign) == shape(plain))
        #expect(
            foreign.filter { $0.hasPrefix("#") && !$0.hasPrefix("# </pre>") }.count
                == plain.filter { $0.hasPrefix("#") }.count
        )
    }

    @Test(arguments: [
        ("a_b_c _x_", "a_b_c \\_x\\_"), ("1 < 2 & `3`", "1 &lt; 2 &amp; \\`3\\`"), ("a|b\nc\\", "a\\|b<br>c\\\\"),
        ("\u{1B}[31m", "␛\\[31m"),
    ])
    func `text of markdown`(_ text: String, _ markdown: String) {
        #expect(text.markdown == markdown)
    }

    @Test(arguments: [("a", "`a`"), ("", ""), ("a|b`c", "``a\\|b`c``"), ("``", "``` `` ```"), ("a\nb", "`a b`")])
    func `code of markdown`(_ text: String, _ markdown: String) {
        #expect(text.markdownCode == markdown)
    }

    @Test func `a block of code is longer fenced than anything in it`() {
        #expect("a\n```\nb".markdownBlock(of: "sql") == "````sql\na\n```\nb\n````")
        #expect("a\n".markdownBlock(of: "") == "```\na\n```")
    }

    // MARK: - Contents

    @Test func `values that were written over are told only where they were read`() throws {
        let counted = try Sample.record("secret-value")
        #expect(!counted.json.line.contains("biography\\\": \\\"secret-value"))
        #expect(!counted.html.contains("What they were"))
        #expect(try Sample.record("secret-value", showsValues: true).html.contains("What they were"))
    }

    @Test func `a run of which nothing is known but its beginning has a record too`() throws {
        let full = try Sample.record()
        let empty = RunReport(
            head: full.head,
            phases: [Sample.line(.expand, .pending)],
            steps: [],
            scripts: [],
            passes: [],
            repairs: .init(total: 0, rows: []),
            throughput: [],
            checks: [],
            writers: [],
            readers: nil,
            brownouts: [],
            approvals: [],
            events: []
        )
        let text = try Elements(of: empty.html).text
        for sentence in ["No step was performed.", "No rows were copied.", "No phase has been approved."] {
            #expect(text.contains(sentence) && empty.markdown.contains(sentence))
        }
        #expect(empty.json.line.contains(#""readers":null"#))
    }
}

/// What a reader of XML finds in a page.
private final class Elements: NSObject, XMLParserDelegate {
    private(set) var names: Set<String> = []
    private(set) var attributes: Set<String> = []
    private(set) var ids: Set<String> = []
    private(set) var references: Set<String> = []
    private(set) var headings: [Int] = []
    private(set) var text = ""

    init(of html: String) throws {
        super.init()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = self
        try #require(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        names.insert(name)
        self.attributes.formUnion(attributes.keys)
        if let id = attributes["id"] {
            if !ids.insert(id).inserted { Issue.record("the id \(id) stands twice") }
        }
        if let link = attributes["href"] { references.insert(String(link.dropFirst())) }
        references.formUnion((attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init))
        if name.count == 2, name.hasPrefix("h"), let level = Int(name.dropFirst()) { headings.append(level) }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
}
