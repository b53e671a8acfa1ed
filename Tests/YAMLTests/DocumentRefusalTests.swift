import Diagnostics
import TestSupport
import Testing
import YAML

@Suite struct DocumentRefusalTests {
    static let cases = [
        RefusalCase(
            .syntax,
            "sql: SELECT a1️⃣: b",
            "1️⃣ [yaml.syntax] mapping values are not allowed in this context",
            "  fix: quote the value if ': ' is part of it"
        ),
        RefusalCase(
            .syntax,
            "a: 1\n  b1️⃣: 2",
            "1️⃣ [yaml.syntax] mapping values are not allowed in this context",
            "  fix: indent it like the key before"
        ),
        RefusalCase(.syntax, "a: 1\nb: 1️⃣[1, 2\n\n", "1️⃣ [yaml.syntax] this list is never closed", "  fix: add ']'"),
        RefusalCase(.syntax, "a: 1️⃣{b: 1", "1️⃣ [yaml.syntax] this mapping is never closed", "  fix: add '}'"),
        RefusalCase(
            .syntax,
            "a: 1️⃣{b: 1\nc2️⃣: 2\n",
            "2️⃣ [yaml.syntax] did not find expected ',' or '}'",
            "  1️⃣ note: while parsing a flow mapping"
        ),
        RefusalCase(
            .syntax,
            "a: 1️⃣@b",
            "1️⃣ [yaml.syntax] found character that cannot start any token",
            "  1️⃣ note: while scanning for the next token",
            "  fix: quote the value"
        ),
        RefusalCase(
            .syntax,
            "a: 1️⃣\"2️⃣\\d\"",
            "2️⃣ [yaml.syntax] found unknown escape character",
            "  1️⃣ note: while parsing a quoted scalar",
            "  fix: use single quotes, or write '\\\\' for a backslash"
        ),
        RefusalCase(.unclosedQuote, "a: 1️⃣'x\nb: 1\n\nc: 2\n", "1️⃣ [yaml.unclosed-quote] this quote is never closed"),
        RefusalCase(.unclosedQuote, "a: [1, 1️⃣\"x]", "1️⃣ [yaml.unclosed-quote] this quote is never closed"),
        RefusalCase(.character, "é: 1️⃣\u{7}\n", "1️⃣ [yaml.character] the character U+0007 is not allowed"),
        RefusalCase(.character, "a: \"x1️⃣\0\"", "1️⃣ [yaml.character] the character U+0000 is not allowed"),
        RefusalCase(
            .tab,
            "a: 1\n1️⃣\tb: 2",
            "1️⃣ [yaml.tab] a tab where indentation or a value should be",
            "  fix: use spaces"
        ),
        RefusalCase(
            .tab,
            "a:1️⃣\t\t1 \nb: [1,2️⃣\t2] # \t\n",
            "1️⃣ [yaml.tab] a tab between keys and values",
            "  fix: use spaces",
            "2️⃣ [yaml.tab] a tab between keys and values",
            "  fix: use spaces"
        ),
        RefusalCase(
            .anchor,
            "a: 1️⃣&x 1\nb: 2️⃣&y\n  c: 1\n",
            "1️⃣ [yaml.anchor] anchors are not used in a plan",
            "  fix: remove it",
            "2️⃣ [yaml.anchor] anchors are not used in a plan",
            "  fix: remove it"
        ),
        RefusalCase(
            .alias,
            "a: 1️⃣&x 1\nb: 2️⃣*x\n",
            "1️⃣ [yaml.anchor] anchors are not used in a plan",
            "  fix: remove it",
            "2️⃣ [yaml.alias] aliases are not used in a plan",
            "  fix: write the value out"
        ),
        RefusalCase(
            .tag,
            "a: 1️⃣!!str 2️⃣&x b\n3️⃣!key c: d\n",
            "1️⃣ [yaml.tag] tags are not used in a plan",
            "  fix: remove it",
            "2️⃣ [yaml.anchor] anchors are not used in a plan",
            "  fix: remove it",
            "3️⃣ [yaml.tag] tags are not used in a plan",
            "  fix: remove it"
        ),
        RefusalCase(.directive, "1️⃣%YAML 1.1\n---\na: 1\n", "1️⃣ [yaml.directive] directives are not used in a plan"),
        RefusalCase(.directive, "1️⃣%TAG ! x\n---\na: 1", "1️⃣ [yaml.directive] directives are not used in a plan"),
        RefusalCase(.directive, "1️⃣%FOO bar\n---\na: 1", "1️⃣ [yaml.directive] directives are not used in a plan"),
        RefusalCase(.directive, "1️⃣%YAML 3.0\n---\na: 1", "1️⃣ [yaml.directive] directives are not used in a plan"),
        RefusalCase(
            .severalDocuments,
            "---\na: 1\n1️⃣---\nb: 2\n---\n",
            "1️⃣ [yaml.several-documents] a second document begins here",
            "  fix: one file, one plan"
        ),
        RefusalCase(
            .duplicateKey,
            "1️⃣a: 1\n2️⃣a: 2\nb: {c: 1}\n3️⃣'a': 3\n",
            "2️⃣ [yaml.duplicate-key] the key 'a' is written twice",
            "  1️⃣ note: first written here",
            "3️⃣ [yaml.duplicate-key] the key 'a' is written twice",
            "  1️⃣ note: first written here"
        ),
        RefusalCase(
            .key,
            "1️⃣[a]: 1\n2️⃣{b: 1}: 2\n",
            "1️⃣ [yaml.key] a key is a text, not a list or a mapping",
            "2️⃣ [yaml.key] a key is a text, not a list or a mapping"
        ),
        RefusalCase(.key, "?1️⃣\n: 4\n", "1️⃣ [yaml.key] a key is missing before ':'"),
        RefusalCase(.empty, "1️⃣", "1️⃣ [yaml.empty] there is nothing in it"),
        RefusalCase(.empty, "1️⃣# only a comment\n", "1️⃣ [yaml.empty] there is nothing in it"),
        RefusalCase(.empty, "1️⃣---\n", "1️⃣ [yaml.empty] there is nothing in it"),
        RefusalCase(
            .tooDeep,
            String(repeating: "[", count: 64) + "1️⃣" + String(repeating: "[", count: 40_000),
            "1️⃣ [yaml.too-deep] nested more than 64 deep"
        ),
        RefusalCase(
            .tooLarge,
            "a: " + String(repeating: "x", count: 999_998),
            "[yaml.too-large] 'plan.yaml' has 1000001 bytes; at most 1000000 are read"
        ),
    ]

