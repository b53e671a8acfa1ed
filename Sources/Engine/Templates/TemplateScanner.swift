import Diagnostics

/// Reads a template's text once, as SQL with tags in it.
///
/// Mustache itself renders what it does not know as nothing, and its parsed form is not to be had; so the tags are found
/// here, each with the comment or quote it stands in.
struct TemplateScanner {
    private let scalars: [Unicode.Scalar]
    private var offset = 0
    private var state = LexicalState()
    private var tags: [TemplateTag] = []
    private(set) var mistakes: [TemplateMistake] = []
    /// The delimiters of dollar quotes, each where one opens or closes.
    private(set) var delimiters: [DollarDelimiter] = []
    /// The state in which each open section began.
    private var sections: [LexicalState] = []

    init(_ source: SourceText) {
        scalars = Array(source.text.unicodeScalars)
    }

    /// The tags in order; what is wrong with them is in `mistakes`.
    mutating func scan() -> [TemplateTag] {
        while offset < scalars.count {
            if state.looksAt("{{", in: scalars, offset) {
                scanTag()
            } else if state.looksAt("/*", in: scalars, offset), state.isPlain {
                refuse(offset..<offset + 2, "block-comment", "a template has no /* comments", fix: "use --")
                offset += 2
            } else {
                advance()
            }
        }
        if let opening = state.opening {
            refuse(opening..<opening + 1, "unclosed-quote", "this quote is never closed")
        }
        return tags
    }

    private mutating func advance() {
        let start = offset
        let before = state.dollarQuotes
        offset = state.advance(over: scalars, from: start)
        guard state.dollarQuotes != before else { return }
        let text = String(String.UnicodeScalarView(scalars[start..<offset]))
        delimiters.append(DollarDelimiter(text: text, range: start..<offset))
    }

    private mutating func refuse(_ range: Range<Int>, _ id: String, _ message: String, fix: String? = nil) {
        mistakes.append(TemplateMistake(range: range, id: id, message: message, fix: fix))
    }

    // MARK: - Tags

    private mutating func scanTag() {
        let start = offset
        var end = start + 2
        while end < scalars.count, !scalars[end].isLineBreak, !state.looksAt("}}", in: scalars, end) { end += 1 }
        guard end < scalars.count, !scalars[end].isLineBreak else {
            refuse(start..<end, "unclosed-tag", "this tag is not closed on its line")
            offset = end
            return
        }
        let content = String(String.UnicodeScalarView(scalars[start + 2..<end]))
        offset = end + 2
        guard !content.hasPrefix("!") else { return }
        let (kind, name) = Self.split(content)
        if let tag = checked(kind, name, start..<offset) { note(tag) }
    }

    private static func split(_ content: String) -> (TemplateTag.Kind, name: String) {
        let kinds: [Character: TemplateTag.Kind] = ["#": .section, "^": .inverted, "/": .end, ">": .partial]
        let sigil = content.first.flatMap { kinds[$0] }
        let name = sigil == nil ? content[...] : content.dropFirst()
        return (sigil ?? .variable, name.trimming { $0 == " " || $0 == "\t" })
    }

    private mutating func checked(_ kind: TemplateTag.Kind, _ name: String, _ range: Range<Int>) -> TemplateTag? {
        if let sigil = name.first, "{&=<$%*".contains(sigil) {
            refuse(range, "refused-tag", "tags that begin with '\(sigil)' are not used here", fix: "write {{name}}")
            return nil
        }
        let isPosition = (name == "first()" || name == "last()") && kind != .variable && kind != .partial
        guard isPosition || Self.isName(name, allowing: kind == .partial ? "._" : "_") else {
            let message = "'\(name)' is not a name: letters, digits and _, or first() and last() as sections"
            refuse(range, "bad-name", message)
            return nil
        }
        let place = state.comment ?? .sql
        return TemplateTag(kind: kind, name: name, range: range, place: place, dollarQuotes: state.dollarQuotes)
    }

    private static func isName(_ text: String, allowing others: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.isASCIIWord || others.unicodeScalars.contains($0) }
    }

    /// Keeps the tag, and has it stand only where what it prints means what it says.
    private mutating func note(_ tag: TemplateTag) {
        tags.append(tag)
        switch tag.kind {
        case .variable where state.isQuoted:
            refuse(tag.range, "quoted-tag", "a value writes its own quotes; here it would be read as text")
        case .partial where !state.isPlain:
            refuse(tag.range, "quoted-partial", "a partial cannot stand within a quote or comment")
        case .section, .inverted: sections.append(state)
        case .end:
            guard let began = sections.popLast(), began != state else { return }
            refuse(tag.range, "split-quote", "the section ends in another quote or comment than it began in")
        case .variable, .partial: break
        }
    }
}

extension String.SubSequence {
    /// The text without the characters at both ends that satisfy the condition.
    fileprivate func trimming(_ condition: (Character) -> Bool) -> String {
        var rest = drop(while: condition)
        while let last = rest.last, condition(last) { rest.removeLast() }
        return String(rest)
    }
}
