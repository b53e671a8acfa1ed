/// Columns of text: the first to the left, the others to the right.
struct TextTable {
    private var lines: [[String]] = []

    /// Begins with a line of headings, or with none.
    init(_ headings: String...) {
        if !headings.isEmpty { lines = [headings] }
    }

    mutating func add(_ cells: String...) { lines.append(cells) }

    var text: String {
        let widths = lines.reduce(into: [Int]()) { widths, cells in
            for (place, cell) in cells.enumerated() {
                if place == widths.count { widths.append(0) }
                widths[place] = max(widths[place], cell.count)
            }
        }
        return lines.map { cells in
            let padded = cells.enumerated().map { place, cell in
                let padding = String(repeating: " ", count: widths[place] - cell.count)
                return place == 0 ? cell + padding : padding + cell
            }
            return "  " + padded.joined(separator: "   ")
        }.joined(separator: "\n")
    }
}
