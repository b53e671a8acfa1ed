import Testing

@testable import Reporting

@Suite struct PageTests {
    private func page(_ columns: Int?) -> Page {
        Page(TextStyle(isColored: false, columns: columns, now: now))
    }

    @Test func `a line is broken between words, and what follows hangs`() {
        var page = page(20)
        page.line("one two three four five six", indent: 2, hanging: 2)
        #expect(page.text == "  one two three four\n    five six")
    }

    @Test func `a word that is too long stays whole`() {
        var page = page(10)
        page.line("see https://example.org/a/long/path now")
        #expect(page.text == "see\n  https://example.org/a/long/path\n  now")
    }

    @Test func `colours take no columns, wide characters take two`() {
        #expect("\u{1B}[32m✔\u{1B}[0m ok".columns == 4)
        #expect("表".columns == 2)
        #expect("表".padded(to: 4) == "表  ")
    }

    @Test func `without a width nothing is broken`() {
        var page = page(nil)
        let text = String(repeating: "word ", count: 100) + "end"
        page.line(text)
        #expect(page.text == text)
    }

    @Test func `SQL keeps its lines, and cannot act on the terminal`() {
        var page = page(20)
        page.verbatim("SELECT '\u{1B}[2J'\n\nFROM t", indent: 2, gutter: "│ ")
        #expect(page.text == "  │ SELECT '␛[2J'\n  │\n  │ FROM t")
    }

    @Test func `there is never an empty line at the top, nor two in a row`() {
        var page = page(nil)
        page.blank()
        page.line("a")
        page.blank()
        page.blank()
        page.line("b")
        #expect(page.text == "a\n\nb")
    }
}
