import Diagnostics

/// Markup into which no text comes but escaped.
///
/// It is written as a literal. What stands in the literal is markup; what is interpolated is text, but for ``HTML`` itself.
/// Every element is closed, so that a reader of XML can read it too.
struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    private(set) var markup: String

    init(stringLiteral markup: String) { self.markup = markup }

    init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

    /// The parts of a literal as they are put together.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ markup: String) { self.markup += markup }

        mutating func appendInterpolation(_ text: String) { markup += text.escaped }

        mutating func appendInterpolation(_ number: some BinaryInteger) { markup += String(number) }

        mutating func appendInterpolation(_ part: HTML) { markup += part.markup }

        mutating func appendInterpolation(_ parts: [HTML]) {
            markup += parts.map(\.markup).joined(separator: "\n")
        }
    }
}

extension String {
    /// As text or as an attribute's value: without markup, and without characters that act or that XML has no place for.
    fileprivate var escaped: String {
        let lines = split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(\.harmless).joined(separator: "\t")
        }
        var escaped = ""
        for scalar in lines.joined(separator: "\n").unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
