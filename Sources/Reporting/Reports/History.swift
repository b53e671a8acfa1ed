import Diagnostics
package import Workflow

/// The event log of a plan, oldest first.
package struct History: Report {
    /// Its name.
    package let plan: String

    /// None while the plan has not begun.
    package let entries: [HistoryEntry]

    /// A history from its parts.
    package init(plan: String, entries: [HistoryEntry]) {
        self.plan = plan
        self.entries = entries
    }

    /// A line for each event, in columns.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        if entries.isEmpty { page.line("\(plan) has no history: it has not begun") }
        let actors = entries.map(\.actor.harmless.columns).max() ?? 0
        let kinds = entries.map(\.kind.harmless.columns).max() ?? 0
        for entry in entries {
            let columns = [
                style.faint(entry.at.spoken),
                entry.actor.harmless.padded(to: actors),
                style.paint(entry.kind.harmless.padded(to: kinds), entry.tone),
                entry.what.harmless,
            ]
            page.line(columns.joined(separator: "  "), hanging: 4)
        }
        return page.text
    }

    /// The entries with every field, the role and the digest among them.
    package var json: JSON {
        .object([("plan", .string(plan)), ("entries", .array(entries.map(\.json)))])
    }
}

extension HistoryEntry {
    /// The place and what happened there, such as `expand, add the new column: done`.
    fileprivate var what: String {
        let place = [phase, step].compactMap(\.self).joined(separator: ", ")
        return [place, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    fileprivate var tone: TextStyle.Tone {
        if kind.hasSuffix("failed") { return .bad }
        return kind.hasSuffix("verified") || kind.hasSuffix("passed") ? .good : .strong
    }

    var json: JSON {
        .object([
            ("at", .init(at)),
            ("actor", .string(actor)),
            ("role", .string(role)),
            ("kind", .string(kind)),
            ("phase", .init(phase)),
            ("step", .init(step)),
            ("message", .string(message)),
            ("sqlDigest", .init(sqlDigest)),
        ])
    }
}
