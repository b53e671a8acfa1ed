import Foundation
import Workflow

extension RecordPage {
    /// For a ticket or a repository: tables as GitHub and GitLab draw them.
    var markdown: String {
        let parts = sections.map { section in
            "## \(section.title)\n\n" + section.blocks.map(markdown).joined(separator: "\n\n")
        }
        return "# \(title.inMarkdown)\n\n\(subtitle.inMarkdown)\n\n" + parts.joined(separator: "\n\n")
    }

    private func markdown(_ block: Block) -> String {
        switch block {
        case .paragraph(let text): text.inMarkdown
        case .facts(let facts): markdown(Table(columns: ["", ""], rows: facts.map { [$0.0, $0.1] }))
        case .table(let table): markdown(table)
        case .code(let caption, let text):
            "\(caption.inMarkdown)\n\n\(Self.fence(text))sql\n\(text)\n\(Self.fence(text))"
        case .plot(let throughput): markdown(throughput)
        }
    }

    private func markdown(_ table: Table) -> String {
        let head = "| " + table.columns.map(\.title.inCell).joined(separator: " | ") + " |"
        let rule = "|" + table.columns.map { $0.isNumber ? "---:" : "---" }.joined(separator: "|") + "|"
        let rows = table.rows.map { "| " + $0.map(\.inCell).joined(separator: " | ") + " |" }
        return ([head, rule] + rows).joined(separator: "\n")
    }

    /// A table of at most twenty lines instead of the plot.
    private func markdown(_ throughput: RunReport.Throughput) -> String {
        let width = max(1, Int((Double(throughput.rows.count) / 20).rounded(.up)))
        let lines = stride(from: 0, to: throughput.rows.count, by: width).map { start in
            let rows = throughput.rows[start..<min(start + width, throughput.rows.count)]
            let seconds = throughput.binSeconds * Double(rows.count)
            let sum = rows.reduce(0, +)
            let began = throughput.beganAt.addingTimeInterval(throughput.binSeconds * Double(start))
            return [began.stamp, sum.grouped, Int64(Double(sum) / max(seconds, 0.001)).grouped]
        }
        let table = Table(columns: ["From", .number("Rows copied"), .number("A second")], rows: lines)
        return ThroughputPlot(throughput: throughput).description.inMarkdown + ".\n\n" + markdown(table)
    }

    /// Longer than any run of backticks in the text.
    private static func fence(_ text: String) -> String {
        let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
        return String(repeating: "`", count: max(3, longest + 1))
    }
}

extension String {
    /// As text of Markdown: what would be taken for markup is escaped, and HTML is none.
    fileprivate var inMarkdown: String {
        var result = ""
        for character in self {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "#", "|", "~": result += "\\\(character)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            default: result.append(character)
            }
        }
        return result
    }

    /// The same on one line.
    fileprivate var inCell: String {
        inMarkdown.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
