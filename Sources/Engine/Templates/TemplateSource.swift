import Diagnostics

/// A template that has passed the scan: every tag is one this program understands and stands where a value may stand.
struct TemplateSource: Sendable {
    let source: SourceText
    let nodes: [TemplateNode]
    /// The delimiters of its dollar quotes, as the template spells them.
    let delimiters: Set<String>
    /// The text for Mustache; see `rewritten`.
    let mustache: String

    /// - Throws: every mistake in the template, with its place.
    init(_ source: SourceText) throws(Diagnostics) {
        var scanner = TemplateScanner(source)
        let tags = scanner.scan()
        var tree = TemplateTree(tags)
        nodes = tree.build()
        delimiters = Set(scanner.delimiters.map(\.text))
        self.source = source
        mustache = Self.rewritten(source.text, tags, scanner.delimiters)
        let mistakes = scanner.mistakes + tree.mistakes
        if mistakes.isEmpty { return }
        var finder = PositionFinder(source)
        throw Diagnostics(mistakes.sorted { $0.range.lowerBound < $1.range.lowerBound }.map { $0.diagnostic(&finder) })
    }

    /// The partials it asks for.
    var partials: Set<String> { Self.partials(of: nodes) }

    private static func partials(of nodes: [TemplateNode]) -> Set<String> {
        nodes.reduce(into: []) { names, node in
            switch node {
            case .partial(let tag): names.insert(tag.name)
            case .section(_, let children): names.formUnion(partials(of: children))
            case .variable: break
            }
        }
    }

    /// Turns each variable into Mustache's unescaped form, which alone is safe from HTML escapes in partials too, and
    /// has those in comments printed as their place needs it; the delimiters of dollar quotes become variables.
    private static func rewritten(_ text: String, _ tags: [TemplateTag], _ delimiters: [DollarDelimiter]) -> String {
        let scalars = Array(text.unicodeScalars)
        let variables = tags.filter { $0.kind == .variable }.map { tag in
            (tag.range, tag.place == .sql ? tag.name : "\(tag.place.rawValue)(\(tag.name))")
        }
        let quotes = delimiters.map { ($0.range, DollarDelimiter.variable(for: $0.text)) }
        var result = String.UnicodeScalarView()
        var copied = 0
        for (range, name) in (variables + quotes).sorted(by: { $0.0.lowerBound < $1.0.lowerBound }) {
            result.append(contentsOf: scalars[copied..<range.lowerBound])
            result.append(contentsOf: "{{&\(name)}}".unicodeScalars)
            copied = range.upperBound
        }
        result.append(contentsOf: scalars[copied...])
        return String(result)
    }
}

/// A mistake in a template, by the scalars it is about.
struct TemplateMistake {
    let range: Range<Int>
    let id: String
    let message: String
    var fix: String?

    func diagnostic(_ finder: inout PositionFinder) -> Diagnostic {
        let place = finder.range(fromScalar: range.lowerBound, to: range.upperBound)
        return Diagnostic(.error, "template.\(id)", message, at: place, fix: fix)
    }
}
