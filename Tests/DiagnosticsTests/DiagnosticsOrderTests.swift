import Diagnostics
import Testing

@Suite struct DiagnosticsOrderTests {
    private static let source = SourceText(name: "b.yaml", text: "")

    private func diagnostic(_ id: String, line: Int, column: Int = 1, in source: SourceText = source) -> Diagnostic {
        let start = SourcePosition(line: line, column: column)
        return Diagnostic(.error, id, id, at: SourceRange(source: source, start: start, end: start))
    }

    @Test func `diagnostics are in order of place, and what has none comes first`() {
        let other = SourceText(name: "a.yaml", text: "")
        let found = Diagnostics([
            diagnostic("late", line: 9),
            diagnostic("right", line: 2, column: 7),
            diagnostic("left", line: 2, column: 3),
            Diagnostic(.error, "whole", "whole"),
            diagnostic("elsewhere", line: 30, in: other),
        ])
        #expect(found.all.map(\.id) == ["whole", "elsewhere", "left", "right", "late"])
    }

    @Test func `at one place the order of finding is kept`() {
        let found = Diagnostics(["first", "second", "third"].map { diagnostic($0, line: 4) })
        #expect(found.all.map(\.id) == ["first", "second", "third"])
    }

    @Test func `a warning is no error`() {
        var found = Diagnostics([Diagnostic(.warning, "w", "w"), Diagnostic(.note, "n", "n")])
        #expect(!found.hasErrors)
        found.add(Diagnostic(.error, "e", "e"))
        #expect(found.hasErrors)
    }
}
