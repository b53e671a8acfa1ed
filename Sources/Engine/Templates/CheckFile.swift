package import Diagnostics
import SQL

/// A query that lists what is wrong: no row, no violation.
package struct Check: Sendable, Hashable {
    /// What must hold, for people.
    package let title: String

    /// The query, without comments or semicolon.
    package let sql: String
}

/// A list of checks, rendered from a template.
package struct CheckFile: Sendable {
    /// The checks in order.
    package let checks: [Check]

    /// Reads a list of checks, each with its one query.
    ///
    /// - Throws: every mistake, by its place in the text.
    package init(parsing source: SourceText) throws(Diagnostics) {
        let text = RenderedText(source)
        var mistakes: [Diagnostic] = []
        var checks: [Check] = []
        for section in try Section.split(text, at: "check", &mistakes) {
            for directive in section.directives {
                let message = "there is no directive '\(directive.name)' in a list of checks"
                mistakes.append(
                    text.diagnostic("unknown-directive", message, at: directive.range, title: section.title)
                )
            }
            do throws(Diagnostics) {
                let statements = try text.parse(section.range, title: section.title).statements
                if statements.count == 1, statements[0].isQuery {
                    checks.append(Check(title: section.title, sql: statements[0].text))
                    continue
                }
                let message = "a check is one SELECT that changes nothing"
                let range = section.heading.range
                mistakes.append(text.diagnostic("check-not-query", message, at: range, title: section.title))
            } catch {
                mistakes += error.all
            }
        }
        if !mistakes.isEmpty { throw Diagnostics(mistakes) }
        self.checks = checks
    }
}
