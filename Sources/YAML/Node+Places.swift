package import Diagnostics

extension Node {
    /// Where a character of the text stands in the source, counted from 0; blanks at the end are not pointed at.
    ///
    /// Nil where that cannot be told: escapes, folded text, or a value written over several lines.
    package func range(ofCharacter offset: Int) -> SourceRange? {
        guard case .scalar(let scalar) = content else { return nil }
        let end = scalar.text.lastIndex { !$0.isWhitespace }.map(scalar.text.index(after:))
        let offset = min(offset, scalar.text[..<(end ?? scalar.text.startIndex)].count)
        switch scalar.style {
        case .plain: return place(of: offset, in: scalar.text, quotes: 0)
        case .singleQuoted, .doubleQuoted: return place(of: offset, in: scalar.text, quotes: 1)
        case .literal: return placeInBlock(of: offset, in: scalar.text)
        case .folded: return nil
        }
    }

    private func place(of offset: Int, in text: String, quotes: Int) -> SourceRange? {
        guard range.start.line == range.end.line else { return nil }
        let line = range.source.line(range.start.line)
        let written = line.dropFirst(range.start.column - 1 + quotes).prefix(text.count)
        // Escapes make the written text differ from the one that is meant.
        guard written == text, range.end.column == range.start.column + text.count + 2 * quotes else { return nil }
        return character(at: SourcePosition(line: range.start.line, column: range.start.column + quotes + offset))
    }

    private func placeInBlock(of offset: Int, in text: String) -> SourceRange? {
        let lines = text.prefix(offset).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let before = lines.last else { return nil }
        let line = range.source.line(range.start.line + lines.count)
        let meant = text[before.startIndex...].prefix { !$0.isNewline }
        guard line.hasSuffix(meant) else { return nil }
        let indent = line.count - meant.count
        return character(at: SourcePosition(line: range.start.line + lines.count, column: indent + before.count + 1))
    }

    private func character(at start: SourcePosition) -> SourceRange {
        let end = SourcePosition(line: start.line, column: start.column + 1)
        return SourceRange(source: range.source, start: start, end: end)
    }
}
