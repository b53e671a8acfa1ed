/// Which quote or comment a place in a template's SQL is in.
struct LexicalState: Equatable {
    private enum Quote: Equatable {
        case string(escapes: Bool, at: Int)
        case name(at: Int)

        var mark: Unicode.Scalar {
            switch self {
            case .string: "'"
            case .name: "\""
            }
        }

        var opening: Int {
            switch self {
            case .string(_, let opening), .name(let opening): opening
            }
        }
    }

    private struct DollarQuote: Equatable {
        let delimiter: [Unicode.Scalar]
        let opening: Int
    }

    private var quote: Quote?
    private var dollars: [DollarQuote] = []
    /// The kind of line comment, while in one.
    private(set) var comment: TagPlace?

    /// Whether text here is read as a string or a quoted name.
    var isQuoted: Bool { quote != nil }

    /// Whether text here is SQL, be it that of a function's body.
    var isPlain: Bool { quote == nil && comment == nil }

    /// The delimiters of the dollar quotes that are open, outermost first.
    var dollarQuotes: [String] { dollars.map { String(String.UnicodeScalarView($0.delimiter)) } }

    /// Where the outermost open quote began.
    var opening: Int? { dollars.first?.opening ?? quote?.opening }

    /// Whether the text stands at the offset.
    func looksAt(_ text: String, in scalars: [Unicode.Scalar], _ offset: Int) -> Bool {
        scalars[offset...].starts(with: text.unicodeScalars)
    }

    /// Takes in what begins at the offset, and returns the offset after it.
    mutating func advance(over scalars: [Unicode.Scalar], from offset: Int) -> Int {
        if let after = closeDollarQuote(scalars, offset) { return after }
        if comment != nil {
            if scalars[offset].isLineBreak { comment = nil }
            return offset + 1
        }
        if let quote { return advance(in: quote, scalars, offset) }
        return open(scalars, offset)
    }

    private mutating func advance(in quote: Quote, _ scalars: [Unicode.Scalar], _ offset: Int) -> Int {
        if case .string(escapes: true, _) = quote, scalars[offset] == "\\" { return min(offset + 2, scalars.count) }
        guard scalars[offset] == quote.mark else { return offset + 1 }
        let isDoubled = offset + 1 < scalars.count && scalars[offset + 1] == quote.mark
        if isDoubled { return offset + 2 }
        self.quote = nil
        return offset + 1
    }

    private mutating func open(_ scalars: [Unicode.Scalar], _ offset: Int) -> Int {
        switch scalars[offset] {
        case "-" where looksAt("--", in: scalars, offset):
            let line = scalars[offset...].prefix { !$0.isLineBreak }
            comment = TagPlace(comment: String(String.UnicodeScalarView(line)))
            return offset + 2
        case "'":
            quote = .string(escapes: Self.followsEscapeLetter(scalars, offset), at: offset)
        case "\"":
            quote = .name(at: offset)
        case "$":
            guard let delimiter = Self.dollarDelimiter(scalars, offset) else { break }
            dollars.append(DollarQuote(delimiter: delimiter, opening: offset))
            return offset + delimiter.count
        default: break
        }
        return offset + 1
    }

    // MARK: - Dollar quotes

    /// A dollar quote ends at its delimiter, whatever quote or comment the text within it seems to be in.
    private mutating func closeDollarQuote(_ scalars: [Unicode.Scalar], _ offset: Int) -> Int? {
        guard scalars[offset] == "$",
            let open = dollars.firstIndex(where: { scalars[offset...].starts(with: $0.delimiter) })
        else { return nil }
        let after = offset + dollars[open].delimiter.count
        dollars.removeSubrange(open...)
        quote = nil
        comment = nil
        return after
    }

    /// `$$` or `$name$`, but neither `$1` nor a dollar within a name (manual, 4.1.2.4).
    private static func dollarDelimiter(_ scalars: [Unicode.Scalar], _ offset: Int) -> [Unicode.Scalar]? {
        if offset > 0, scalars[offset - 1].isSQLWord { return nil }
        let tag = scalars[(offset + 1)...].prefix { $0.isSQLWord && $0 != "$" }
        let end = offset + 1 + tag.count
        guard end < scalars.count, scalars[end] == "$", tag.first?.properties.numericType == nil else { return nil }
        return Array(scalars[offset...end])
    }

    /// Whether the quote belongs to `E'...'`, in which a backslash escapes.
    private static func followsEscapeLetter(_ scalars: [Unicode.Scalar], _ offset: Int) -> Bool {
        guard offset > 0, scalars[offset - 1] == "E" || scalars[offset - 1] == "e" else { return false }
        return offset < 2 || !scalars[offset - 2].isSQLWord
    }
}

extension Unicode.Scalar {
    /// A letter or digit of ASCII.
    var isASCIIWord: Bool { isASCII && properties.isAlphabetic || ("0"..."9").contains(self) }

    /// Whether it may be part of an unquoted name (manual, 4.1.1).
    fileprivate var isSQLWord: Bool { isASCIIWord || !isASCII || self == "_" || self == "$" }
}
