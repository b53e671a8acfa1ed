import Diagnostics
import Testing

@Suite struct DiagnosticRendererTests {
    private func range(_ text: String, _ line: Int, _ columns: Range<Int>, to endLine: Int? = nil) -> SourceRange {
        SourceRange(
            source: SourceText(name: "Plans/rename.yaml", text: text),
            start: SourcePosition(line: line, column: columns.lowerBound),
            end: SourcePosition(line: endLine ?? line, column: columns.upperBound)
        )
    }

    private func render(_ diagnostics: Diagnostic..., color: Bool = false) -> String {
        DiagnosticRenderer(color: color).render(Diagnostics(diagnostics))
    }

    private func excerpt(of range: SourceRange) -> [Substring] {
        render(Diagnostic(.error, "id", "m", at: range)).split(separator: "\n").dropFirst().map { $0 }
    }

    @Test func `place, message, line, carets and fix stand together`() {
        let text = String(repeating: "\n", count: 11) + "    colum: email\n"
        let colum = range(text, 12, 5..<10)
        let fix = "did you mean 'column'?"
        #expect(
            render(Diagnostic(.error, "plan.unknown-key", "unknown key 'colum'", at: colum, fix: fix)) == """
                Plans/rename.yaml:12:5: error: unknown key 'colum' [plan.unknown-key]
                12 |     colum: email
                   |     ^^^^^ did you mean 'column'?

                """
        )
    }

    @Test func `a line with a secret is not shown`() {
        let url = range("replica_urls: [postgres://me:hush@host]\n", 1, 16..<39)
        let text = render(
            Diagnostic(.error, "plan.secret", "an entry holds a password", at: url, fix: "take it from $URL")
        )
        #expect(text.hasPrefix("Plans/rename.yaml:1:16: error: an entry holds a password [plan.secret]\n"))
        #expect(text.contains("take it from $URL"))
        #expect(!text.contains("hush"))
    }

    @Test func `a note shows its own place, and one without a place its text`() {
        let text = "a: 1\na: 2\n"
        let first = Diagnostic.Note("first written here", at: range(text, 1, 1..<2))
        let notes = [first, Diagnostic.Note("keys are unique")]
        #expect(
            render(Diagnostic(.error, "twice", "the key 'a' is written twice", at: range(text, 2, 1..<2), notes: notes))
                == """
                Plans/rename.yaml:2:1: error: the key 'a' is written twice [twice]
                2 | a: 2
                  | ^
                Plans/rename.yaml:1:1: note: first written here
                1 | a: 1
                  | ^
                  = note: keys are unique

                """
        )
    }

    @Test func `without a place there is only the message and the fix`() {
        let diagnostic = Diagnostic(.warning, "big", "too big", fix: "split it")
        #expect(render(diagnostic) == "warning: too big [big]\n  = split it\n")
    }

    @Test func `tabs become spaces and the carets stay below their text`() {
        #expect(excerpt(of: range("\tab\tcd", 1, 5..<7)) == ["1 |     ab  cd", "  |         ^^"])
        #expect(excerpt(of: range("a\tb", 1, 2..<3)) == ["1 | a   b", "  |  ^^^"])
    }

    @Test func `wide characters get two carets, combining ones none of their own`() {
        #expect(excerpt(of: range("名前: x", 1, 1..<3)) == ["1 | 名前: x", "  | ^^^^"])
        #expect(excerpt(of: range("🇩🇪👍: x", 1, 5..<6)) == ["1 | 🇩🇪👍: x", "  |       ^"])
        #expect(excerpt(of: range("e\u{301}e\u{301}: x", 1, 2..<3)) == ["1 | e\u{301}e\u{301}: x", "  |  ^"])
    }

    @Test func `an empty range, and one behind the line, get one caret`() {
        #expect(excerpt(of: range("name:", 1, 6..<6)) == ["1 | name:", "  |      ^"])
        #expect(excerpt(of: range("ab", 1, 9..<12)) == ["1 | ab", "  |   ^"])
        #expect(excerpt(of: range("ab\n", 7, 1..<1)) == ["7 |", "  | ^"])
    }

    @Test func `a range over several lines is marked to the end of its first`() {
        #expect(excerpt(of: range("a: [1,\n  2]", 1, 4..<5, to: 2)) == ["1 | a: [1,", "  |    ^^^"])
    }

    @Test func `a long line is cut around the range`() {
        let text = String(repeating: "a", count: 500) + "b" + String(repeating: "c", count: 500)
        let lines = excerpt(of: range(text, 1, 501..<502))
        let cut = "…" + String(repeating: "a", count: 60) + "b" + String(repeating: "c", count: 99) + "…"
        #expect(lines.first.map(String.init) == "1 | \(cut)")
        #expect(lines.last.map(String.init) == "  | " + String(repeating: " ", count: 61) + "^")
    }

    @Test func `control characters of a text cannot act on the terminal`() {
        let hostile = "a: \u{1B}[2J\u{7F}\u{9B}\u{202E}x"
        let output = render(Diagnostic(.error, "id", hostile, at: range(hostile, 1, 4..<5), fix: hostile))
        #expect(!output.unicodeScalars.contains { ["\u{1B}", "\u{7F}", "\u{9B}", "\u{202E}"].contains($0) })
        #expect(output.contains("1 | a: ␛[2J␡"))
    }

    @Test func `colour only adds to the text`() {
        let diagnostic = Diagnostic(.error, "id", "m", at: range("abc", 1, 1..<2), notes: [.init("n")], fix: "f")
        let colored = render(diagnostic, color: true)
        #expect(colored.contains("\u{1B}[1;31merror\u{1B}[0m"))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == render(diagnostic))
        #expect(!render(diagnostic).contains("\u{1B}"))
    }

    @Test func `fifty are shown and the rest is counted`() {
        let many = (1...53).map { Diagnostic(.error, "id-\($0)", "m") }
        let output = DiagnosticRenderer(color: false).render(Diagnostics(many))
        #expect(output.contains("[id-50]"))
        #expect(!output.contains("[id-51]"))
        #expect(output.hasSuffix("\n… and 3 more\n"))
        #expect(!DiagnosticRenderer(color: false).render(Diagnostics(many.prefix(50))).contains("more"))
    }
}
