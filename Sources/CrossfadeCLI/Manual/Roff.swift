/// The text of a man page: requests of the macro package man(7), and words that cannot be taken for requests.
struct Roff {
    private var lines: [String] = []

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Begins the page; the date is left out, so that one release always makes the same page.
    init(title: String, release: String) {
        lines.append(".TH \(Self.quoted(title.uppercased())) 1 \"\" \(Self.quoted(release)) \"Crossfade\"")
        // Neither hyphens within names of pages and flags nor wide gaps.
        lines += [".nh", ".ad l"]
    }

    mutating func section(_ title: String) { lines.append(".SH \(Self.quoted(title.uppercased()))") }

    mutating func subsection(_ title: String) { lines.append(".SS \(Self.quoted(title))") }

    mutating func paragraph(_ words: Words) { lines += [".PP", words.line] }

    /// What follows a section's title without a paragraph of its own.
    mutating func line(_ words: Words) { lines.append(words.line) }

    /// A term, and indented below it what it means.
    mutating func entry(_ term: Words, _ meaning: String) { lines += [".TP", term.line, Words(meaning).line] }

    /// Lines that stand as they are.
    mutating func code(_ code: [String]) {
        lines += [".PP", ".RS 4", ".nf"] + code.map { Words($0).line } + [".fi", ".RE"]
    }

    private static func quoted(_ text: String) -> String { "\"\(Words.escaped(text))\"" }
}

extension Roff {
    /// Words on one line, some of them in bold or italic.
    struct Words {
        private var text = ""

        init() {}

        init(_ plain: String) { text = Self.escaped(plain) }

        mutating func plain(_ words: String) { text += Self.escaped(words) }

        mutating func bold(_ words: String) { text += "\\fB\(Self.escaped(words))\\fR" }

        mutating func italic(_ words: String) { text += "\\fI\(Self.escaped(words))\\fR" }

        /// A line that begins with a dot or an apostrophe would be a request.
        fileprivate var line: String { text.hasPrefix(".") || text.hasPrefix("'") ? "\\&\(text)" : text }

        /// Spelled so that each character is printed as it is, in every device's character set where it is in ASCII.
        fileprivate static func escaped(_ text: String) -> String {
            text.unicodeScalars.map { scalar in
                switch scalar {
                case "\\": "\\(rs"
                case "\"": "\\(dq"
                case "-": "\\-"
                case "'": "\\(aq"
                case "`": "\\(ga"
                case "^": "\\(ha"
                case "~": "\\(ti"
                case "…": "..."
                case _ where scalar.isASCII: String(scalar)
                default: "\\[u\(hexadecimal(scalar))]"
                }
            }.joined()
        }

        private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }
}
