/// A table of Markdown: the first column to the left, the others to the right.
struct MarkdownTable: Sendable {
    private let headings: [String]
    private var lines: [[String]] = []

    init(_ headings: String...) { self.headings = headings }

    mutating func add(_ cells: String...) { lines.append(cells) }

    var markdown: String {
        let rule = headings.indices.map { $0 == 0 ? "---" : "---:" }
        return ([headings, rule] + lines).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}
