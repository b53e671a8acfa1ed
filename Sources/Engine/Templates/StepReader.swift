import Diagnostics
import SQL

/// Reads the steps of a text; see `StepFile`.
struct StepReader {
    private let text: RenderedText
    private let sections: [Section]
    private(set) var mistakes: [Diagnostic] = []

    init(_ source: SourceText) throws(Diagnostics) {
        text = RenderedText(source)
        var found: [Diagnostic] = []
        sections = try Section.split(text, at: "step", &found)
        mistakes = found
    }

    /// The steps that are right; of the others, what is wrong is in `mistakes`.
    mutating func read() -> [Step] {
        var steps: [Step] = []
        for section in sections {
            let mode = self.mode(of: section)
            let done = self.done(of: section)
            do throws(Diagnostics) {
                let script = try text.parse(section.range, title: section.title)
                let statements = checked(script, mode, section)
                let over = self.over(mode, section)
                let guardedBy = self.guardedBy(mode, section)
                let stretch = String(text.text[section.range]).trimmingBlanks
                steps.append(
                    Step(
                        title: section.title,
                        done: done ?? "",
                        mode: mode,
                        over: over,
                        guardedBy: guardedBy,
                        statements: statements,
                        text: stretch
                    )
                )
            } catch {
                mistakes += error.all
            }
        }
        return steps
    }

    private mutating func refuse(
        _ id: String,
        _ message: String,
        at range: Range<String.Index>,
        _ section: Section,
        fix: String? = nil
    ) {
        mistakes.append(text.diagnostic(id, message, at: range, title: section.title, fix: fix))
    }

    // MARK: - Directives

    private mutating func mode(of section: Section) -> Step.Mode {
        for directive in section.directives where !["done", "transaction", "over", "guard"].contains(directive.name) {
            let fix = closestMatch(to: directive.name, among: ["step", "done", "transaction", "over", "guard"])
                .map { "did you mean '\($0)'?" }
            let message = "there is no directive '\(directive.name)'"
            refuse("unknown-directive", message, at: directive.range, section, fix: fix)
        }
        guard let directive = only("transaction", of: section) else { return .transaction }
        let word = directive.value.trimmingBlanks
        guard let mode = Step.Mode(rawValue: word), mode != .transaction else {
            let message = "'\(word)' is neither 'none' nor 'chunk'"
            let fix = "leave the line out for a transaction"
            refuse("bad-transaction", message, at: directive.range, section, fix: fix)
            return .transaction
        }
        return mode
    }

    /// The table whose blocks a chunk step goes over, written as in SQL.
    private mutating func over(_ mode: Step.Mode, _ section: Section) -> QualifiedName? {
        guard let directive = only("over", of: section) else { return nil }
        let word = directive.value.trimmingBlanks
        guard mode == .chunk, let name = try? QualifiedName(parsing: word) else {
            let message = mode == .chunk ? "'\(word)' is no table's name" : "only a step of chunks goes over a table"
            refuse("bad-over", message, at: directive.range, section)
            return nil
        }
        return name
    }

    /// The name of a list of checks: letters, underscores and dots, as a template's file has them.
    private mutating func guardedBy(_ mode: Step.Mode, _ section: Section) -> String? {
        guard let directive = only("guard", of: section) else { return nil }
        let word = directive.value.trimmingBlanks
        guard mode == .transaction, !word.isEmpty, word.allSatisfy({ $0.isASCII && ($0.isLetter || "_.".contains($0)) })
        else {
            let message =
                mode == .transaction ? "'\(word)' is no list of checks" : "only a step of one transaction has a guard"
            refuse("bad-guard", message, at: directive.range, section)
            return nil
        }
        return word
    }

    private mutating func only(_ name: String, of section: Section) -> Directive? {
        let all = section.directives.filter { $0.name == name }
        for repeated in all.dropFirst() {
            refuse("repeated-directive", "'\(name)' is given twice", at: repeated.range, section)
        }
        return all.first
    }

    /// The query without comments or semicolon, so that it can stand in parentheses.
    private mutating func done(of section: Section) -> String? {
        guard let directive = only("done", of: section) else {
            refuse("no-done", "'--@ done: SELECT ...' is missing", at: section.heading.range, section)
            return nil
        }
        do throws(SyntaxError) {
            let statements = try Script(parsing: directive.value).statements
            if statements.count == 1, statements[0].isQuery { return statements[0].text }
            refuse("done-not-query", "'done' is one SELECT that changes nothing", at: directive.range, section)
        } catch {
            let place = directive.place(ofCharacter: error.position, in: text.text)
            refuse("syntax", error.message, at: place..<place, section)
        }
        return nil
    }

    // MARK: - Statements

    private mutating func checked(_ script: PlacedScript, _ mode: Step.Mode, _ section: Section) -> [Statement] {
        let inner = Self.withoutFrame(script, mode)
        if inner.isEmpty {
            refuse("no-statement", "the step has no statement", at: section.heading.range, section)
        }
        if mode != .transaction, inner.count > 1 {
            let message = "a step of '\(mode.rawValue)' has one statement"
            refuse("several-statements", message, at: script.places[inner.startIndex + 1], section)
        }
        for index in inner.indices {
            let statement = script.statements[index]
            if statement.isTransactionControl {
                let message = "a step does not begin or end transactions itself"
                refuse("transaction-control", message, at: script.places[index], section)
            } else if statement.refusesTransaction, mode != .none {
                let message = "PostgreSQL refuses this statement within a transaction"
                refuse("refuses-transaction", message, at: script.places[index], section, fix: "--@ transaction: none")
            }
        }
        return Array(inner)
    }

    /// The statements between the BEGIN and COMMIT that a file for psql has around a transaction, without its limits of time:
    /// those of the plan take their place.
    private static func withoutFrame(_ script: PlacedScript, _ mode: Step.Mode) -> ArraySlice<Statement> {
        let statements = script.statements[...]
        guard mode == .transaction, statements.count >= 2, statements.first?.text.uppercased() == "BEGIN",
            statements.last?.text.uppercased() == "COMMIT"
        else { return statements }
        return statements.dropFirst().dropLast().drop { statement in
            TimeLimits.settings.contains { statement.text.uppercased().hasPrefix("SET LOCAL \($0.uppercased()) ") }
        }
    }
}

// MARK: - Files for psql

extension StepReader {
    /// The text with a BEGIN and COMMIT around the statements of each transaction, which limits its own time.
    func textForPsql() throws(Diagnostics) -> String {
        var result = ""
        var copied = text.text.startIndex
        for section in sections where !section.directives.contains(where: { $0.name == "transaction" }) {
            let script = try text.parse(section.range, title: section.title)
            guard let last = script.places.last else { continue }
            let head = section.directives.last?.range.upperBound ?? section.heading.range.upperBound
            let end = script.semicolonEnds.last.flatMap { $0 }
            let limits = TimeLimits(script.statements)
            result += text.text[copied..<head] + "\n\(limits.opening)" + text.text[head..<(end ?? last.upperBound)]
            result += (end == nil ? ";" : "") + "\nCOMMIT;"
            copied = end ?? last.upperBound
        }
        return result + text.text[copied...]
    }
}
