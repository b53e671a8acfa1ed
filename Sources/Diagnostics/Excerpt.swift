/// A line of the source and the carets under the part that is meant.
struct Excerpt {
    /// The line as shown: tabs as spaces, controls visible, a long line cut around the range.
    let line: String

    /// Spaces, then one caret for each column of the range; always at least one caret.
    let carets: String

    private static let longest = 160
    private static let lead = 60
    private static let tabStop = 4

    /// One character of the line, as printed.
    private struct Cell {
        var text: String
        var width: Int
    }

    init(of range: SourceRange) {
        let cells = Self.cells(of: range.source.line(range.start.line))
        let start = min(range.start.column - 1, cells.count)
        // A range over several lines is marked up to the end of its first.
        let end = range.end.line > range.start.line ? cells.count : min(range.end.column - 1, cells.count)
        let window = Self.window(of: cells, around: start)
        let cutsFront = window.lowerBound > 0
        let cutsBack = window.upperBound < cells.count
        line = (cutsFront ? "…" : "") + cells[window].map(\.text).joined() + (cutsBack ? "…" : "")
        let indent = cells[window.lowerBound..<start].reduce(cutsFront ? 1 : 0) { $0 + $1.width }
        let width = cells[start..<max(start, min(end, window.upperBound))].reduce(0) { $0 + $1.width }
        carets = String(repeating: " ", count: indent) + String(repeating: "^", count: max(1, width))
    }

    private static func cells(of line: Substring) -> [Cell] {
        var column = 0
        return line.map { character in
            let isTab = character == "\t"
            let width = isTab ? tabStop - column % tabStop : character.harmless.displayWidth
            column += width
            return Cell(text: isTab ? String(repeating: " ", count: width) : String(character.harmless), width: width)
        }
    }

    /// The part of a long line that is shown: some text before the range, and as much after it as fits.
    private static func window(of cells: [Cell], around start: Int) -> Range<Int> {
        if cells.count <= longest { return 0..<cells.count }
        let first = max(0, start - lead)
        return first..<min(cells.count, first + longest)
    }
}

extension SourceText {
    /// A line without its end, counted from 1; empty past the last.
    package func line(_ number: Int) -> Substring {
        let lines = text.split(maxSplits: number, omittingEmptySubsequences: false, whereSeparator: \.endsLine)
        return number <= lines.count ? lines[number - 1] : ""
    }
}
