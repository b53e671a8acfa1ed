package import Diagnostics
package import SQL

/// One transaction of a phase, or one statement that must run outside any, with its postcondition.
package struct Step: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable {
        case transaction
        /// One statement outside any transaction.
        case none
        /// Run once for each range of blocks by the backfill.
        case chunk
    }

    package let title: String
    /// A query for one boolean, true exactly when the step's work is done.
    package let done: String
    package let mode: Mode
    package let statements: [Statement]
    /// The step's SQL with its comments.
    package let text: String
}

/// A rendered file of steps.
///
/// Comment directives cut it: `--@ step: title`, `--@ done: SELECT …` (going on over lines that begin with `--@` and two
/// or more spaces), `--@ transaction: none|chunk`. It is therefore also a file that psql runs.
package struct StepFile: Sendable {
    package let name: String
    package let text: String
    package let steps: [Step]

    /// - Throws: Diagnostics with every mistake at its place in the text.
    package init(parsing source: SourceText) throws(Diagnostics) {
        name = source.name
        text = source.text
        var diagnostics = Diagnostics()
        var steps: [Step] = []
        for block in DirectiveBlock.cut(source, by: "step", into: &diagnostics) {
            do throws(Diagnostics) {
                steps.append(try Self.step(block, source))
            } catch {
                diagnostics.add(contentsOf: error.all)
            }
        }
        if diagnostics.hasErrors { throw diagnostics }
        self.steps = steps
    }

    private static func step(_ block: DirectiveBlock, _ source: SourceText) throws(Diagnostics) -> Step {
        guard let done = block.directives["done"] else {
            throw mistake("template.no-done", "the step \"\(block.title)\" has no --@ done:", source, block.line)
        }
        let word = block.directives["transaction"] ?? Step.Mode.transaction.rawValue
        guard let mode = Step.Mode(rawValue: word) else {
            throw mistake("template.transaction", "--@ transaction: is none or chunk, not '\(word)'", source, block.line)
        }
        let condition = try only(statements(done, in: source, firstLine: block.line), of: block.title, in: source, line: block.line)
        guard condition.uppercased().hasPrefix("SELECT") else {
            throw mistake("template.done", "--@ done: of \"\(block.title)\" is not a SELECT", source, block.line)
        }
        let statements = try statements(block.body, in: source, firstLine: block.bodyLine)
        try check(statements, mode, block, source)
        return Step(
            title: block.title,
            done: condition,
            mode: mode,
            statements: statements,
            text: block.body.trimmed
        )
    }

    private static func check(
        _ statements: [Statement],
        _ mode: Step.Mode,
        _ block: DirectiveBlock,
        _ source: SourceText
    ) throws(Diagnostics) {
        if statements.isEmpty {
            throw mistake("template.no-statement", "the step \"\(block.title)\" has no statement", source, block.line)
        }
        if mode != .transaction, statements.count > 1 {
            throw mistake(
                "template.statements",
                "the step \"\(block.title)\" is --@ transaction: \(mode.rawValue) and has \(statements.count) statements, not one",
                source,
                block.line
            )
        }
        if mode == .transaction, statements.contains(where: \.refusesTransaction) {
            throw mistake(
                "template.needs-none",
                "the step \"\(block.title)\" has a statement that PostgreSQL refuses in a transaction: --@ transaction: none",
                source,
                block.line
            )
        }
        if statements.contains(where: \.isTransactionControl) {
            throw mistake(
                "template.transaction-control",
                "the step \"\(block.title)\" begins or ends a transaction itself; a step is one already",
                source,
                block.line
            )
        }
    }
}

// MARK: - Statements

extension StepFile {
    static func statements(_ text: String, in source: SourceText, firstLine: Int) throws(Diagnostics) -> [Statement] {
        do throws(SyntaxError) {
            return try Script(parsing: text).statements
        } catch {
            let line = firstLine + text.prefix(error.position).count { $0.isNewline }
            throw mistake("template.sql", "this is not SQL: \(error.message)", source, line)
        }
    }

    static func only(
        _ statements: [Statement],
        of title: String,
        in source: SourceText,
        line: Int
    ) throws(Diagnostics) -> String {
        guard statements.count == 1, let statement = statements.first else {
            throw mistake("template.one-statement", "\(title): one statement is wanted, not \(statements.count)", source, line)
        }
        return statement.text
    }

    static func mistake(_ id: String, _ message: String, _ source: SourceText, _ line: Int) -> Diagnostics {
        let width = source.line(line).count
        let range = SourceRange(
            source: source,
            start: SourcePosition(line: line, column: 1),
            end: SourcePosition(line: line, column: max(2, width + 1))
        )
        return Diagnostics([Diagnostic(.error, id, message, at: range)])
    }
}

/// A query that lists what is wrong: no row, no violation.
package struct Check: Sendable, Hashable {
    package let title: String
    package let sql: String
}

/// A rendered file of checks, cut by `--@ check: title`.
package struct CheckFile: Sendable {
    package let checks: [Check]

    /// - Throws: Diagnostics with every mistake at its place in the text.
    package init(parsing source: SourceText) throws(Diagnostics) {
        var diagnostics = Diagnostics()
        var checks: [Check] = []
        for block in DirectiveBlock.cut(source, by: "check", into: &diagnostics) {
            do throws(Diagnostics) {
                let statements = try StepFile.statements(block.body, in: source, firstLine: block.bodyLine)
                let sql = try StepFile.only(statements, of: block.title, in: source, line: block.line)
                checks.append(Check(title: block.title, sql: sql))
            } catch {
                diagnostics.add(contentsOf: error.all)
            }
        }
        if diagnostics.hasErrors { throw diagnostics }
        self.checks = checks
    }
}