    @Test(arguments: cases)
    func `it is refused, and where it stands`(_ refusal: RefusalCase) {
        let marked = MarkedText(refusal.text)
        let diagnostics = Document(parsing: marked.source).diagnostics
        #expect(marked.findings(of: diagnostics) == refusal.findings)
        #expect(marked.unused(by: diagnostics).isEmpty)
        #expect(diagnostics.all.contains { $0.id == refusal.mistake.rawValue })
    }

    @Test func `every kind of refusal has a case`() {
        #expect(Set(Self.cases.map(\.mistake)) == Set(YAMLMistake.allCases))
    }

    @Test func `what is refused does not end the reading, but a syntax error does`() {
        let refused = Document(parsing: SourceText(name: "a", text: "a: &x 1\na: !t 2\n---\n"))
        #expect(refused.diagnostics.all.count == 4)
        #expect(refused.root != nil)
        #expect(Document(parsing: SourceText(name: "a", text: "a: 1\nb: [")).root == nil)
    }

    @Test func `what was refused before a syntax error is still told`() {
        let marked = MarkedText("a:1️⃣\t2️⃣&x 1\nb: 3️⃣'")
        let found = Document(parsing: marked.source).diagnostics
        #expect(found.all.map(\.id) == ["yaml.tab", "yaml.anchor", "yaml.unclosed-quote"])
        #expect(marked.unused(by: found).isEmpty)
    }

    @Test(arguments: ["a: \"1\t2\"\n", "a: |\n  x\n  \ty\n", "a: 1 # \t!\n", "# \t\na: x\ty\n"])
    func `a tab in a text or a comment is allowed`(text: String) {
        #expect(Document(parsing: SourceText(name: "a", text: text)).diagnostics.isEmpty)
    }

    @Test func `the limits themselves are allowed`() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(Document(parsing: SourceText(name: "a", text: deep)).diagnostics.isEmpty)
        let large = "a: " + String(repeating: "x", count: 999_997)
        #expect(Document(parsing: SourceText(name: "a", text: large)).diagnostics.isEmpty)
    }
}
