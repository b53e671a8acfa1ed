import Diagnostics
package import Workflow

extension Failure: Report {
    /// `error: …`, and `hint: …` in a line of its own.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(\.harmless)
        page.line("\(style.paint("error", .bad)): \(lines.first ?? "")")
        // What follows the first line is an excerpt with carets: it must not be broken.
        page.append(lines.dropFirst().joined(separator: "\n"))
        if let hint { page.line("\(style.paint("hint", .caution)): \(hint.harmless)") }
        return page.text
    }
}
