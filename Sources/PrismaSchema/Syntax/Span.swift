import Diagnostics

/// A stretch of one of a schema's files, in bytes of its UTF-8.
package struct Span: Sendable, Hashable {
    /// Which file, in the order in which they were given.
    package var file: Int

    /// The first byte.
    package var start: Int

    /// The byte after the last.
    package var end: Int

    /// From the beginning of this stretch to the end of another in the same file.
    func joined(with other: Span) -> Span {
        Span(file: file, start: start, end: max(end, other.end))
    }
}

extension SourceText {
    /// The place of a stretch of bytes, as an editor shows it.
    func range(ofBytes start: Int, to end: Int) -> SourceRange {
        var finder = PositionFinder(self)
        let scalars = text.utf8.prefix(end).map { $0 & 0xC0 != 0x80 }
        let first = scalars.prefix(start).count { $0 }
        return finder.range(fromScalar: first, to: scalars.count { $0 })
    }
}
