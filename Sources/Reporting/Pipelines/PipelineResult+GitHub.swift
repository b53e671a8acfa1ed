import Foundation

extension PipelineResult {
    /// A workflow command for each case that is not passed, or a notice that all are.
    var github: String {
        let open = open
        if open.isEmpty {
            return command("notice", title: "\(plan): \(subject)", "\(cases.count) of \(cases.count) hold")
        }
        return open.map { test in
            command(
                test.outcome == .failed ? "error" : "warning",
                title: "\(plan), \(subject): \(test.name)",
                test.text
            )
        }.joined(separator: "\n")
    }

    private func command(_ kind: String, title: String, _ message: String) -> String {
        "::\(kind) file=\(path.escaped(property: true)),line=1,title=\(title.escaped(property: true))::\(message.escaped(property: false))"
    }

    /// A table for the page of the job, in GitHub's Markdown; ends with a line break.
    package var summary: String {
        let words = [Case.Outcome.passed: "✅ holds", .waiting: "⏳ waits", .failed: "❌ fails"]
        let rows = cases.map { "| \(words[$0.outcome] ?? "") | \($0.name.cell) | \($0.text.cell) |" }
        return (["### \(plan.cell): \(subject)", "", "| | | |", "|---|---|---|"] + rows).joined(separator: "\n")
            + "\n\n"
    }
}

extension String {
    /// As GitHub's toolkit escapes what stands in a command.
    fileprivate func escaped(property: Bool) -> String {
        let text = replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
        return property ? text.replacing(":", with: "%3A").replacing(",", with: "%2C") : text
    }

    /// In a table's cell, where nothing of it is markup.
    fileprivate var cell: String {
        var text = ""
        for character in self {
            if "\\`*_{}[]<>()#+!|~".contains(character) { text += "\\" }
            text.append(character.isNewline ? " " : character)
        }
        return text
    }
}
