/// A place in a text as an editor shows it.
package struct SourcePosition: Sendable, Hashable, Comparable {
    /// Counted from 1; LF, CR LF and CR end a line.
    package var line: Int

    /// Counted from 1 in grapheme clusters; a tab counts as one.
    package var column: Int

    /// A place by its line and column, both counted from 1.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A stretch of a text; empty where something is missing.
package struct SourceRange: Sendable, Hashable {
    /// The text it is a part of.
    package var source: SourceText

    /// Where it begins.
    package var start: SourcePosition

    /// The first place after it.
    package var end: SourcePosition

    /// The stretch of `source` from `start` up to, but not including, `end`.
    package init(source: SourceText, start: SourcePosition, end: SourcePosition) {
        self.source = source
        self.start = start
        self.end = end
    }
}

extension SourceRange: Comparable {
    /// Orders by text, then by where the stretches begin.
    package static func < (left: SourceRange, right: SourceRange) -> Bool {
        (left.source.name, left.start, left.end) < (right.source.name, right.start, right.end)
    }
}

extension Character {
    /// Whether an editor begins a new line after it; not the rarer breaks that `isNewline` knows.
    var endsLine: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
