import Diagnostics
package import Workflow

extension Failure: Report {
    /// `error: …`, and `hint: …` in a line of its own.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(\.harmless)
        page.line("\(style.paint("error", .bad)): \(lines.first ?? "")")
        for line in lines.dropFirst() { page.line(line) }
        if let hint { page.line("\(style.paint("hint", .caution)): \(hint.harmless)") }
        return page.text
    }
}
