import Diagnostics

/// Lines of text under construction; long ones are broken between words where the terminal's width is known.
struct Page {
    let style: TextStyle
    private(set) var lines: [String] = []

    init(_ style: TextStyle) {
        self.style = style
    }

    var text: String { lines.joined(separator: "\n") }

    /// Adds a line; when it is broken, what follows stands `hanging` columns further in than the first.
    mutating func line(_ text: String, indent: Int = 0, hanging: Int = 2) {
        let first = String(repeating: " ", count: indent)
        let rest = String(repeating: " ", count: indent + hanging)
        for (number, part) in Self.broken(text, first: indent, rest: indent + hanging, at: style.columns).enumerated() {
            lines.append((number == 0 ? first : rest) + part)
        }
    }

    /// Adds an empty line, unless there is one already or nothing above it.
    mutating func blank() {
        if let last = lines.last, !last.isEmpty { lines.append("") }
    }

    /// Adds a labelled value; its further lines stand below the value.
    mutating func field(_ label: String, _ value: String) {
        line(style.faint(label.padded(to: Self.labelWidth)) + value, indent: 2, hanging: Self.labelWidth)
    }

    /// Adds a text of several lines as it is, such as SQL.
    mutating func verbatim(_ text: String, indent: Int, gutter: String = "") {
        let prefix = String(repeating: " ", count: indent) + style.faint(gutter)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append(line.isEmpty ? prefix.trimmingEnd() : prefix + line.harmless)
        }
    }

    /// Adds lines that are laid out already.
    mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static let labelWidth = 10

    /// Breaks between words so that no part is wider than the columns left; a longer word stays whole.
    private static func broken(_ text: String, first: Int, rest: Int, at columns: Int?) -> [String] {
        guard let columns, first + text.columns > columns else { return [text] }
        var parts: [String] = []
        var part: String?
        var width = first
        for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            guard let begun = part else {
                part = word
                width += word.columns
                continue
            }
            if width + 1 + word.columns > columns {
                parts.append(begun)
                part = word
                width = rest + word.columns
            } else {
                part = begun + " " + word
                width += 1 + word.columns
            }
        }
        return parts + (part.map { [$0] } ?? [])
    }
}

extension String {
    /// The columns a terminal gives it; colours take none.
    var columns: Int {
        var width = 0
        var isEscape = false
        for character in self {
            if character == "\u{1B}" {
                isEscape = true
            } else if isEscape {
                isEscape = character != "m"
            } else {
                width += character.displayWidth
            }
        }
        return width
    }

    /// Filled with blanks on the right up to so many columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - columns))
    }

    /// Cut to so many columns, the last of them an ellipsis; without colours.
    func clipped(to width: Int) -> String {
        guard columns > width else { return self }
        var clipped = ""
        var used = 1
        for character in self {
            used += character.displayWidth
            if used > width { break }
            clipped.append(character)
        }
        return clipped + "…"
    }

    fileprivate func trimmingEnd() -> String {
        String(prefix(upTo: lastIndex { $0 != " " }.map(index(after:)) ?? startIndex))
    }
}
