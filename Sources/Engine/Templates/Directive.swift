import Diagnostics

/// A comment that says what the SQL after it is: `--@ step: add the column`.
struct Directive {
    /// What the further lines of a directive begin with.
    static let continuation = "--@   "

    let name: String
    /// What follows the colon, lines joined; line breaks are as they stand in the text.
    let value: String
    /// All of its lines.
    let range: Range<String.Index>
    /// Where the pieces of `value` come from, for the places of mistakes in it.
    fileprivate(set) var pieces: [(offset: Int, start: String.Index)]

    /// The place of a character of `value`.
    func place(ofCharacter offset: Int, in text: String) -> String.Index {
        guard let piece = pieces.last(where: { $0.offset <= offset }) else { return range.lowerBound }
        return text.index(piece.start, offsetBy: offset - piece.offset, limitedBy: text.endIndex) ?? text.endIndex
    }
}

/// Finds the directives of a text.
///
/// A line that only looks like one, within a string or a function's body, is none: the server's scanner says what a
/// comment is.
struct DirectiveReader {
    private let text: RenderedText
    private(set) var directives: [Directive] = []
    private(set) var mistakes: [Diagnostic] = []

    init(_ text: RenderedText) throws(Diagnostics) {
        self.text = text
        for comment in try text.lineComments() where text.text[comment].hasPrefix("--@") { read(comment) }
    }

    private mutating func read(_ comment: Range<String.Index>) {
        let line = text.text[comment]
        guard beginsLine(comment.lowerBound) else {
            return refuse("misplaced-directive", "a directive begins its line", comment)
        }
        let spaces = line.dropFirst("--@".count).prefix { $0 == " " }.count
        if spaces >= 2 { return proceed(comment) }
        let content = line.dropFirst("--@ ".count)
        guard spaces == 1, let colon = content.firstIndex(of: ":") else {
            return refuse("bad-directive", "a directive is written '--@ name: value'", comment)
        }
        var start = content.index(after: colon)
        if start < content.endIndex, content[start] == " " { start = content.index(after: start) }
        directives.append(
            Directive(
                name: String(content[..<colon]),
                value: String(content[start...]),
                range: comment,
                pieces: [(0, start)]
            )
        )
    }

    /// Joins a further line to the directive on the line before; up to three blanks belong to the mark.
    private mutating func proceed(_ comment: Range<String.Index>) {
        guard let last = directives.last, isLineBreak(text.text[last.range.upperBound..<comment.lowerBound]) else {
            let message = "there is no directive on the line before that could go on here"
            return refuse("stray-continuation", message, comment)
        }
        let line = text.text[comment]
        let mark = Directive.continuation.dropFirst("--@".count)
        let blanks = line.dropFirst("--@".count).prefix(mark.count).prefix { $0 == " " }
        let head = last.value + text.text[last.range.upperBound..<comment.lowerBound]
        directives[directives.count - 1] = Directive(
            name: last.name,
            value: head + line[blanks.endIndex...],
            range: last.range.lowerBound..<comment.upperBound,
            pieces: last.pieces + [(head.count, blanks.endIndex)]
        )
    }

    private func beginsLine(_ index: String.Index) -> Bool {
        guard index > text.text.startIndex else { return true }
        return text.text.unicodeScalars[text.text.unicodeScalars.index(before: index)].isLineBreak
    }

    private func isLineBreak(_ gap: Substring) -> Bool {
        ["\n", "\r\n", "\r"].contains(gap)
    }

    private mutating func refuse(_ id: String, _ message: String, _ range: Range<String.Index>) {
        mistakes.append(text.diagnostic(id, message, at: range))
    }
}
