import Diagnostics

/// Holds a template's tags against the variables it is to be rendered with.
///
/// **Invariant:** after it has found no mistake, Mustache finds every name, and finds it where the template means it.
struct TemplateCheck {
    /// The variables a tag sees: those of the context, and of each list item around it.
    private struct Scope {
        let variables: [String: TemplateValue]
        /// What leads to them: `indexes.partitions.`.
        let path: String
        /// False within an empty list, whose items' names cannot be known.
        var isKnown = true
    }

    private let partials: [String: TemplateSource]
    private let mode: RenderMode
    private var scopes: [Scope]
    /// Whether `first()` and `last()` have a list to speak of: Mustache forgets it within a partial.
    private var isInList = false
    /// Whether the partial that is gone through stands within a dollar quote.
    private var isInDollarQuote = false
    private(set) var mistakes: [Diagnostic] = []
    /// The paths of the variables that are printed or asked about.
    private(set) var used: Set<String> = []
    /// The texts that are printed within dollar quotes and contain a dollar sign.
    private(set) var quotedDollars: Set<String> = []
    /// The delimiters of the dollar quotes of the templates gone through.
    private(set) var delimiters: Set<String> = []

    init(_ context: TemplateContext, partials: [String: TemplateSource], mode: RenderMode) {
        self.partials = partials
        self.mode = mode
        scopes = [Scope(variables: context.values, path: "")]
    }

    /// Goes through a template and its partials.
    mutating func visit(_ template: TemplateSource) {
        delimiters.formUnion(template.delimiters)
        visit(template.nodes, of: template.source)
    }

    private mutating func visit(_ nodes: [TemplateNode], of source: SourceText) {
        for node in nodes {
            switch node {
            case .variable(let tag): print(tag, source)
            case .section(let tag, let children): open(tag, children, source)
            case .partial(let tag):
                guard let partial = partials[tag.name] else { continue }
                let (wasInList, wasInDollarQuote) = (isInList, isInDollarQuote)
                isInList = false
                isInDollarQuote = wasInDollarQuote || !tag.dollarQuotes.isEmpty
                visit(partial)
                (isInList, isInDollarQuote) = (wasInList, wasInDollarQuote)
            }
        }
    }

    // MARK: - Variables

    private mutating func print(_ tag: TemplateTag, _ source: SourceText) {
        guard let value = find(tag, source) else { return }
        guard let text = value.text(mode) else {
            return refuse(tag, source, "not-a-value", "'\(tag.name)' opens a section; it has no text of its own")
        }
        if isInDollarQuote || !tag.dollarQuotes.isEmpty, text.contains("$") { quotedDollars.insert(text) }
    }

    private mutating func find(_ tag: TemplateTag, _ source: SourceText) -> TemplateValue? {
        for scope in scopes.reversed() {
            if let value = scope.variables[tag.name] {
                used.insert(scope.path + tag.name)
                return value
            }
            if !scope.isKnown { return nil }
        }
        let near = closestMatch(to: tag.name, among: scopes.flatMap { $0.variables.keys.sorted() })
        let fix = near.map { "did you mean '\($0)'?" }
        refuse(tag, source, "unknown-variable", "there is no variable '\(tag.name)' here", fix: fix)
        return nil
    }

    // MARK: - Sections

    private mutating func open(_ tag: TemplateTag, _ children: [TemplateNode], _ source: SourceText) {
        if tag.name.hasSuffix("()") {
            if !isInList { refuse(tag, source, "outside-list", "'\(tag.name)' has a meaning only within a list") }
            return visit(children, of: source)
        }
        switch find(tag, source) {
        case .list(let items)? where tag.kind == .section: visit(children, of: source, for: items, tag)
        case .list?, .flag?, nil: visit(children, of: source)
        case .identifier?, .name?, .literal?, .expression?, .verbatim?, .number?, .range?:
            refuse(tag, source, "not-a-section", "'\(tag.name)' is a value; only flags and lists open a section")
        }
    }

    private mutating func visit(
        _ children: [TemplateNode],
        of source: SourceText,
        for items: [[String: TemplateValue]],
        _ tag: TemplateTag
    ) {
        let wasInList = isInList
        isInList = true
        defer { isInList = wasInList }
        let path = (scopes.last?.path ?? "") + tag.name + "."
        // An item without a name of the others would silently print that of an outer scope.
        let names = Set(items.first?.keys.sorted() ?? [])
        if items.contains(where: { Set($0.keys) != names }) {
            refuse(tag, source, "uneven-list", "the items of '\(tag.name)' do not all have the same variables")
        }
        if items.isEmpty {
            scopes.append(Scope(variables: [:], path: path, isKnown: false))
            visit(children, of: source)
            scopes.removeLast()
        }
        for item in items {
            scopes.append(Scope(variables: item, path: path))
            visit(children, of: source)
            scopes.removeLast()
        }
    }

    private mutating func refuse(
        _ tag: TemplateTag,
        _ source: SourceText,
        _ id: String,
        _ message: String,
        fix: String? = nil
    ) {
        var finder = PositionFinder(source)
        let mistake = TemplateMistake(range: tag.range, id: id, message: message, fix: fix).diagnostic(&finder)
        // A section is visited once for each item.
        if !mistakes.contains(mistake) { mistakes.append(mistake) }
    }
}

extension TemplateContext {
    /// The paths of all variables, those of list items included: `indexes.name`.
    var paths: Set<String> { Self.paths(of: values, under: "") }

    private static func paths(of variables: [String: TemplateValue], under path: String) -> Set<String> {
        variables.reduce(into: []) { paths, variable in
            paths.insert(path + variable.key)
            guard case .list(let items) = variable.value else { return }
            for item in items { paths.formUnion(Self.paths(of: item, under: path + variable.key + ".")) }
        }
    }
}
