import Diagnostics

/// Holds a template's tags to the variables that exist, in both directions of nesting.
///
/// A blank or misspelt variable would be rendered as nothing: `DROP COLUMN ;`.
struct TagCheck {
    let context: TemplateContext
    /// The names a partial may have.
    let partials: Set<String>

    func diagnose(_ source: SourceText) -> [Diagnostic] {
        let (tags, unclosed) = TemplateTag.scan(source)
        var diagnostics = unclosed
        var scopes: [(name: String, range: SourceRange, variables: [String: TemplateValue])] = []
        for tag in tags {
            switch tag.kind {
            case .comment: continue
            case .foreign:
                diagnostics.append(
                    Diagnostic(
                        .error,
                        "template.tag-form",
                        "tags are {{name}}, {{#name}}, {{^name}}, {{/name}} and {{> name}}; this is none of them",
                        at: tag.range
                    )
                )
            case .partial:
                if !partials.contains(tag.name) {
                    diagnostics.append(unknown("template.unknown-partial", "partial", tag, partials))
                }
            case .end:
                if scopes.last?.name == tag.name { scopes.removeLast() } else { diagnostics.append(unopened(tag)) }
            case .variable, .section, .invertedSection:
                let visible = scopes.map(\.variables).reduce(context.values) { $0.merging($1) { $1 } }
                guard let value = visible[tag.name] else {
                    diagnostics.append(unknown("template.unknown-tag", "variable", tag, visible.keys))
                    if tag.kind != .variable { scopes.append((tag.name, tag.range, [:])) }
                    continue
                }
                if let mistake = misuse(value, tag) { diagnostics.append(mistake) }
                guard tag.kind != .variable else { continue }
                scopes.append((tag.name, tag.range, tag.kind == .section ? Self.itemVariables(value) : [:]))
            }
        }
        diagnostics += scopes.map {
            Diagnostic(.error, "template.open-section", "the section \($0.name) is not closed", at: $0.range)
        }
        return diagnostics
    }

    private static func itemVariables(_ value: TemplateValue) -> [String: TemplateValue] {
        guard case .list(let items) = value else { return [:] }
        return items.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }

    private func misuse(_ value: TemplateValue, _ tag: TemplateTag) -> Diagnostic? {
        let isSection = tag.kind != .variable
        guard isSection == value.isPrintable else { return nil }
        return Diagnostic(
            .error,
            "template.tag-kind",
            isSection
                ? "\(tag.name) is a value, not a condition or a list: print it with {{\(tag.name)}}"
                : "\(tag.name) is a condition or a list: open a section with {{#\(tag.name)}}",
            at: tag.range
        )
    }

    private func unknown(_ id: String, _ noun: String, _ tag: TemplateTag, _ known: some Sequence<String>) -> Diagnostic {
        let near = closestMatch(to: tag.name, among: known)
        return Diagnostic(
            .error,
            id,
            "there is no \(noun) '\(tag.name)' here",
            at: tag.range,
            fix: near.map { "did you mean '\($0)'?" }
        )
    }

    private func unopened(_ tag: TemplateTag) -> Diagnostic {
        Diagnostic(.error, "template.unopened-section", "no section \(tag.name) is open here", at: tag.range)
    }
}
