package import SQL

/// A value a template may print; each writes itself, quoted as SQL wants it.
package enum TemplateValue: Sendable, Hashable {
    case identifier(Identifier)
    case name(QualifiedName)
    case literal(Literal)
    /// A parsed expression of the plan; printed in parentheses.
    case expression(SQL.Expression)
    /// Text that PostgreSQL itself wrote, or conditions composed of quoted names.
    case verbatim(ServerText)
    case number(Int)
    /// Opens or shuts a section.
    case flag(Bool)
    /// Repeats a section, once for each item with the item's own variables.
    case list([[String: TemplateValue]])
    /// `$n` when the engine sends the statement; a literal where a person is to run the file.
    case parameter(Int, wholeRange: Literal)

    /// What the template engine is given.
    func rendered(_ mode: RenderMode) -> Any {
        switch self {
        case .identifier(let identifier): identifier.quoted
        case .name(let name): name.quoted
        case .literal(let literal): literal.quoted
        case .expression(let expression): "(\(expression.text))"
        case .verbatim(let text): text.text
        case .number(let number): number
        case .flag(let flag): flag
        case .list(let items): items.map { item in item.mapValues { $0.rendered(mode) } }
        case .parameter(let number, let whole): mode == .engine ? "$\(number)" : whole.quoted
        }
    }

    /// Whether it can stand as `{{name}}`.
    var isPrintable: Bool {
        switch self {
        case .flag, .list: false
        default: true
        }
    }
}

/// Whom a file is rendered for.
package enum RenderMode: Sendable {
    /// Crossfade itself, which runs chunk steps once for each range of blocks.
    case engine
    /// A person, who runs the file with psql as it is.
    case file
}

/// The variables of a family of templates, with their values for one blueprint.
package struct TemplateContext: Sendable, Hashable {
    package let values: [String: TemplateValue]

    package init(_ values: [String: TemplateValue]) { self.values = values }
}
