import Diagnostics
import Testing

@Suite struct SourceTextTests {
    @Test func `a byte-order mark is not part of the text`() throws {
        #expect(SourceText(name: "a", text: "\u{FEFF}version: 1").text == "version: 1")
        #expect(try SourceText(name: "a", bytes: [0xEF, 0xBB, 0xBF, 0x61]).text == "a")
    }

    @Test func `the first byte that is not UTF-8 is named by line and column`() {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("a: é\nb: x".utf8) + [0xE9, 0x0A]
        let diagnostic = #expect(throws: Diagnostic.self) { try SourceText(name: "latin.yaml", bytes: bytes) }
        #expect(diagnostic?.id == SourceText.notUTF8ID)
        #expect(diagnostic?.range?.start == SourcePosition(line: 2, column: 5))
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `each editor's line end ends a line`(lineEnd: String) {
        let source = SourceText(name: "a", text: "one\(lineEnd)two\(lineEnd)")
        var finder = PositionFinder(source)
        let offset = 3 + lineEnd.unicodeScalars.count
        #expect(finder.position(ofScalar: offset) == SourcePosition(line: 2, column: 1))
        #expect(finder.restOfLine == "two")
        #expect(source.line(2) == "two")
        #expect(source.line(9) == "")
    }

    @Test func `columns count what a person sees as one character`() {
        // e + combining accent, a flag of two scalars, a family of seven.
        var finder = PositionFinder(SourceText(name: "a", text: "e\u{301}🇩🇪👨‍👩‍👧‍👦x"))
        #expect(finder.position(ofScalar: 11) == SourcePosition(line: 1, column: 4))
        // Asked backwards, and for a scalar in the middle of the flag.
        #expect(finder.position(ofScalar: 3) == SourcePosition(line: 1, column: 2))
        #expect(finder.position(ofScalar: 99) == SourcePosition(line: 1, column: 5))
    }
}
