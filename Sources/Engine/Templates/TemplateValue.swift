package import SQL

/// A value a template may print; each writes itself quoted, so that no template can forget to.
package enum TemplateValue: Sendable {
    /// `"e-mail"`.
    case identifier(Identifier)
    /// `"app"."Profile"`.
    case name(QualifiedName)
    /// `'it''s'`.
    case literal(Literal)
    /// An expression of a plan, in parentheses.
    case expression(Expression)
    /// Text that PostgreSQL itself wrote, as it is.
    case verbatim(ServerText)
    /// Digits.
    case number(Int)
    /// Not printed: a section is shown or left out by it.
    case flag(Bool)
    /// Not printed: a section is repeated for each item.
    case list([[String: TemplateValue]])
    /// A condition with parameters that the engine fills in for each chunk; in a file for people one for the whole.
    case range(engine: ServerText, file: ServerText)
}

/// For whom a template is rendered.
package enum RenderMode: Sendable {
    /// For the engine, which opens transactions and fills in parameters itself.
    case engine
    /// For a file that psql can run as it is.
    case file
}

/// The variables a template is rendered with.
package struct TemplateContext: Sendable {
    /// The variables by name.
    package private(set) var values: [String: TemplateValue]

    /// A context that declares these variables and no others.
    package init(_ values: [String: TemplateValue]) {
        self.values = values
    }

    /// One variable; nil where it is not declared.
    package subscript(name: String) -> TemplateValue? {
        get { values[name] }
        set { values[name] = newValue }
    }
}

extension TemplateValue {
    /// The SQL it prints; nil for what only opens a section.
    func text(_ mode: RenderMode) -> String? {
        switch self {
        case .identifier(let identifier): identifier.quoted
        case .name(let name): name.quoted
        case .literal(let literal): literal.quoted
        case .expression(let expression): "(\(expression.text))"
        case .verbatim(let text): text.text
        case .number(let number): String(number)
        case .range(let engine, let file): mode == .engine ? engine.text : file.text
        case .flag, .list: nil
        }
    }
}
