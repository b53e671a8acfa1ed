package import struct Foundation.Date

/// What a text is written for: a stream with or without colour, a width, and the moment it is read.
package struct TextStyle: Sendable {
    /// Whether ANSI sequences are added; what they mean is always said in words or by a mark too.
    package var isColored: Bool

    /// The columns of the terminal; nil where lines are not to be broken.
    package var columns: Int?

    /// The moment that "3 min ago" counts from.
    package var now: Date

    /// A style from its parts.
    package init(isColored: Bool, columns: Int?, now: Date) {
        self.isColored = isColored
        self.columns = columns
        self.now = now
    }

    /// How much a stretch of text matters.
    enum Tone: String {
        case good = "32"
        case caution = "33"
        case bad = "31"
        case strong = "1"
        case faint = "2"
    }

    func paint(_ text: String, _ tone: Tone) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }

    func strong(_ text: String) -> String { paint(text, .strong) }

    func faint(_ text: String) -> String { paint(text, .faint) }
}

extension TextStyle {
    /// Whether a stream is to be coloured: no-color.org, and `CLICOLOR_FORCE` for logs that show colour.
    package static func wantsColor(isTerminal: Bool, environment: [String: String]) -> Bool {
        if environment["NO_COLOR"]?.isEmpty == false { return false }
        if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" { return true }
        return isTerminal && environment["TERM"] != "dumb"
    }
}
