import Diagnostics

/// One `{{…}}` of a template, at its place.
struct TemplateTag: Hashable {
    enum Kind: Hashable {
        case variable
        case section
        case invertedSection
        case end
        case partial
        case comment
        /// A form of Mustache that is not used here.
        case foreign
    }

    let kind: Kind
    let name: String
    let range: SourceRange

    /// All tags of a text.
    ///
    /// The tokens of the Mustache package are not public, and it renders what it does not know as nothing; so the tags are
    /// found here, and whatever is not one of the few forms in use is refused.
    static func scan(_ source: SourceText) -> (tags: [TemplateTag], diagnostics: [Diagnostic]) {
        var tags: [TemplateTag] = []
        var diagnostics: [Diagnostic] = []
        var finder = PositionFinder(source)
        var rest = source.text[...]
        while let open = rest.firstRange(of: "{{") {
            let start = source.text.unicodeScalars.distance(from: source.text.startIndex, to: open.lowerBound)
            guard let close = source.text[open.upperBound...].firstRange(of: "}}") else {
                let range = finder.range(fromScalar: start, to: start + 2)
                diagnostics.append(Diagnostic(.error, "template.unclosed-tag", "this tag is not closed", at: range))
                break
            }
            let end = source.text.unicodeScalars.distance(from: source.text.startIndex, to: close.upperBound)
            let content = source.text[open.upperBound..<close.lowerBound]
            tags.append(TemplateTag(String(content), finder.range(fromScalar: start, to: end)))
            rest = source.text[close.upperBound...]
        }
        return (tags, diagnostics)
    }

    private init(_ content: String, _ range: SourceRange) {
        self.range = range
        let prefixes: [Character: Kind] = ["#": .section, "^": .invertedSection, "/": .end, ">": .partial, "!": .comment]
        let kind = content.first.flatMap { prefixes[$0] }
        let name = (kind == nil ? content[...] : content.dropFirst()).filter { $0 != " " }
        self.name = name
        let isName = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        if kind == .comment {
            self.kind = .comment
        } else {
            self.kind = isName && (kind == .partial || !name.contains(".")) ? kind ?? .variable : .foreign
        }
    }
}
