/// Turns offsets in Unicode scalars into positions, in one pass over the text when they grow.
package struct PositionFinder {
    private let source: SourceText
    private var position = SourcePosition(line: 1, column: 1)
    private var offset = 0
    private var index: String.Index

    /// Begins at the start of `source`.
    package init(_ source: SourceText) {
        self.source = source
        index = source.text.startIndex
    }

    /// The position of the grapheme cluster that holds the scalar; past the text, its end.
    package mutating func position(ofScalar target: Int) -> SourcePosition {
        if target < offset { self = PositionFinder(source) }
        while offset < target, index < source.text.endIndex {
            let character = source.text[index]
            let next = offset + character.unicodeScalars.count
            if next > target { break }
            offset = next
            index = source.text.index(after: index)
            if character.endsLine {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else {
                position.column += 1
            }
        }
        return position
    }

    /// The range between two offsets.
    package mutating func range(fromScalar start: Int, to end: Int) -> SourceRange {
        let first = position(ofScalar: start)
        return SourceRange(source: source, start: first, end: position(ofScalar: end))
    }

    /// What is left of the line after the scalar last asked for.
    package var restOfLine: Substring {
        source.text[index...].prefix { !$0.endsLine }
    }
}
