/// Writes diagnostics for people: place, message, the line itself, and carets under what is meant.
package struct DiagnosticRenderer {
    private let color: Bool
    private static let limit = 50

    /// With `color`, ANSI sequences are added; what they mean is always said in words too.
    package init(color: Bool) {
        self.color = color
    }

    /// All of it, a blank line between two diagnostics; the first 50, then how many more there are.
    package func render(_ diagnostics: Diagnostics) -> String {
        var blocks = diagnostics.all.prefix(Self.limit).map(block)
        let hidden = diagnostics.all.count - Self.limit
        if hidden > 0 { blocks.append("… and \(hidden) more\n") }
        return blocks.joined(separator: "\n")
    }

    private func block(_ diagnostic: Diagnostic) -> String {
        let severity = diagnostic.severity
        var text = headline(severity, diagnostic.message, at: diagnostic.range, id: diagnostic.id)
        if let range = diagnostic.range, !diagnostic.isAboutSecret {
            text += excerpt(of: range, severity, label: diagnostic.fix)
        } else if let fix = diagnostic.fix {
            text += "  = \(fix.harmless)\n"
        }
        for note in diagnostic.notes {
            if let range = note.range {
                text += headline(.note, note.message, at: range) + excerpt(of: range, .note)
            } else {
                text += "  = \(paint("note", severityStyle(.note))): \(note.message.harmless)\n"
            }
        }
        return text
    }

    /// `Plans/a.yaml:12:5: error: unknown key 'colum' [plan.unknown-key]`.
    private func headline(
        _ severity: Diagnostic.Severity,
        _ message: String,
        at range: SourceRange?,
        id: String? = nil
    ) -> String {
        let place = range.map { "\($0.source.name.harmless):\($0.start.line):\($0.start.column): " } ?? ""
        let tail = id.map { " [\($0)]" } ?? ""
        let label = paint(severity.rawValue, severityStyle(severity))
        return "\(paint(place, .bold))\(label): \(paint(message.harmless, .bold))\(tail)\n"
    }

    private func excerpt(of range: SourceRange, _ severity: Diagnostic.Severity, label: String? = nil) -> String {
        let excerpt = Excerpt(of: range)
        let number = String(range.start.line)
        let gutter = paint("\(number) |", .blue)
        let emptyGutter = paint(String(repeating: " ", count: number.count) + " |", .blue)
        let indent = excerpt.carets.prefix { $0 == " " }
        let marks = excerpt.carets.dropFirst(indent.count) + (label.map { " \($0.harmless)" } ?? "")
        let source = excerpt.line.isEmpty ? "" : " \(excerpt.line)"
        return "\(gutter)\(source)\n\(emptyGutter) \(indent)\(paint(String(marks), severityStyle(severity)))\n"
    }

    /// The SGR parameters in use.
    private enum Style: String {
        case bold = "1"
        case red = "1;31"
        case yellow = "1;33"
        case cyan = "1;36"
        case blue = "34"
    }

    private func severityStyle(_ severity: Diagnostic.Severity) -> Style {
        switch severity {
        case .error: .red
        case .warning: .yellow
        case .note: .cyan
        }
    }

    private func paint(_ text: String, _ style: Style) -> String {
        color && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
