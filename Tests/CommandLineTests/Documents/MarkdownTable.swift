/// Rows as a table of Markdown.
struct MarkdownTable {
    private var lines: [String]

    init(_ columns: String...) {
        lines = [Self.line(columns), "|" + String(repeating: "---|", count: columns.count)]
    }

    mutating func row(_ cells: String...) { lines.append(Self.line(cells)) }

    var text: String { lines.joined(separator: "\n") }

    private static func line(_ cells: [String]) -> String {
        cells.reduce("|") { line, cell in "\(line) \(cell.replacing("|", with: "\\|"))\(cell.isEmpty ? "" : " ")|" }
    }
}

extension String {
    /// As code.
    var code: String { "`\(self)`" }

    /// A sentence of the program as a phrase of a table: no capital first, no period last.
    var phrase: String {
        let text = hasSuffix(".") ? String(dropLast()) : self
        // A name or an abbreviation keeps its capitals.
        let second = text.dropFirst().first
        return second?.isUppercase == true ? text : text.prefix(1).lowercased() + text.dropFirst()
    }
}
