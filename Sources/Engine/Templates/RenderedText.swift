import Diagnostics
import SQL

/// A text of SQL with places: stretches of it are parsed, and what is wrong is told by line and column of the whole.
struct RenderedText {
    let source: SourceText

    init(_ source: SourceText) {
        self.source = source
    }

    var text: String { source.text }
    var all: Range<String.Index> { text.startIndex..<text.endIndex }

    /// The statements of a stretch; their places are those in the whole text.
    func parse(_ range: Range<String.Index>, title: String?) throws(Diagnostics) -> PlacedScript {
        let fragment = String(text[range])
        do throws(SyntaxError) {
            let script = try Script(parsing: fragment)
            return PlacedScript(
                statements: script.statements,
                places: script.places.map { place in
                    let first = index(place.text.lowerBound, of: fragment, in: range)
                    return first..<index(place.text.upperBound, of: fragment, in: range)
                },
                semicolonEnds: script.places.map { place in
                    place.semicolonEnd.map { index($0, of: fragment, in: range) }
                }
            )
        } catch {
            let start = index(error.place, of: fragment, in: range)
            throw Diagnostics([diagnostic("syntax", error.message, at: start..<start, title: title)])
        }
    }

    /// The line comments of the whole text.
    func lineComments() throws(Diagnostics) -> [Range<String.Index>] {
        do throws(SyntaxError) {
            return try Script.lineComments(of: text)
        } catch {
            throw Diagnostics([diagnostic("syntax", error.message, at: error.place..<error.place)])
        }
    }

    /// A mistake in the text, with the step it is in.
    func diagnostic(
        _ id: String,
        _ message: String,
        at range: Range<String.Index>,
        title: String? = nil,
        fix: String? = nil
    ) -> Diagnostic {
        let notes = title.map { [Diagnostic.Note("in the step or check \"\($0)\"")] } ?? []
        return Diagnostic(.error, "sql.\(id)", message, at: place(range), notes: notes, fix: fix)
    }

    /// The line and column of a stretch.
    func place(_ range: Range<String.Index>) -> SourceRange {
        var finder = PositionFinder(source)
        let scalars = text.unicodeScalars
        let start = scalars.distance(from: scalars.startIndex, to: range.lowerBound)
        return finder.range(fromScalar: start, to: start + scalars[range].count)
    }

    /// The place in the whole text of a place in a copy of a stretch.
    private func index(
        _ index: String.Index,
        of fragment: String,
        in range: Range<String.Index>
    ) -> String.Index {
        text.utf8.index(range.lowerBound, offsetBy: fragment.utf8.distance(from: fragment.startIndex, to: index))
    }
}

/// Statements with their places in the text they were cut from.
struct PlacedScript {
    let statements: [Statement]
    let places: [Range<String.Index>]
    let semicolonEnds: [String.Index?]
}

extension SyntaxError {
    /// The place in the text that was parsed.
    fileprivate var place: String.Index {
        text.index(text.startIndex, offsetBy: position, limitedBy: text.endIndex) ?? text.endIndex
    }
}
