import Diagnostics
package import Workflow

/// The answer of `exec`: what the statements of a script have answered.
package struct ScriptReport: Report {
    /// What one statement has answered.
    package struct Answer: Sendable {
        /// The server's command tag, such as `UPDATE 3`.
        package let command: String
        /// None for a statement without rows.
        package let columns: [String]
        /// NULL is nil.
        package let rows: [[String?]]

        /// An answer from its parts.
        package init(command: String, columns: [String], rows: [[String?]]) {
            self.command = command
            self.columns = columns
            self.rows = rows
        }
    }

    private let answers: [Answer]
    private let showsRows: Bool

    /// A report on a script that came to its end.
    package init(_ answers: [Answer], showsRows: Bool) {
        self.answers = answers
        self.showsRows = showsRows
    }

    /// How many statements there were, after their rows, with tabs between columns, where these are shown.
    package func text(in style: TextStyle) -> String {
        var page = Page(style)
        for answer in answers where showsRows && !answer.columns.isEmpty {
            page.append(answer.columns.map(\.harmless).joined(separator: "\t"))
            for row in answer.rows { page.append(row.map { $0?.harmless ?? "NULL" }.joined(separator: "\t")) }
        }
        page.line("\(style.marked(.done)) \(answers.count) statement\(answers.count == 1 ? "" : "s") executed")
        return page.text
    }

    /// The number of statements, and what each has answered where rows are shown.
    package var json: JSON {
        let results = answers.map { answer in
            JSON.object([
                ("command", .string(answer.command)), ("columns", .array(answer.columns.map(JSON.string))),
                ("rows", .array(answer.rows.map { row in .array(row.map { $0.map(JSON.string) ?? .null }) })),
            ])
        }
        return .object([("statements", .integer(answers.count)), ("results", .array(showsRows ? results : []))])
    }
}
