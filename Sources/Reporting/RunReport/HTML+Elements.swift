import Foundation

extension HTML {
    static let nothing: HTML = ""

    /// A part of the page with its heading.
    static func section(_ title: String, id: String, _ content: [HTML]) -> HTML {
        """
        <section aria-labelledby="\(id)">
        <h2 id="\(id)">\(title)</h2>
        \(content)
        </section>
        """
    }

    static func paragraph(_ text: String?) -> HTML { text.map { "<p>\($0)</p>" } ?? nothing }

    /// What is folded up until somebody wants to see it; in print it is open.
    static func details(_ summary: HTML, id: String? = nil, _ content: [HTML]) -> HTML {
        let place: HTML = id.map { " id=\"\($0)\"" } ?? nothing
        return "<details\(place)><summary>\(summary)</summary>\n\(content)\n</details>"
    }

    /// Names with their values.
    static func facts(_ facts: [(name: String, value: RecordTable.Cell)]) -> HTML {
        let lines = facts.map { "<dt>\($0.name)</dt><dd>\(cell($0.value))</dd>" as HTML }
        return "<dl>\n\(lines)\n</dl>"
    }

    /// A table that scrolls in its own box where it is too wide; a sentence where it has no rows.
    static func table(_ table: RecordTable) -> HTML {
        if table.rows.isEmpty { return paragraph(table.none) }
        let head = table.columns.map { "<th scope=\"col\">\($0)</th>" as HTML }
        let body = table.rows.map { row in "<tr>\(row.map { "<td>\(cell($0))</td>" as HTML })</tr>" as HTML }
        return """
            <div class="scroll" role="region" aria-label="\(table.label)" tabindex="0"><table>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body)
            </tbody>
            </table></div>
            """
    }

    private static func cell(_ cell: RecordTable.Cell) -> HTML {
        switch cell {
        case .text(let text): text.map { "\($0)" } ?? "–"
        case .code(let text): "<code>\(text)</code>"
        case .count(let number): "\(number.grouped)"
        case .digest(let digest): "<code title=\"\(digest)\">\(String(digest.prefix(12)))</code>"
        case .time(let date): date.map { "<time datetime=\"\($0.formatted(.iso8601))\">\($0.spoken)</time>" } ?? "–"
        case .word(let text, let mark, let details): "\(word(text, mark))\(details.map { ": \($0)" } ?? nothing)"
        case .script(let text, let number): "<a href=\"#sql-\(number)\">\(text)</a>"
        case .list(let cells): "<ul>\(cells.map { "<li>\(Self.cell($0))</li>" as HTML })</ul>"
        }
    }

    /// Its colour only repeats what it says.
    private static func word(_ word: String, _ mark: Mark) -> HTML {
        switch mark.tone {
        case .good: "<span class=\"good\">\(word)</span>"
        case .bad: "<span class=\"bad\">\(word)</span>"
        case .caution: "<span class=\"caution\">\(word)</span>"
        default: "\(word)"
        }
    }
}
