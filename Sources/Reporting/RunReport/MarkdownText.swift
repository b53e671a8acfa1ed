import Diagnostics

extension String {
    /// As text of Markdown: nothing in it is markup, and it stays on its line.
    var markdown: String {
        var text = ""
        var former: Unicode.Scalar = " "
        let scalars = Array(onOneLine(brokenBy: "\n").unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            let next = place + 1 < scalars.count ? scalars[place + 1] : " "
            switch scalar {
            case "\n": text += "<br>"
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "_" where former.properties.isAlphabetic && next.properties.isAlphabetic: text += "_"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!": text += "\\\(scalar)"
            default: text.unicodeScalars.append(scalar)
            }
            former = scalar
        }
        return text
    }

    /// As a span of code in a table's cell, between more backticks than it has in a row itself.
    var markdownCode: String {
        let text = onOneLine(brokenBy: " ")
        if text.isEmpty { return "" }
        let fence = String(repeating: "`", count: text.longestRun(of: "`") + 1)
        let rim = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
        return fence + rim + text.replacing("|", with: "\\|") + rim + fence
    }

    /// As a block of code of its own, between more backticks than it has in a row itself.
    func markdownBlock(of language: String) -> String {
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`") + 1))
        let lines = split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(\.harmless).joined(separator: "\t")
        }
        let text = lines.joined(separator: "\n")
        return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)"
    }

    private func onOneLine(brokenBy mark: String) -> String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.harmless).joined(separator: mark)
    }

    private func longestRun(of wanted: Character) -> Int {
        var longest = 0
        var run = 0
        for character in self {
            run = character == wanted ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
